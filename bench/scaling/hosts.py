#!/usr/bin/env python3
"""Emulates unequal hosts on one machine: each rank runs under its own processor quota.

By control groups (version 1 or 2) where they can be made, else by stopping and continuing processes, which is
coarser. Everything made is removed at the end.

  hosts.py --check                                     # shares asked for and got
  hosts.py --shares 0.4,0.4,0.08 -- mpienc in.vob out.mkv --lanes 1
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import shares
import throttle

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests" / "e2e"))
import program  # noqa: E402

NAME = "mpienc-bench-"
ENTER = 'echo $$ > "$0/${OMPI_COMM_WORLD_RANK:-0}/cgroup.procs" && exec "$@"'
TELL = 'echo $$ > "$0/${OMPI_COMM_WORLD_RANK:-0}" && exec "$@"'


class Unavailable(Exception):
    """This way of limiting ranks is not to be had here."""


def _own_group(line_of, mount):
    """The control group that this process is in, below `mount`; the mount itself where that is not visible."""
    for line in Path("/proc/self/cgroup").read_text().splitlines():
        _, controllers, path = line.split(":", 2)
        if line_of in controllers.split(","):
            own = mount / path.lstrip("/")
            return own if own.is_dir() else mount
    return mount


def _remove(group, patience=5.0):
    """Removes one rank's group; what still runs in it is killed."""
    until = time.monotonic() + patience
    while group.is_dir():
        try:
            group.rmdir()
        except OSError:
            if time.monotonic() > until:
                print(f"{group} cannot be removed: do it by hand", file=sys.stderr)
                return
            for process in (group / "cgroup.procs").read_text().split():
                try:
                    os.kill(int(process), signal.SIGKILL)
                except OSError:
                    pass
            time.sleep(0.02)


def _remove_tree(folder):
    for group in sorted(folder.glob("*/")) if folder.is_dir() else []:
        _remove(group)
    _remove(folder)


def _remove_stale(parent):
    """Groups of a bench that was killed."""
    for folder in parent.glob(NAME + "*"):
        if not Path("/proc", folder.name[len(NAME):].split("-")[0]).exists():
            _remove_tree(folder)


class ControlGroups:
    """Common to both versions: a folder with one group per rank."""

    how = ""

    def __init__(self, parent, cores_per_rank):
        self.folder = parent / f"{NAME}{os.getpid()}-{time.monotonic_ns()}"
        period, quotas = shares.period_and_quotas(cores_per_rank)
        try:
            _remove_stale(parent)
            self.folder.mkdir()
            self.prepare()
            for rank, quota in enumerate(quotas):
                group = self.folder / str(rank)
                group.mkdir()
                self.limit(group, quota, period)
        except OSError as error:
            self.close()
            raise Unavailable(f"{self.how}: {error}") from error

    def prepare(self):
        pass

    def prefix(self):
        return ["/bin/sh", "-c", ENTER, str(self.folder)]

    def close(self):
        _remove_tree(self.folder)


class ControlGroupsV1(ControlGroups):
    how = "control groups v1"

    def __init__(self, cores_per_rank, mount=Path("/sys/fs/cgroup/cpu")):
        if not (mount / "cpu.cfs_period_us").exists() and not (mount / "cgroup.procs").exists():
            raise Unavailable(f"{self.how}: {mount} is not mounted")
        super().__init__(_own_group("cpu", mount), cores_per_rank)

    def limit(self, group, quota_us, period_us):
        (group / "cpu.cfs_period_us").write_text(str(period_us))
        (group / "cpu.cfs_quota_us").write_text(str(quota_us))


class ControlGroupsV2(ControlGroups):
    """Below the mount for root; a user needs a group delegated to him that holds no process."""

    how = "control groups v2"

    def __init__(self, cores_per_rank, mount=Path("/sys/fs/cgroup")):
        if not (mount / "cgroup.controllers").exists():
            raise Unavailable(f"{self.how}: {mount} is not mounted")
        super().__init__(mount, cores_per_rank)

    def prepare(self):
        for group in (self.folder.parent, self.folder):
            if "cpu" not in (group / "cgroup.subtree_control").read_text().split():
                (group / "cgroup.subtree_control").write_text("+cpu")

    def limit(self, group, quota_us, period_us):
        (group / "cpu.max").write_text(f"{quota_us} {period_us}")


