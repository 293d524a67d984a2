"""Rank 0 is killed, or its disk fails, at any call that changes a file: the same command then ends with the same bytes."""

import filecmp
import random
import re
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import clips
import program

#: The status file is written by the clock: its calls would be others in each run.
OPTIONS = ["--preset", "ultrafast", "--chunk", "1", "--lanes", "1", "--no-status"]
OUTPUT_ERROR = 4
KILLED = -9
#: The last chunk's bytes are on disk; what follows gives the output its name and cleans up.
COMMIT = "fsync {out}/.film.mkv.mpienc-"
INFORMATION = re.compile(r"mpienc: (going on from|\d+ finished chunks? kept in|\S+ is complete)")


@dataclass
class Fault:
    kind: str
    at: int = -1
    after: str = ""

    def __str__(self):
        return f"{self.kind} at call {self.at}" + (" of the end" if self.after else "")


class Faults:
    def __init__(self, options, folder, tally):
        self.mpienc, self.preload, self.tally = program.Mpienc(options.mpienc, options.mpirun), options.preload, tally
        self.mpirun = options.mpirun
        self.folder, self.out = folder, folder / "out"
        self.output, self.reference = self.out / "film.mkv", folder / "reference.mkv"
        self.log, self.once = folder / "calls", folder / "once"
        self.unreached = 0
        self.commit = COMMIT.format(out=self.out)
        self.source = clips.dvd_vob(folder / "film.vob", 6, video=clips.motion("176x144", seconds=6))
        self.fresh()

    def fresh(self):
        shutil.rmtree(self.out, ignore_errors=True)
        self.out.mkdir()

    def environment(self, fault, rank=None):
        told = {"LD_PRELOAD": self.preload, "FILE_FAULTS_UNDER": self.out, "FILE_FAULTS_LOG": self.log,
                "FILE_FAULTS_KIND": fault.kind, "FILE_FAULTS_AT": fault.at, "FILE_FAULTS_AFTER": fault.after,
                "FILE_FAULTS_ONCE": self.once, "FILE_FAULTS_RANK": rank}
        return {name: str(value) for name, value in told.items() if value not in (None, "")}

    def run(self, fault=None, more=()):
        """One process, with a fault or without one."""
        self.log.unlink(missing_ok=True)
        self.once.unlink(missing_ok=True)
        return self.mpienc.run([self.source, self.output, *OPTIONS, *more], timeout=60,
                               environment=self.environment(fault) if fault else None)

    def calls(self, fault):
        """The calls of a run without faults: all, and those from the commit on."""
        done = self.run(Fault("count", after=fault.after), self.more)
        lines = self.log.read_text().splitlines()
        begin = next(i for i, line in enumerate(lines) if line.startswith(self.commit))
        self.tally.check(done.status == 0 and self.same(), "counted calls change nothing", done.tail())
        return lines, lines[begin + 1:]

    more = ()

    def same(self):
        return self.output.exists() and filecmp.cmp(self.reference, self.output, shallow=False)

    def left(self):
        return sorted(p.name for p in self.out.iterdir() if p != self.output)

    def goes_on(self, what, more=(), last=False):
        """The same command without faults."""
        done = self.run(more=more)
        complete = last and done.status == OUTPUT_ERROR and "exists already" in done.stderr
        good = (done.status == 0 or complete) and self.same() and not self.left()
        return self.tally.check(good, f"{what}: the same command ends with the same bytes and nothing else",
                                f"status {done.status}, left {self.left()}\n{done.stderr}")

    def killed(self, fault, more=(), last=False):
        self.fresh()
        if more:
            self.output.write_bytes(b"an old film")
        done = self.run(fault, more)
        if done.status == 0 and self.same() and not self.left():
            # A chunk that the disk has not yet taken when the job ends is not written, nor taken away.
            self.unreached += 1
            return
        whole = not self.output.exists() or self.same() or (more and self.output.read_bytes() == b"an old film")
        self.tally.check(done.status == KILLED and whole, f"{fault}: killed, no half output", f"{done.status}\n{done.stderr}")
        self.goes_on(str(fault), more, last)

    def killed_twice(self, first, second):
        self.fresh()
        self.run(first)
        done = self.run(second)
        self.tally.check(done.status in (KILLED, 0), f"{first}, then {second}", f"{done.status}\n{done.stderr}")
        self.goes_on(f"{first}, then {second}", last=done.status == 0)

    def fails(self, fault):
        """One line that tells of it and no output, or the whole output."""
        self.fresh()
        done = self.run(fault)
        told = [x for x in done.own_lines() if not INFORMATION.match(x)]
        if done.status == 0:
            good = self.same() and (not self.left() or told)
        else:
            good = done.status == OUTPUT_ERROR and len(told) == 1 and (not self.output.exists() or self.same())
        self.tally.check(good and not done.crashed(), f"{fault}: status {done.status}, {told[:1]}",
                         f"left {self.left()}, {self.output.exists()}\n{done.stderr}")
        self.goes_on(str(fault), last=done.status == 0 and not self.left())

    def launched(self, fault):
        """Rank 0 is killed under launch, which starts it again."""
        self.fresh()
        self.log.unlink(missing_ok=True)
        self.once.unlink(missing_ok=True)
        done = self.mpienc.run(["launch", "-n", 2, "--mpirun", self.mpirun, "--", self.source, self.output, *OPTIONS],
                               environment=self.environment(fault, 0), timeout=120)
        good = done.status == 0 and self.same() and not self.left() and self.once.exists()
        self.tally.check(good, f"launch, {fault}: done in the end, nothing else left",
                         f"status {done.status}, left {self.left()}, killed {self.once.exists()}\n{done.stderr}")

    def order(self, lines):
        """Bytes are on disk before a name, and a name before what relies on it."""
        calls = [line.replace(str(self.out), "") for line in lines]
        end = [re.sub(r"mpienc-\d+", "mpienc-PID", call) for call in calls]
        journal = "/film.mkv.journal"
        note = "/..film.mkv.journal.commit.tmp"
        wanted = ["write /.film.mkv.mpienc-PID.tmp", "fsync /.film.mkv.mpienc-PID.tmp", f"open {note}", f"write {note}",
                  f"fsync {note}", "rename /.film.mkv.journal.commit", "fsync ", "renameat2 /film.mkv", "fsync ",
                  f"unlink {journal}/chunk-", f"fsync {journal}", f"unlink {journal}/job.h5", f"rmdir {journal}", "fsync ",
                  "unlink /.film.mkv.journal.commit"]
        at = 0
        for call in end:
            if at < len(wanted) and call.startswith(wanted[at]):
                at += 1
        self.tally.check(at == len(wanted), "the order of the end", f"{wanted[at:at + 1]} not found in\n" + "\n".join(end))
        self.tally.check(end[-1] == wanted[-1], "the note goes last", end[-1])
        for i, call in enumerate(calls):
            if call.startswith(f"rename {journal}/"):
                name = call.split("/")[-1]
                own = [c for c in calls[:i] if c.endswith(f"/.{name}.tmp")]
                if name == "job.h5":
                    self.tally.check(own[-1].startswith("fsync") and calls[i + 1] == f"fsync {journal}",
                                     f"{name}: flushed, renamed, folder flushed", str(own))
                else:
                    changed = [c for c in calls[i + 1:] if c.endswith(f"/.{name}.tmp") or c == f"write {journal}/{name}"]
                    self.tally.check(own[-1].startswith("write") and not changed, f"{name}: whole before it has its name",
                                     str(own + changed))
        made = calls.index(f"mkdir {journal}")
        self.tally.check(calls[made + 1].rstrip("/. ") == "fsync", "the journal's folder is on disk once it is made",
                         calls[made + 1])


    def flushed_when_left(self):
        """A job that ends without an output has all chunks of its journal on disk, and their names."""
        self.fresh()
        done = self.run(Fault("ENOSPC", 1, self.commit))
        calls = [line.replace(str(self.out), "") for line in self.log.read_text().splitlines()]
        journal = "/film.mkv.journal"
        kept = sorted(p.name for p in (self.out / "film.mkv.journal").glob("chunk-*"))
        flushed = sorted(c.split("/")[-1] for c in calls if c.startswith(f"fsync {journal}/chunk-"))
        folders = [i for i, c in enumerate(calls) if c == f"fsync {journal}"]
        last = max((i for i, c in enumerate(calls) if c.startswith(f"fsync {journal}/chunk-")), default=len(calls))
        self.tally.check(done.status == OUTPUT_ERROR and kept and flushed == kept and folders[-1] > last,
                         "a journal that is left is on disk", f"status {done.status}, kept {kept}\n" + "\n".join(calls))
        self.goes_on("a journal that was left")


