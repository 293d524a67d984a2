"""WAV to FLAC on all lanes and ranks: byte for byte what the flac program writes."""

import itertools
import random
import shutil
import subprocess
import tempfile
from pathlib import Path

import program
import recordings
from same_bytes import first_difference

FORMS = [recordings.Form(rate, channels, bits)
         for rate, channels, bits in itertools.product((22050, 44100, 48000, 96000), (1, 2, 6), (8, 16, 24))]
LENGTHS = (1, 15, 16, 100, 4095, 4096, 4097, 393215, 393216, 393217)
LEVELS = range(9)
MORE = (("-e",), ("-p",), ("-b", "1024"), ("-b", "4608"), ("-e", "-p"))
RANKS = (0, 0, 0, 2, 4)


def cases(options, randomly):
    every = list(itertools.product(FORMS, LENGTHS, LEVELS))
    if options.all:
        return every
    long_ones = [c for c in every if c[1] > 100_000]
    short_ones = [c for c in every if c[1] <= 100_000]
    return randomly.sample(long_ones, options.cases // 2) + randomly.sample(short_ones, options.cases // 2)


class FlacFiles:
    def __init__(self, mpienc, folder, tally, randomly):
        self.mpienc, self.folder, self.tally, self.randomly = mpienc, folder, tally, randomly
        self.kinds = ["made", *recordings.music()]

    def compare(self, wav, level, more, what, ranks):
        ours, theirs = self.folder / "ours.flac", self.folder / "theirs.flac"
        told = subprocess.run(["flac", f"-{level}", *more, "-f", "-s", "-o", theirs, wav], capture_output=True, text=True)
        done = self.mpienc.run([wav, ours, "--compression", level, *more, "--overwrite", "-q"], ranks)
        if told.returncode != 0:
            self.tally.check(done.status != 0 and len(done.own_lines()) == 1, f"{what}: refused, as flac does", done.tail())
            return
        if not self.tally.check(done.status == 0 and ours.exists(), f"{what}: runs", f"status {done.status}\n{done.tail()}"):
            return
        same = ours.read_bytes() == theirs.read_bytes()
        self.tally.check(same, f"{what}: flac's bytes", "" if same else first_difference(theirs, ours))

    def one(self, form, samples, level, more=(), kind=None, ranks=None):
        kind = kind or self.randomly.choice(self.kinds)
        ranks = self.randomly.choice(RANKS) if ranks is None else ranks
        wav = recordings.record(self.folder / "in.wav", kind, form, samples)
        name = kind if kind == "made" else kind.stem
        self.compare(wav, level, more, f"{name}, {form}, {samples} samples, -{level} {' '.join(more)}, np {ranks}", ranks)

    def no_chunk_off_the_multiple(self):
        """Loose mid/side depends on how far a chunk is from the start: no option may cut elsewhere."""
        wav = recordings.record(self.folder / "in.wav", self.kinds[-1], recordings.Form(), 20 * 44100)
        for chunk in ("0.1", "1", "3.3"):
            ours, theirs = self.folder / "ours.flac", self.folder / "theirs.flac"
            subprocess.run(["flac", "-4", "-f", "-s", "-o", theirs, wav], check=True)
            done = self.mpienc.run([wav, ours, "--compression", "4", "--chunk", chunk, "--overwrite", "-q"])
            good = done.status == 0 and ours.read_bytes() == theirs.read_bytes()
            self.tally.check(good or (done.status == 2 and "--chunk" in done.stderr), f"--chunk {chunk} cuts nowhere else",
                             done.tail())

    def test_files(self, files):
        for path in files:
            raw = ["flac", "-d", "-c", "-s", "--force-raw-format", "--endian=little", "--sign=signed"]
            decoded = subprocess.run([*raw, path], capture_output=True)
            if decoded.returncode != 0:
                continue
            ours = self.folder / "ours.flac"
            done = self.mpienc.run([path, ours, "--overwrite", "-q"])
            if not self.tally.check(done.status == 0, f"{path.name}: runs", f"status {done.status}\n{done.tail()}"):
                continue
            again = subprocess.run([*raw, ours], capture_output=True)
            tested = subprocess.run(["flac", "-t", "-s", ours], capture_output=True, text=True)
            listed = subprocess.run(["metaflac", "--list", ours], capture_output=True)
            self.tally.check(again.stdout == decoded.stdout and tested.returncode == 0 and listed.returncode == 0,
                             f"{path.name}: the same samples; flac -t and metaflac --list are content", tested.stderr)


def main():
    parser = program.arguments(__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=60, help="of forms, lengths and levels, drawn by --seed")
    parser.add_argument("--all", action="store_true", help="all forms, lengths and levels")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=int, default=21, help="length of the long recording")
    options = parser.parse_args()
    if not shutil.which("flac"):
        program.skip("the flac program is not installed")
    mpienc, tally, randomly = program.Mpienc(options.mpienc, options.mpirun), program.Tally(), random.Random(options.seed)
    media = program.media_folder()
    with tempfile.TemporaryDirectory(prefix="mpienc-flac-", dir=options.work, ignore_cleanup_errors=True) as scratch:
        files = FlacFiles(mpienc, Path(scratch), tally, randomly)
        for form, samples, level in cases(options, randomly):
            files.one(form, samples, level)
        for more in MORE:
            files.one(recordings.Form(), 450_000, randomly.choice(LEVELS), more)
        files.one(recordings.Form(), options.minutes * 60 * 44100, 5, kind=files.kinds[-1], ranks=2)
        files.no_chunk_off_the_multiple()
        if media:
            files.test_files(sorted(p for name in ("flac_subset", "flac_uncommon", "flac_ax", "taglib")
                                    for p in (media / "audio" / name).glob("*.flac")))
    tally.finish()


if __name__ == "__main__":
    main()
