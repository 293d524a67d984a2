"""Signals to any process of a job, at any moment: it ends, says so in one line, leaves a journal from which the same
command gives the same bytes, and nothing else. How long each end took is printed; only an end that hangs fails."""

import filecmp
import os
import random
import shutil
import signal
import tempfile
import threading
import time
from pathlib import Path

import clips
import program
import stoppable

OPTIONS = ["--preset", "fast", "--chunk", "1", "--lanes", "1"]
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2)
TOO_LONG, LONGEST = 10, stoppable.LONGEST


def journalled(output):
    folder = Path(f"{output}.journal")
    return len(list(folder.glob("chunk-*.h5"))) if folder.exists() else 0


class Trial:
    """One started job of the kind "alone", "mpirun" or "launch" and what is expected of its end."""

    def __init__(self, bench, kind, source, options=OPTIONS, more=()):
        self.bench, self.kind, self.source, self.options = bench, kind, source, options
        bench.folder.mkdir()
        self.output = bench.folder / "out.mkv"
        words = [str(x) for x in (source, self.output, *options)]
        binary = bench.mpienc.binary
        command = {"alone": [binary, *words], "mpirun": bench.mpienc.command(words, 3),
                   "launch": [binary, "launch", "-n", "3", "--mpirun", bench.mpienc.mpirun, *more, "--", *words]}[kind]
        self.job = stoppable.Job(bench.mpienc, command, bench.folder)

    def victim(self, target):
        """The process id of "head" or of the rank of that number; the head where there is no such rank yet."""
        ranks = self.job.ranks() if self.kind != "alone" else {}
        return self.job.process.pid if target == "head" else ranks.get(target, self.job.process.pid)

    def strike(self, number, target="head"):
        """Sends it, and tells how the job ended."""
        pid = self.victim(target)
        default = not self.job.blocks(pid, number) and self.kind != "launch" and (pid != self.job.process.pid or
                                                                                  self.kind == "alone")
        begun = bool(self.job.ranks()) or self.kind == "alone"
        tells_mpirun = self.kind == "mpirun" and pid == self.job.process.pid
        # Where the output stands and the ranks have gone only mpirun is left to be told.
        over = self.job.process.poll() is not None or (tells_mpirun and self.output.exists())
        since = time.monotonic()
        self.job.send(number, pid)
        # Open MPI 4's mpirun may end with 1 when it was itself told to stop.
        statuses = {1, 130} if tells_mpirun else {130}
        # launch starts a job again whose rank alone was told to stop: then the end is that of the whole job.
        limit = LONGEST if self.kind == "launch" and target != "head" else TOO_LONG
        self.judge(f"{number.name} to {target}", since, statuses, default or not begun, over, limit)

    def judge(self, what, since, statuses, unready=False, over=False, limit=TOO_LONG):
        """`unready`: the program had not begun to take signals; `over`: it had already ended."""
        job, tally = self.job, self.bench.tally
        took = job.until_end(since)
        status = job.process.returncode
        what = f"{self.kind}, {what}"
        shown = "hangs" if took is None else f"{took:.2f} s"
        kept = journalled(self.output)
        print(f"      {what}: {shown}, status {status}, {kept} chunks kept")
        if took is not None and not over:
            self.bench.times.append((took, what))
        tally.check(took is not None and took < limit, f"{what}: ends", f"{shown}\n{job.tail()}")
        done = self.output.exists()
        tally.check(status in statuses or unready or (status == 0 and done), f"{what}: the status", f"{status}\n{job.tail()}")
        tally.check(not done or status in {0, None} | (statuses & {1}) or over, f"{what}: no output but of a whole job", str(status))
        if not unready and not done:
            tally.check(len(job.errors()) == 1, f"{what}: one line", job.tail())
            tally.check(kept == 0 or "the same command goes on from there" in job.stderr,
                        f"{what}: it tells of the journal", job.tail())
        left = job.left(self.output)
        tally.check(not left, f"{what}: nothing is left", str(left))
        self.resume(what, done)

    def resume(self, what, done):
        reference = self.bench.reference
        if reference and self.source == self.bench.source:
            if not done:
                self.bench.mpienc.run([self.source, self.output, *self.options], timeout=120)
            same = self.output.exists() and filecmp.cmp(reference, self.output, shallow=False)
            self.bench.tally.check(same, f"{what}: the same command gives the same bytes")
            self.bench.tally.check(not Path(f"{self.output}.journal").exists(), f"{what}: the journal goes with the job")
        shutil.rmtree(self.bench.folder)


