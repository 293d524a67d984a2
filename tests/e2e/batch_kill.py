"""A batch that is killed and started again: complete outputs, the finished ones untouched, nothing else left."""

import os
import random
import shutil
import signal
import tempfile
import threading
import time
from pathlib import Path

import batch_output
import batch_tree
import kill_workers
import launch
import program
import resume

FORMATS = ("mp3", "opus")
PATIENCE = 60


def identity(folder):
    """Of each finished output: inode, time and size."""
    return {name: ((s := (folder / name).stat()).st_ino, s.st_mtime_ns, s.st_size) for name in batch_output.outputs(folder)
            if not Path(name).name.endswith(".tmp")}


class Kills:
    def __init__(self, mpienc, mpirun, tree, folder, tally):
        self.mpienc, self.mpirun, self.tree, self.folder, self.tally = mpienc, mpirun, tree, folder, tally
        self.out = folder / "out"
        self.words = ["batch", tree.root, "-o", self.out, "--to", ",".join(FORMATS), "--lanes", "1"]
        reference = folder / "reference"
        done = mpienc.run(["batch", tree.root, "-o", reference, "--to", ",".join(FORMATS)])
        tally.check(done.status == 0, "the undisturbed run", done.tail())
        self.reference = batch_output.listing(reference)
        self.count = len(batch_output.outputs(reference))
        tally.check(self.count == len(tree.songs) * len(FORMATS), "it makes all outputs", str(self.count))

    def finished(self):
        if not self.out.exists():
            return -1
        others = (batch_output.LOG, batch_output.STATUS)
        return sum(not p.name.endswith(".tmp") and p.name not in others for p in self.out.rglob("*.*") if p.is_file())

    def until(self, process, wanted):
        end = time.monotonic() + PATIENCE
        while process.poll() is None and self.finished() < wanted and time.monotonic() < end:
            time.sleep(0.01)
        return process.poll() is None

    def complete(self, what, done, kept):
        self.tally.check(done.status == 0, f"{what}: the run after it ends with 0", f"status {done.status}\n{done.tail()}")
        found = batch_output.listing(self.out)
        self.tally.check(found == self.reference, f"{what}: the same bytes, and nothing else is left",
                         batch_output.differences(self.reference, found))
        now = identity(self.out)
        touched = [name for name, state in kept.items() if now.get(name) != state]
        self.tally.check(not touched, f"{what}: {len(kept)} finished outputs are not touched", str(touched[:3]))
        try:
            rows = batch_output.read_log(self.out)
        except (OSError, ValueError) as error:
            return self.tally.check(False, f"{what}: the log is CSV", str(error))
        states = [row.status.split(":")[0] for row in rows]
        good = states.count("skipped") == len(kept) and states.count("converted") == self.count - len(kept)
        return self.tally.check(good, f"{what}: only what was not finished is done again",
                                f"{len(kept)} were kept; {states.count('skipped')} skipped, {states.count('converted')} converted")

    def kill_and_go_on(self, ranks, number, share, again):
        """Kills rank `number` (None: mpirun) and then all, with this share of the outputs made."""
        who = "the process" if not ranks else "mpirun" if number is None else f"rank {number}"
        what = f"np {ranks}, {who} killed at {share:.0%}"
        process = self.mpienc.start(self.words, ranks)
        running = self.until(process, share * self.count)
        if not self.tally.check(running, f"{what}: it was running", f"{self.finished()} of {self.count}"):
            process.communicate()
        else:
            resume.kill_job(process, self.mpienc, number)
        kept = identity(self.out)
        found = batch_output.listing(self.out)
        half = [name for name in kept if found[name] != self.reference.get(name)]
        self.tally.check(not half, f"{what}: {len(kept)} outputs have their names, all of them complete", str(half[:3]))
        try:
            rows = [(r.infile, r.format) for r in batch_output.read_log(self.out)]
            self.tally.check(len(rows) == len(set(rows)) and len(rows) <= self.count, f"{what}: its log has whole rows")
        except (OSError, ValueError) as error:
            self.tally.check(False, f"{what}: its log has whole rows", str(error))
        self.complete(what, self.mpienc.run(self.words, again), kept)
        shutil.rmtree(self.out)

    def interrupted(self, ranks, share):
        """INT ends it in order; the same command goes on."""
        what = f"np {ranks}, INT at {share:.0%}"
        process = self.mpienc.start(self.words, ranks)
        self.until(process, share * self.count)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=PATIENCE)
        self.tally.check(process.returncode == 130, f"{what}: status 130", f"{process.returncode}\n{said}")
        left = batch_output.temporary(self.out)
        self.tally.check(not left, f"{what}: no temporary file is left", str(left))
        kept = identity(self.out)
        self.complete(what, self.mpienc.run(self.words), kept)
        shutil.rmtree(self.out)

    def under_launch(self, victim, share):
        """The same run finishes without one of its workers."""
        what, killed = f"launch, rank {victim} killed at {share:.0%}", []

        def beside(process):
            if not self.until(process, share * self.count) or not (job := launch.job_name(process.pid)):
                return
            for pid in launch.carriers(job[1]):
                if kill_workers.rank_of(pid) == victim and not killed:
                    os.kill(pid, signal.SIGKILL)
                    killed.append(pid)

        watchers = []
        done = self.mpienc.run(["launch", "-n", 3, "--mpirun", self.mpirun, "--", *self.words], timeout=PATIENCE * 2,
                               beside=lambda p: (watchers.append(threading.current_thread()), beside(p)))
        for watcher in watchers:
            watcher.join()
        self.tally.check(killed, f"{what}: it was killed", f"status {done.status}\n{done.stderr}")
        good = done.status == 0 and not done.timed_out and "starting again" not in done.stderr
        self.tally.check(good, f"{what}: the same run ends with 0", f"status {done.status}\n{done.stderr}")
        if self.out.exists():
            found = batch_output.listing(self.out)
            self.tally.check(found == self.reference, f"{what}: the same bytes, and nothing else is left",
                             batch_output.differences(self.reference, found))
            rows = [(r.infile, r.format) for r in batch_output.read_log(self.out)]
            self.tally.check(len(rows) == len(set(rows)) == self.count, f"{what}: one row for each", str(len(rows)))
            shutil.rmtree(self.out)


def main():
    parser = program.arguments(__doc__)
    parser.add_argument("--runs", type=int, default=3, help="jobs to kill: one process, rank 1 of two, rank 0, mpirun, ...")
    parser.add_argument("--files", type=int, default=14)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    batch_tree.need_programs()
    tally, dice = program.Tally(), random.Random(options.seed)
    with tempfile.TemporaryDirectory(prefix="mpienc-batch-kill-", dir=options.work, ignore_cleanup_errors=True) as scratch:
        folder = Path(scratch)
        tree = batch_tree.Tree(folder / "tree", options.files, options.seed, seconds=(6, 12), bad=False)
        kills = Kills(program.Mpienc(options.mpienc, options.mpirun), options.mpirun, tree, folder, tally)
        for run in range(options.runs):
            ranks, number = ((0, None), (2, 1), (2, 0), (3, None), (4, 2))[run % 5]
            kills.kill_and_go_on(ranks, number, dice.uniform(0.1, 0.6), (2, 0)[run % 2])
        kills.interrupted(0, dice.uniform(0.1, 0.6))
        kills.under_launch(1 + options.seed % 2, dice.uniform(0.1, 0.4))
    tally.finish()


if __name__ == "__main__":
    main()