def sample(dice, numbers, count):
    return sorted(dice.sample(list(numbers), min(count, len(numbers))))


def main():
    parser = program.arguments(__doc__)
    parser.add_argument("--preload", required=True, help="file_faults.so")
    parser.add_argument("--all", action="store_true", help="every call and not a sample of them")
    parser.add_argument("--sample", type=int, default=2, help="calls per kind of fault")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    tally, dice = program.Tally(), random.Random(options.seed)
    with tempfile.TemporaryDirectory(prefix="mpienc-faults-", dir=options.work, ignore_cleanup_errors=True) as scratch:
        faults = Faults(options, Path(scratch), tally)
        plain = faults.mpienc.run([faults.source, faults.reference, *OPTIONS])
        tally.check(plain.status == 0, "the plain run", plain.tail())
        lines, end = faults.calls(Fault("count"))
        faults.order(lines)
        faults.flushed_when_left()
        print(f"{len(lines)} calls, {len(end)} of them after the output's bytes are on disk")
        begin, ends = range(1, len(lines) - len(end) + 1), range(1, len(end) + 1)
        of_chunks = sum("/chunk-" in line for line in end)
        count = len(lines) if options.all else options.sample
        for kind in ("kill-before", "kill-half", "kill-after"):
            for number in sample(dice, begin, count):
                faults.killed(Fault(kind, number))
        for number in ends:
            faults.killed(Fault("kill-before", number, faults.commit))
        faults.killed(Fault("kill-after", len(end), faults.commit), last=True)
        for number in sample(dice, ends, count):
            faults.killed(Fault("kill-after", number, faults.commit), last=number == len(end))
            faults.killed(Fault("kill-before", number, faults.commit), more=["--overwrite"])
        for number in sample(dice, begin, count):
            faults.killed_twice(Fault("kill-before", dice.randint(len(begin) // 2, len(begin))), Fault("kill-before", number))
        for number in sample(dice, ends, count):
            faults.killed_twice(Fault("kill-before", dice.randint(2, len(end)), faults.commit), Fault("kill-before", number))
        for kind in ("ENOSPC", "EIO"):
            for number in sample(dice, begin, count):
                faults.fails(Fault(kind, number))
            for number in sample(dice, ends, 2 * count):
                faults.fails(Fault(kind, number, faults.commit))
        faults.fails(Fault("short", 1))
        faults.fails(Fault("no-renameat2"))
        for number in sample(dice, ends[:len(end) - of_chunks], count if options.all else 2):
            faults.launched(Fault("kill-before", number, faults.commit))
        print(f"{faults.unreached} of the chosen calls were not made, as fewer chunks had reached the journal")
        tally.check(options.all or faults.unreached <= 2 * of_chunks, "nearly all chosen calls are made")
    tally.finish()


if __name__ == "__main__":
    main()