class Bench:
    def __init__(self, options, scratch):
        self.mpienc, self.tally = program.Mpienc(options.mpienc, options.mpirun), program.Tally()
        self.scratch, self.folder = scratch, scratch / "job"
        self.dice = random.Random(options.seed)
        self.times, self.reference = [], None
        self.source = clips.dvd_vob(scratch / "made.vob", options.seconds)
        self.reference = scratch / "reference.mkv"
        done = self.mpienc.run([self.source, self.reference, *OPTIONS])
        self.tally.check(done.status == 0, "the undisturbed run", done.tail())
        self.wall, self.chunks = done.wall, done.chunks() or 0

    def at_random(self, kind, number, target):
        trial = Trial(self, kind, self.source)
        pause = self.dice.uniform(0, 1.2) * (self.wall + (0 if kind == "alone" else 0.7))
        trial.job.wait_until(lambda: False, pause)
        trial.strike(number, target)

    def at_commit(self, kind):
        trial = Trial(self, kind, self.source)
        trial.job.wait_until(lambda: journalled(trial.output) >= self.chunks or trial.output.exists())
        trial.strike(signal.SIGINT, "head" if kind == "alone" else 0)

    def in_a_slow_frame(self, source, kind, target):
        trial = Trial(self, kind, source, ["--preset", "placebo", "--lanes", "1"])
        time.sleep(3)
        trial.strike(signal.SIGINT, target)

    def twice(self, source):
        trial = Trial(self, "alone", source, ["--preset", "placebo", "--lanes", "1"])
        time.sleep(2)
        trial.job.send(signal.SIGINT)
        time.sleep(0.3)
        trial.strike(signal.SIGINT)

    def from_a_pipe(self, kind, target, part):
        """The writer never comes (part 0), or it stalls after that part of the clip."""
        pipe = self.scratch / "pipe.vob"
        os.mkfifo(pipe)
        trial = Trial(self, kind, pipe)
        writer = None
        if part:
            writer = os.open(pipe, os.O_RDWR)
            data = self.source.read_bytes()
            data = data[:int(len(data) * part)]
            threading.Thread(target=_write_all, args=(writer, data), daemon=True).start()
        trial.job.wait_until(lambda: kind == "alone" or len(trial.job.ranks()) == 3)
        time.sleep(2)
        trial.strike(signal.SIGINT, target)
        if writer is not None:
            os.close(writer)
        pipe.unlink()

    def kill_a_worker(self):
        """Without recovery Open MPI ends the job; rank 0 gets TERM and says how to go on."""
        trial = Trial(self, "mpirun", self.source)
        trial.job.wait_until(lambda: journalled(trial.output) >= 2)
        victim = trial.job.ranks().get(2)
        over = trial.job.process.poll() is not None or victim is None
        since = time.monotonic()
        trial.job.send(signal.SIGKILL, victim)
        time.sleep(0.2)
        for segment in trial.job.segments:
            with_number = segment.decode()
            if with_number.endswith(".2") and os.path.exists(with_number):
                os.unlink(with_number)
        trial.judge("KILL to a worker", since, {130, 137}, over=over)

    def summary(self):
        self.times.sort(reverse=True)
        within = sum(took <= 1 for took, _ in self.times)
        print(f"{within} of {len(self.times)} ends within 1 s; the slowest:")
        for took, what in self.times[:8]:
            print(f"    {took:6.2f} s  {what}")


def _write_all(fd, data):
    view = memoryview(data)
    try:
        while view:
            view = view[os.write(fd, view):]
    except OSError:
        return


def slow_clip(path):
    clips.ffmpeg("-f", "lavfi", "-i", "testsrc2=s=3840x2160:r=25:d=0.6,noise=alls=12:allf=t", "-c:v", "mpeg2video",
                 "-b:v", "40M", "-f", "mpegts", path)
    return path


def main():
    parser = program.arguments(__doc__)
    parser.add_argument("--runs", type=int, default=1, help="rounds of signals at random moments")
    parser.add_argument("--seconds", type=int, default=6, help="length of the made title")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=("random", "commit", "pipe", "slow", "killed"), help="this part alone")
    options = parser.parse_args()
    wanted = lambda part: options.only in (None, part)
    with tempfile.TemporaryDirectory(prefix="signals-", dir=options.work, ignore_cleanup_errors=True) as scratch:
        bench = Bench(options, Path(scratch))
        pairs = [("alone", number, "head") for number in SIGNALS]
        pairs += [(kind, number, target) for kind in ("mpirun", "launch") for number in SIGNALS for target in ("head", 0, 1)]
        for run in range(options.runs if wanted("random") else 0):
            # By default each signal and each process once; more rounds take every pair.
            some = pairs if options.runs > 1 else pairs[:5] + bench.dice.sample(pairs[5:20], 5) + bench.dice.sample(pairs[20:], 3)
            for kind, number, target in some:
                bench.at_random(kind, number, target)
        for kind in ("alone", "mpirun") if wanted("commit") else ():
            bench.at_commit(kind)
        if wanted("pipe"):
            for kind, target, part in (("alone", "head", 0), ("alone", "head", 0.5), ("mpirun", 0, 0), ("mpirun", 1, 0),
                                       ("launch", "head", 0.5)):
                bench.from_a_pipe(kind, target, part)
        if wanted("slow"):
            source = slow_clip(bench.scratch / "slow.ts")
            for kind, target in (("alone", "head"), ("mpirun", "head"), ("mpirun", 0), ("launch", "head")):
                bench.in_a_slow_frame(source, kind, target)
            bench.twice(source)
        if wanted("killed"):
            bench.kill_a_worker()
        bench.summary()
    bench.tally.finish()


if __name__ == "__main__":
    main()
