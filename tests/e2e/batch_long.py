"""Long files in a batch: all lanes make them in chunks, with the bytes of the command for one file, on any ranks; killed and
interrupted jobs take the finished chunks from their journal, files that are cut off fail alone."""

import random
import re
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import batch
import batch_output
import clips
import program
import resume

RATE, SECONDS, CUT = 8000, 905, 100_000
SOUND = f"aevalsrc='0.3*sin(1750*t+9*sin(t/7))+0.1*sin(t*(400+t))*sin(t)+0.02*random(0)':s={RATE}:d={SECONDS}"
FORMATS = ("flac", "mp3", "test")
CHUNKED = ("flac", "mp3")
PATIENCE = 60
MP3_BYTES = 2_500_000  # of long.mp3, nearly
RESTORED = re.compile(r"^([\d,]+) chunks? of an earlier run", re.MULTILINE)
KEPT = re.compile(r"([\d,]+) finished chunks? kept in (\S+):")


def number_in(found):
    return int(found[1].replace(",", "")) if found else 0


class Long:
    def __init__(self, mpienc, folder, tally):
        self.mpienc, self.folder, self.tally = mpienc, folder, tally
        self.tree, self.out, self.reference = folder / "tree", folder / "out", None
        self.tree.mkdir()
        wav = self.tree / "long.wav"
        clips.ffmpeg("-f", "lavfi", "-i", SOUND, "-c:a", "pcm_s16le", "-bitexact", "-fflags", "+bitexact", wav)
        clips.ffmpeg("-i", wav, "-t", "3", "-bitexact", self.tree / "short.wav")
        subprocess.run(["lame", "--silent", "-b", "16", wav, self.tree / "lossy.mp3"], check=True)
        subprocess.run(["flac", "-s", "-0", "-o", self.tree / "cut.flac", wav], check=True)
        with open(self.tree / "cut.flac", "r+b") as cut:
            cut.truncate(cut.seek(0, 2) - CUT)

    def words(self, *more):
        return ["batch", self.tree, "-o", self.out, "--to", ",".join(FORMATS), *more]

    def single(self, source, target):
        """What the command for one file makes; of MP3 what is behind the tags, which are another's."""
        path = self.folder / f"one.{target}"
        done = self.mpienc.run([self.tree / source, path, "--overwrite", "-q", "--lanes", "2"])
        self.tally.check(done.status == 0, f"{source} to {target} by itself", done.tail())
        return batch_output.without_id3(path.read_bytes())

    def rows(self, what, again=False):
        """All is accounted for, and the file that is cut off has failed for its sake."""
        rows = batch_output.read_log(self.out)
        states = sorted((r.infile.name, r.format, r.status.split(":")[0]) for r in rows)
        wanted = sorted((name, target, "failed" if name == "cut.flac" else "converted")
                        for name in ("cut.flac", "long.wav", "lossy.mp3", "short.wav") for target in FORMATS)
        if not again:
            self.tally.check(states == wanted, f"{what}: a row for each", str(set(states) ^ set(wanted)))
        # What "test" says of it is an output that is there.
        cut = [r for r in rows if r.infile.name == "cut.flac" and not (again and r.format == "test")]
        good = len(cut) == len(FORMATS) - again and all("is cut off" in r.status or "damaged" in r.status for r in cut)
        self.tally.check(good, f"{what}: what is cut off has failed, and says so", str(cut))
        times = [r.seconds for r in rows if r.infile.name == "long.wav" and r.status == "converted"]
        self.tally.check(all(t > 0 for t in times), f"{what}: the lanes' time is told", str(times))

    def all_ways(self, counts):
        for ranks, more in batch.ways(counts):
            what = f"np {ranks}, {' '.join(more)}"
            done = self.mpienc.run(self.words(*more), ranks)
            self.tally.check(done.status == 3 and not done.crashed(), f"{what}: status 3", f"status {done.status}\n{done.tail()}")
            self.rows(what)
            found = batch_output.listing(self.out)
            self.tally.check(not (left := batch_output.temporary(self.out)), f"{what}: no temporary file is left", str(left))
            if self.reference is None:
                self.reference = found
                self.equal_to_single()
            else:
                self.tally.check(found == self.reference, f"{what}: the same bytes", batch_output.differences(self.reference, found))
            shutil.rmtree(self.out)

    def equal_to_single(self):
        for target in CHUNKED:
            ours = (self.out / target / f"long.{target}").read_bytes()
            theirs = self.single("long.wav", target)
            self.tally.check(batch_output.without_id3(ours) == theirs, f"{target}: the bytes of the command for one file")
        lossy = batch_output.without_id3((self.out / "mp3/lossy.mp3").read_bytes())
        self.tally.check(lossy == self.single("lossy.mp3", "mp3"), "mp3 of MP3: those bytes as well")
        theirs = self.folder / "flac.flac"
        subprocess.run(["flac", "-s", "-f", "-5", "-o", theirs, self.tree / "long.wav"], check=True)
        self.tally.check(theirs.read_bytes() == (self.out / "flac/long.flac").read_bytes(), "flac: the bytes of flac -5")

    def started(self, ranks, share, *more, journals=None):
        """A job that has written so much of an output that is made in chunks, and has some of them in its journal, if it has one."""
        process = self.mpienc.start(self.words("--lanes", "1", *more), ranks)
        wanted = share * MP3_BYTES
        end = time.monotonic() + PATIENCE
        while process.poll() is None and time.monotonic() < end:
            written = any(p.stat().st_size > wanted for p in temporary_of(self.out, "mp3"))
            if written and (journals is None or batch_output.kept(self.out, journals)):
                return process, True
            time.sleep(0.005)
        return process, False

    def goes_on(self, what, ranks, journals, *more):
        kept = {p: p.stat().st_ino for p in self.out.rglob("*.*") if p.suffix in (".mp3", ".flac", ".ana") and p.is_file()}
        chunks = batch_output.kept(self.out, journals)
        self.tally.check(chunks, f"{what}: finished chunks are in the journal")
        if (self.out / "flac/long.flac").exists() and chunks:
            shutil.copytree(journals / next(iter(chunks)), journals / "flac/long.flac")  # as by a kill right behind its naming
        done = self.mpienc.run(self.words(*more), ranks)
        self.tally.check(done.status == 3, f"{what}: the run after it ends", f"status {done.status}\n{done.tail()}")
        count = number_in(RESTORED.search(done.stderr))
        wanted = sum(chunks.values())
        self.tally.check(count == wanted, f"{what}: {wanted} chunks are taken from there", f"{count} of {chunks}\n{done.tail()}")
        self.tally.check(not journals.exists(), f"{what}: the journal goes with the job", str(list(journals.rglob("*"))))
        found = batch_output.listing(self.out)
        self.tally.check(found == self.reference, f"{what}: the same bytes, and nothing else is left",
                         batch_output.differences(self.reference, found))
        # A file that is cut off is looked at again, and what it says as well.
        touched = [p.name for p, inode in kept.items() if p.stat().st_ino != inode and "cut" not in p.name]
        self.tally.check(not touched, f"{what}: what was finished is not touched", str(touched))
        self.rows(what, again=True)
        shutil.rmtree(self.out)

    def killed(self, ranks, number, share):
        what = f"np {ranks}, rank {number} killed" if ranks else "killed"
        journals = self.out / batch_output.JOURNAL
        process, running = self.started(ranks, share, journals=journals)
        self.tally.check(running, f"{what}: amid a long file")
        resume.kill_job(process, self.mpienc, number)
        self.goes_on(what, (2, 0)[ranks > 0], journals)

    def interrupted(self, ranks, share, *more):
        """INT tells what is kept; `more`: of the run that goes on, with other ranks."""
        what = " ".join(["np", str(ranks), "INT", *(word for word in more if isinstance(word, str))])
        journals = Path(more[1]) / "out.journal" if more else self.out / batch_output.JOURNAL
        process, running = self.started(ranks, share, *more, journals=journals)
        self.tally.check(running, f"{what}: amid a long file")
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=PATIENCE)
        self.tally.check(process.returncode == 130, f"{what}: status 130", f"{process.returncode}\n{said}")
        left = batch_output.temporary(self.out)
        self.tally.check(not left, f"{what}: no temporary file is left", str(left))
        failed = [r for r in batch_output.read_log(self.out) if r.status.startswith("failed") and "cut" not in r.infile.name]
        self.tally.check(not failed, f"{what}: nothing is said to have failed", str(failed))
        there, told = sum(batch_output.kept(self.out, journals).values()), KEPT.search(said)
        # What was on its way to the disk may have come behind the words.
        self.tally.check(told and told[2] == str(journals) and there - 1 <= number_in(told) <= there, f"{what}: tells of {there} chunks", said)
        self.goes_on(what, (2, 0)[ranks > 0], journals, *more)


