"""The journal of a batch's long files: killed at any call that changes a file, on a full disk, beside another batch and after a
codec's crash the same command ends with the same bytes and leaves nothing else."""

import os
import random
import shutil
import signal
import struct
import tempfile
import time
from pathlib import Path

import batch_long
import batch_output
import clips
import program

KILLED = -9
CRASHING = (12345, -12345, 12345, -12345)  # samples that the preloaded codec crashes at
CRASH_AT = 500  # s


class Journals:
    def __init__(self, options, folder, tally):
        self.mpienc, self.tally = program.Mpienc(options.mpienc, options.mpirun), tally
        self.preload, self.shim = options.preload, options.shim
        self.folder, self.out, self.tree = folder, folder / "out", folder / "tree"
        self.journals, self.log = self.out / batch_output.JOURNAL, folder / "calls"
        self.tree.mkdir()
        wav = self.tree / "long.wav"
        clips.ffmpeg("-f", "lavfi", "-i", batch_long.SOUND, "-c:a", "pcm_s16le", "-bitexact", "-fflags", "+bitexact", wav)
        with open(wav, "r+b") as file:
            file.seek(44 + 2 * batch_long.RATE * CRASH_AT)
            file.write(struct.pack("<4h", *CRASHING))
        done = self.run()
        self.reference = batch_output.listing(self.out)
        names = {name for name, what in self.reference.items() if len(what) == 64}
        tally.check(done.status == 0 and names == {"flac/long.flac", "mp3/long.mp3"}, "the undisturbed run", done.tail())
        shutil.rmtree(self.out)

    def words(self, *more):
        # The status file is written by the clock: its calls would be others in each run.
        return ["batch", self.tree, "-o", self.out, "--to", "mp3,flac", "--lanes", "1", "--no-status", *more]

    def run(self, *more, environment=None, ranks=0):
        return self.mpienc.run(self.words(*more), ranks, environment, timeout=120)

    def faulty(self, kind, at, under):
        self.log.unlink(missing_ok=True)
        return self.run(environment={"LD_PRELOAD": str(self.preload), "FILE_FAULTS_UNDER": str(under), "FILE_FAULTS_KIND": kind,
                                     "FILE_FAULTS_AT": str(at), "FILE_FAULTS_LOG": str(self.log)})

    def calls(self, under):
        """How many a run makes there."""
        done = self.faulty("count", -1, under)
        self.ends(f"counted below {under.name or 'all'}", done)
        return len(self.log.read_text().splitlines())

    def ends(self, what, done):
        found = batch_output.listing(self.out)
        good = done.status == 0 and found == self.reference
        self.tally.check(good, f"{what}: the same bytes, and nothing else is left",
                         f"status {done.status}, {batch_output.differences(self.reference, found)}\n{done.tail()}")
        shutil.rmtree(self.out)

    def goes_on(self, what, *more, ranks=0, restored=None):
        kept = sum(batch_output.kept(self.out, self.journals).values())
        done = self.run(*more, ranks=ranks)
        count, wanted = batch_long.number_in(batch_long.RESTORED.search(done.stderr)), kept if restored is None else restored
        self.tally.check(count == wanted, f"{what}: {wanted} of {kept} chunks are taken from there", f"{count}\n{done.tail()}")
        self.ends(what, done)

    def killed(self, kind, at, ranks):
        what = f"{kind} at call {at}"
        done = self.faulty(kind, at, self.out)
        if done.status == 0:
            return self.ends(f"{what}, which was not made", done)
        self.tally.check(done.status == KILLED, f"{what}: killed", f"{done.status}\n{done.tail()}")
        self.goes_on(what, ranks=ranks)

    def full(self, kind, at):
        what = f"{kind} in the journal from call {at} on"
        done = self.faulty(kind, at, self.journals)
        told = "no space left" in done.stderr or "Input/output error" in done.stderr
        self.tally.check(done.status == 0 and (told or done.wall < 6), f"{what}: the batch goes on, with a warning", done.tail())
        if kind == "ENOSPC":
            return self.ends(what, done)
        # What cannot be deleted goes with the next run.
        self.ends(what, self.run())

    def started(self, *more):
        """A job with some chunks of its MP3 in the journal."""
        process = self.mpienc.start(self.words(*more))
        end = time.monotonic() + batch_long.PATIENCE
        while process.poll() is None and time.monotonic() < end and not list(self.journals.glob("mp3/long.mp3/chunk-*.h5")):
            time.sleep(0.005)
        self.tally.check(process.poll() is None, "a job amid a long file")
        return process

    def stopped(self, number=signal.SIGKILL):
        process = self.started()
        process.send_signal(number)
        return process.communicate(timeout=batch_long.PATIENCE)[1]

    def other_options(self):
        self.stopped(signal.SIGINT)
        done = self.run("--mp3-options", "quality=7")
        self.tally.check(done.status == 0 and "mp3/long.mp3 begins anew" in done.stderr, "other options: begun anew, and told", done.tail())
        mp3 = self.out / "mp3/long.mp3"
        self.tally.check(batch_output.listing(self.out)["mp3/long.mp3"] != self.reference["mp3/long.mp3"] and mp3.stat().st_size > 0,
                         "other options: other bytes")
        shutil.rmtree(self.out)

    def other_source(self):
        """A file of the same size, of which no more is known to be another than its samples."""
        self.stopped(signal.SIGINT)
        wav, state = self.tree / "long.wav", (self.tree / "long.wav").stat()
        whole = wav.read_bytes()
        wav.write_bytes(whole[:44] + bytes(2 * batch_long.RATE) + whole[44 + 2 * batch_long.RATE:])
        done = self.run()
        flac, fresh = batch_output.listing(self.out), self.folder / "fresh"
        again = self.mpienc.run(["batch", self.tree, "-o", fresh, "--to", "mp3,flac", "--no-journal", "--no-status"])
        self.tally.check(done.status == again.status == 0 and batch_output.listing(fresh) == flac, "another source: none of the old chunks",
                         done.tail())
        wav.write_bytes(whole)
        os.utime(wav, ns=(state.st_atime_ns, state.st_mtime_ns))
        shutil.rmtree(self.out)
        shutil.rmtree(fresh)

    def beside_another(self):
        process = self.started()
        process.send_signal(signal.SIGSTOP)
        held = sorted(self.journals.rglob("*"))
        done = self.run()
        self.tally.check(done.status == 0 and done.stderr.count("another mpienc is at work") == 1, "two batches at once: told once", done.tail())
        self.tally.check(set(held) <= set(self.journals.rglob("*")), "two batches at once: the other's journal is not touched")
        process.send_signal(signal.SIGCONT)
        out, err = process.communicate(timeout=batch_long.PATIENCE)
        self.ends("two batches at once", program.Result(process.returncode, out, err, 0))

    def crashing(self):
        """The chunk is found by the run after the one that it has killed; its output fails, the other does not."""
        environment = {"LD_PRELOAD": str(self.shim), "CRASH_SAMPLES": str(CRASHING[0])}
        first = self.run(environment=environment)
        self.tally.check(first.status == -signal.SIGSEGV, "a chunk that crashes the codec ends the process", f"{first.status}\n{first.tail()}")
        second = self.run(environment=environment)
        rows = {row.format: row for row in batch_output.read_log(self.out)}
        self.tally.check("did not end in order" in second.stderr and second.status == 3, "the next run is careful", second.tail())
        self.tally.check(rows["flac"].code == 5 and "crashed" in rows["flac"].status, "and fails the output alone", str(rows))
        self.tally.check((self.out / "mp3/long.mp3").exists() and not self.journals.exists(), "and makes the other, and leaves no journal")
        self.ends("without the crash", self.run())

    def without(self):
        process = self.mpienc.start(self.words("--no-journal"))
        end = time.monotonic() + batch_long.PATIENCE
        while process.poll() is None and time.monotonic() < end and not (self.out / "mp3").exists():
            time.sleep(0.005)
        time.sleep(0.3)
        self.tally.check(process.poll() is None and not self.journals.exists(), "--no-journal keeps none")
        process.kill()
        process.communicate(timeout=batch_long.PATIENCE)
        shutil.rmtree(self.out)


def main():
    parser = program.arguments(__doc__)
    parser.add_argument("--preload", required=True, help="file_faults.so")
    parser.add_argument("--shim", required=True, help="crashing_codec.so")
    parser.add_argument("--kills", type=int, default=2, help="jobs to kill at a call that changes a file")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    tally, dice = program.Tally(), random.Random(options.seed)
    with tempfile.TemporaryDirectory(prefix="mpienc-journals-", dir=options.work, ignore_cleanup_errors=True) as scratch:
        test = Journals(options, Path(scratch), tally)
        count = test.calls(test.out)
        print(f"{count} calls")
        for run in range(options.kills):
            test.killed(("kill-before", "kill-half", "kill-after")[run % 3], dice.randint(1, count), (0, 2)[run % 2])
        for run in range(max(1, options.kills // 3)):
            test.full(("ENOSPC", "EIO")[run % 2], dice.randint(1, count // 2))
        test.stopped()
        test.goes_on("--restart", "--restart", restored=0)
        test.other_options()
        test.other_source()
        test.beside_another()
        test.crashing()
        test.without()
    tally.finish()


if __name__ == "__main__":
    main()