class Stopping:
    """Ranks write down their process numbers; a thread here stops and continues them."""

    how = "stopping and continuing"

    def __init__(self, cores_per_rank):
        self.folder = Path(tempfile.mkdtemp(prefix=NAME))
        self.throttle = throttle.Throttle(self.folder, cores_per_rank)
        self.throttle.start()

    def prefix(self):
        return ["/bin/sh", "-c", TELL, str(self.folder)]

    def close(self):
        self.throttle.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


WAYS = {"v1": ControlGroupsV1, "v2": ControlGroupsV2, "stop": Stopping}


class Hosts:
    """Context in which prefix(), put in front of a command under mpirun, gives rank r its share of cores.

    Shares of None: nothing is limited. Unavailable where the asked way cannot be had; "any" always can.
    """

    def __init__(self, cores_per_rank, way="any"):
        self.cores_per_rank, self.way, self.limits = cores_per_rank, way, None

    def __enter__(self):
        if self.cores_per_rank is None:
            return self
        refusals = []
        for name in WAYS if self.way == "any" else [self.way]:
            try:
                self.limits = WAYS[name](self.cores_per_rank)
                return self
            except Unavailable as refused:
                refusals.append(str(refused))
        raise Unavailable("; ".join(refusals))

    def __exit__(self, *_):
        if self.limits:
            self.limits.close()

    def prefix(self):
        return self.limits.prefix() if self.limits else []

    @property
    def how(self):
        return self.limits.how if self.limits else "none"


def under(limits, command, mpienc):
    """The command of program.Mpienc.command(), each rank of it within its limits."""
    at = command.index(mpienc.binary)
    return [*command[:at], *limits.prefix(), *command[at:]]


SPIN = "import time; t=time.time()\nwhile time.time()-t<{0}: pass\nprint(time.process_time()/{0})"


def check(cores_per_rank, way="any", seconds=2.0):
    """[(share asked for, share that a spinning process got)], all ranks at once."""
    with Hosts(cores_per_rank, way) as hosts:
        running = [subprocess.Popen([*hosts.prefix(), sys.executable, "-S", "-c", SPIN.format(seconds)],
                                    stdout=subprocess.PIPE, text=True,
                                    env={**os.environ, "OMPI_COMM_WORLD_RANK": str(rank)})
                   for rank in range(len(cores_per_rank))]
        return [(share, float(one.communicate()[0])) for share, one in zip(cores_per_rank, running)]


def end_by_signal():
    """Lets SIGTERM unwind, so that groups are removed."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shares", help="cores per rank, separated by commas")
    parser.add_argument("--check", action="store_true", help="tell the shares that spinning ranks get")
    parser.add_argument("--way", choices=["any", *WAYS], default="any")
    parser.add_argument("--mpirun", default="mpirun")
    parser.add_argument("command", nargs="*", help="after --: what each rank runs")
    options = parser.parse_args()
    cores = len(os.sched_getaffinity(0))
    wanted = ([float(s) for s in options.shares.split(",")] if options.shares
              else shares.shares(shares.one_slow(4), cores))
    end_by_signal()
    if options.check or not options.command:
        for rank, (asked, got) in enumerate(check(wanted, options.way)):
            print(f"rank {rank}: {asked:.3f} cores asked for, {got:.3f} got ({100 * got / asked:.1f} %)")
        return 0
    mpienc = program.Mpienc(options.command[0], options.mpirun)
    with Hosts(wanted, options.way) as hosts:
        command = mpienc.command(options.command[1:], len(wanted))
        return subprocess.call(under(hosts, command, mpienc), env=mpienc.environment())


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (Unavailable, ValueError) as error:
        sys.exit(f"hosts.py: {error}")