def temporary_of(folder, target):
    """Temporary files of outputs of this format, as far as they do not go away meanwhile."""
    return [p for p in (folder / target).glob(".*.tmp") if p.exists()] if (folder / target).exists() else []


def main():
    parser = program.arguments(__doc__)
    parser.add_argument("--np", type=batch.counts, default=[0, 2], help="ranks, as 0,1,2,4; 0: without mpirun")
    parser.add_argument("--kills", type=int, default=1, help="jobs to kill")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    for name in ("flac", "lame", "ffmpeg"):
        if not shutil.which(name):
            program.skip(f"the {name} program is not installed")
    tally, dice = program.Tally(), random.Random(options.seed)
    with tempfile.TemporaryDirectory(prefix="mpienc-long-", dir=options.work, ignore_cleanup_errors=True) as scratch:
        long = Long(program.Mpienc(options.mpienc, options.mpirun), Path(scratch), tally)
        long.all_ways(options.np)
        for run in range(options.kills):
            ranks, number = ((2, 0), (2, 1), (0, None))[run % 3]
            long.killed(ranks, number, dice.uniform(0.1, 0.6))
        (elsewhere := Path(scratch) / "journals").mkdir()
        long.interrupted(0, dice.uniform(0.1, 0.6), "--journal", elsewhere)
        if options.kills > 1:
            long.interrupted(0, dice.uniform(0.1, 0.6))
    tally.finish()


if __name__ == "__main__":
    main()
