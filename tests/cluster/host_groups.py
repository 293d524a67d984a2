"""Control groups of the emulated hosts, of version 2 and, where that lacks something, of version 1."""

import errno
import os
import sys
import time
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[2] / "bench" / "scaling"))  # has a hosts.py too, so last
import shares  # noqa: E402

NAME = "mpienc-hosts-"


def mounts():
    """[(folder, "cgroup" or "cgroup2", controllers)] of what is mounted here."""
    found = []
    for line in Path("/proc/self/mountinfo").read_text().splitlines():
        before, after = line.split(" - ", 1)
        form, _, options = after.split(" ", 2)
        if form in ("cgroup", "cgroup2"):
            found.append((Path(before.split()[4]), form, options.split(",")))
    return found


def _tries(action):
    """The reason why it failed, or None."""
    try:
        action()
    except OSError as error:
        return f"{error.filename or 'control groups'}: {error.strerror}"
    return None


def _remove(folder, patience=5.0):
    end = time.monotonic() + patience
    while folder.is_dir():
        try:
            folder.rmdir()
        except OSError:
            if time.monotonic() > end:
                print(f"{folder} cannot be removed: do it by hand", file=sys.stderr)
                return
            time.sleep(0.02)


def _remove_tree(folder):
    for group in folder.glob("*/"):
        _remove(group)
    _remove(folder)


class HostGroups:
    """One group per host in each hierarchy that is of use. What cannot be had is in `missing`: freeze, slow."""

    def __init__(self, names):
        self.missing = {}
        self._trees = {}  # what it is for: (folder with a group per host, whether of version 2)
        name = f"{NAME}{os.getpid()}-{time.monotonic_ns()}"
        for use, controller, entry in (("freeze", "freezer", "cgroup.freeze"), ("slow", "cpu", "cpu.max")):
            reasons = []
            for mount, form, controllers in sorted(mounts(), key=lambda one: one[1] != "cgroup2"):
                if form == "cgroup2" or controller in controllers:
                    reason = _tries(lambda: self._make(mount / name, form, controller, entry, names))
                    if reason is None:
                        self._trees[use] = (mount / name, form == "cgroup2")
                        break
                    reasons.append(reason)
            else:
                self.missing[use] = "; ".join(reasons) or f"no control groups with '{controller}' are mounted"
        for folder in {mount / name for mount, _, _ in mounts()} - self._folders():
            _remove_tree(folder)

    def _make(self, folder, form, controller, entry, names):
        for stale in folder.parent.glob(NAME + "*"):
            if not Path("/proc", stale.name[len(NAME):].split("-")[0]).exists():
                _remove_tree(stale)
        folder.mkdir(exist_ok=True)
        if form == "cgroup2" and controller == "cpu":
            if "cpu" not in (folder.parent / "cgroup.controllers").read_text().split():
                raise OSError(errno.ENOENT, "no controller 'cpu'", str(folder.parent))
            for group in (folder.parent, folder):
                if "cpu" not in (group / "cgroup.subtree_control").read_text().split():
                    (group / "cgroup.subtree_control").write_text("+cpu")
        for host in names:
            (folder / host).mkdir(exist_ok=True)
            if form == "cgroup2":
                (folder / host / entry).read_text()

    def _folders(self):
        return {folder for folder, _ in self._trees.values()}

    def entries(self, host):
        """The files that a process writes its number to, to be of that host."""
        return [str(folder / host / "cgroup.procs") for folder in sorted(self._folders())]

    def freeze(self, host, frozen):
        folder, second = self._trees["freeze"]
        entry, words = ("cgroup.freeze", "01") if second else ("freezer.state", ("THAWED", "FROZEN"))
        (folder / host / entry).write_text(words[frozen])

    def slow(self, host, cores):
        """That many cores of processor time for all the host's processes; None: no limit."""
        folder, second = self._trees["slow"]
        period, quota = 100000, -1
        if cores is not None:
            period, (quota,) = shares.period_and_quotas([cores])
        if second:
            (folder / host / "cpu.max").write_text(f"{'max' if quota < 0 else quota} {period}")
        else:
            (folder / host / "cpu.cfs_period_us").write_text(str(period))
            (folder / host / "cpu.cfs_quota_us").write_text(str(quota))

    def close(self):
        """Once all processes have ended."""
        for folder in self._folders():
            _remove_tree(folder)
