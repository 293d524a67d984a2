"""Workers of `mpienc launch` are killed at random moments: the same run finishes, with the same bytes."""

import contextlib
import filecmp
import os
import random
import shutil
import signal
import statistics
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import clips
import launch
import program

RANKS = 4
OPTIONS = ["--preset", "medium", "--chunk", "1", "--lanes", "1", "--crf", "20"]
TCP = ["--mpirun-arg=--mca", "--mpirun-arg=btl", "--mpirun-arg=self,tcp"]
LIMIT = 180
SILENT = "has been silent"


def rank_of(pid):
    for variable in launch.environment(pid):
        if variable.startswith(b"OMPI_COMM_WORLD_RANK="):
            return int(variable.split(b"=")[1])
    return None


@dataclass
class Seen:
    """What was noted of a running job; `begun` is when its output had its first bytes."""

    mark: bytes = b""
    begun: float = 0
    victim: int = 0
    after: float = 0
    killed: bool = False
    segments: set = field(default_factory=set)


class Victims:
    def __init__(self, mpienc, mpirun, folder, tally, name="film.mkv", options=OPTIONS):
        self.mpienc, self.mpirun, self.tally, self.options = mpienc, mpirun, tally, options
        self.out = folder / "out"
        self.out.mkdir()
        self.output = self.out / name
        self.reference = folder / "reference.mkv"

    def begun(self, process):
        """The job's mark and its ranks' process ids, once the output has bytes."""
        found = launch.job_name(process.pid)
        if not found or not any(p.stat().st_size for p in self.out.glob(".*.tmp")):
            return None
        pids = {rank_of(pid): pid for pid in launch.carriers(found[1]) - {found[0]}}
        return (found[1], pids) if set(pids) >= set(range(RANKS)) else None

    def run(self, source, shared, victim=None, delay=0.0):
        """One job; rank `victim` is killed `delay` seconds after the output has its first bytes."""
        seen = Seen(victim=victim)

        def watch(process):
            def look():
                with contextlib.suppress(FileNotFoundError):
                    return process.poll() is not None or self.begun(process)

            found = launch.wait_for(look)
            if not isinstance(found, tuple):
                return
            seen.begun = time.monotonic()
            seen.mark, pids = found
            seen.segments = launch.mapped_segments(pids.values())
            if victim is None:
                return
            time.sleep(max(0.0, seen.begun + delay - time.monotonic()))
            if rank_of(pids[victim]) == victim:
                os.kill(pids[victim], signal.SIGKILL)
                seen.killed, seen.after = True, time.monotonic() - seen.begun

        watcher = []

        def beside(process):
            watcher.append(threading.current_thread())
            watch(process)

        words = ["launch", "-n", RANKS, "--mpirun", self.mpirun, *([] if shared else TCP), "--", source,
                 self.output, *self.options]
        done = self.mpienc.run(words, beside=beside, timeout=LIMIT)
        ended = time.monotonic()
        for thread in watcher:
            thread.join()
        return done, seen, ended - seen.begun

    def left(self, seen):
        """What the job has left on this host."""
        found = [f"process {pid}" for pid in launch.carriers(seen.mark)] if seen.mark else ["no mark was seen"]
        found += sorted(seen.segments & launch.segments())
        return found + sorted(p.name for p in self.out.iterdir() if p != self.output)

    def check(self, what, done, seen):
        good = done.status == 0 and self.output.exists() and filecmp.cmp(self.reference, self.output, shallow=False)
        good = self.tally.check(good, f"{what}: status 0 and the same bytes", f"status {done.status}\n{done.stderr}")
        again = "starting again" in done.stderr
        good &= self.tally.check(not again, f"{what}: in the same run", done.stderr)
        left = self.left(seen)
        good &= self.tally.check(not left, f"{what}: nothing is left", f"{left}\n{done.stderr}")
        for path in self.out.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        return good


def main():
    parser = program.arguments(__doc__)
    parser.add_argument("--runs", type=int, default=2, help="workers to kill, each in a run of 10 to 15 s")
    parser.add_argument("--seconds", type=int, default=12, help="length of the made title")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    tally, dice = program.Tally(), random.Random(options.seed)
    walls, losses, kills = [], 0, 0
    with tempfile.TemporaryDirectory(prefix="mpienc-workers-", dir=options.work, ignore_cleanup_errors=True) as scratch:
        folder = Path(scratch)
        source = clips.dvd_vob(folder / "made.vob", options.seconds)
        victims = Victims(program.Mpienc(options.mpienc, options.mpirun), options.mpirun, folder, tally)
        plain = victims.mpienc.run([source, victims.reference, *OPTIONS])
        tally.check(plain.status == 0, "the plain run", plain.tail())
        quiet, seen, duration = victims.run(source, True)
        victims.check("nobody is killed", quiet, seen)
        for run in range(1, 2 * options.runs + 1):
            shared, victim = kills % 2 == 0, dice.randint(1, RANKS - 1)
            done, seen, wall = victims.run(source, shared, victim, dice.uniform(0, duration))
            how = f"{seen.after:.2f} s after the begin" if seen.killed else "not killed, it had ended"
            what = f"run {run}, {'shared memory' if shared else 'TCP'}, rank {victim} {how}"
            victims.check(f"{what}, {wall:.1f} s", done, seen)
            kills += seen.killed
            losses += SILENT in done.stderr
            if seen.killed:
                walls.append(wall)
            else:
                duration = min(duration, wall)
            if kills == options.runs:
                break
        tally.check(kills == options.runs, f"{kills} workers were killed")
    if walls:
        print(f"{kills} kills, {losses} told as losses; such a run took {min(walls):.1f} to {max(walls):.1f} s, "
              f"median {statistics.median(walls):.1f} s, an undisturbed one {duration:.1f} s")
    tally.finish()


if __name__ == "__main__":
    main()
