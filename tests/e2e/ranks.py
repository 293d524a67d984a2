"""The processes of a running job as /proc shows them: memory of ranks, processor time of threads."""

import contextlib
import os
import signal
import time
from dataclasses import dataclass, field


@dataclass
class Thread:
    name: str
    seconds: float


@dataclass
class Rank:
    """What was last seen of one process."""

    pid: int
    number: int
    threads: dict = field(default_factory=dict)
    peak_kib: int = 0

    def main(self):
        return self.threads[self.pid].seconds if self.pid in self.threads else 0.0

    def total(self):
        return sum(t.seconds for t in self.threads.values())


def _read(path):
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return b""


def _processes(binary, root):
    """Process ids below `root`, itself included, that run `binary`."""
    parents = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            stat = _read(f"/proc/{entry}/stat")
            if stat:
                parents[int(entry)] = int(stat.rsplit(b")", 1)[1].split()[1])
    for pid in parents:
        at = pid
        while at not in (root, 0):
            at = parents.get(at, 0)
        if at == root:
            try:
                if b"--isolated-chunk" in _read(f"/proc/{pid}/cmdline"):
                    continue
                if os.path.samefile(f"/proc/{pid}/exe", binary):
                    yield pid
            except OSError:
                continue


def _number(pid):
    for entry in _read(f"/proc/{pid}/environ").split(b"\0"):
        if entry.startswith(b"OMPI_COMM_WORLD_RANK="):
            return int(entry.split(b"=")[1])
    return 0


class Watch:
    """Samples the ranks of a started job until it ends; what a thread used stays after it has gone."""

    def __init__(self, process, binary):
        self.process, self.binary = process, binary
        self.ranks = {}

    def sample(self):
        for pid in _processes(self.binary, self.process.pid):
            rank = self.ranks.setdefault(pid, Rank(pid, _number(pid)))
            for line in _read(f"/proc/{pid}/status").splitlines():
                if line.startswith(b"VmHWM:"):
                    rank.peak_kib = max(rank.peak_kib, int(line.split()[1]))
            self._threads(rank)

    def _threads(self, rank):
        try:
            numbers = [int(t) for t in os.listdir(f"/proc/{rank.pid}/task")]
        except OSError:
            return
        for number in numbers:
            used = _read(f"/proc/{rank.pid}/task/{number}/schedstat").split()
            name = _read(f"/proc/{rank.pid}/task/{number}/comm").decode(errors="replace").strip()
            if used:
                rank.threads[number] = Thread(name, int(used[0]) / 1e9)

    def until_end(self, interval=0.05):
        while self.process.poll() is None:
            self.sample()
            time.sleep(interval)
        return sorted(self.ranks.values(), key=lambda rank: rank.number)


def slow_down(process, binary, number, share, period=0.05):
    """Lets rank `number` of a started job run only `share` of the time, by stopping and continuing it, until
    the job ends."""
    pids = set()
    while process.poll() is None:
        if not pids:
            pids = {pid for pid in _processes(binary, process.pid) if _number(pid) == number}
        for act, seconds in ((signal.SIGSTOP, period * (1 - share)), (signal.SIGCONT, period * share)):
            for pid in pids:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, act)
            time.sleep(seconds)
