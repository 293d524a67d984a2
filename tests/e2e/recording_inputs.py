"""Recordings that come through a pipe, that LAME resamples, of several files and by --map: all samples, and the truth about
them in the summary."""

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import clips
import program
import recordings

RATE = 44100


def samples_of(path):
    decoded = subprocess.run(["ffmpeg", "-nostdin", "-v", "warning", "-i", path, "-f", "s16le", "-"], capture_output=True)
    return decoded.stdout, decoded.stderr.decode(errors="replace").strip()


class Inputs:
    def __init__(self, mpienc, folder, tally):
        self.mpienc, self.folder, self.tally = mpienc, folder, tally
        self.first = self.record("first.wav", 70 * RATE + 11)
        self.second = self.record("second.wav", 3 * RATE + 5)
        # As ffmpeg writes into a pipe: without a length.
        self.stream = folder / "stream.wav"
        with self.stream.open("wb") as out:
            subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-i", self.first, "-f", "wav", "-"], stdout=out, check=True)

    def record(self, name, samples):
        return recordings.record(self.folder / name, "made", recordings.Form(), samples)

    def run(self, what, inputs, output, *more):
        """The program's summary, or nothing."""
        done = self.mpienc.run([*inputs, output, *more, "--overwrite", "--no-journal"])
        good = self.tally.check(done.status == 0 and output.exists(), f"{what}: runs", done.tail())
        return done.stderr if good else None

    def piped(self, what, output, *more):
        pipe = self.folder / "pipe"
        os.mkfifo(pipe)
        with subprocess.Popen(["dd", f"if={self.stream}", f"of={pipe}", "bs=64k", "status=none"]):
            said = self.run(what, [pipe], output, *more)
        pipe.unlink()
        return said

    def counts(self, what, said, samples, pieces):
        found = re.search(r"samples +([\d,]+) in, ([\d,]+) out, in (.+)", said or "")
        self.tally.check(found and {found[1], found[2]} == {f"{samples:,}"} and found[3] == pieces,
                         f"{what}: the summary counts them", said)

    def through_a_pipe(self):
        flac, mp3, theirs = (self.folder / x for x in ("ours.flac", "ours.mp3", "theirs.mp3"))
        said = self.piped("a pipe to FLAC", flac)
        self.counts("a pipe to FLAC", said, 70 * RATE + 11, "7 chunks")
        self.tally.check(samples_of(flac)[0] == samples_of(self.first)[0], "a pipe to FLAC: all samples")
        for ours, lames, pieces in ((["--audio-bitrate", "128k"], ["-b128"], "2 chunks"), (["--audio-quality", "9"], ["-V9"], "one piece")):
            what = f"a pipe to {lames[0]}"
            said = self.piped(what, mp3, *ours)
            self.counts(what, said, 70 * RATE + 11, pieces)
            subprocess.run(["lame", "--silent", "--noreplaygain", *lames, self.first, theirs], check=True)
            self.tally.check(mp3.exists() and mp3.read_bytes() == theirs.read_bytes(), f"{what}: lame's bytes")

    def as_a_programme(self):
        one, other = samples_of(self.first)[0], samples_of(self.second)[0]
        for name in ("ours.flac", "ours.mp3"):
            output = self.folder / name
            for what, inputs, more, length in ((f"two files to {name}", [self.first, self.second], [], len(one) + len(other)),
                                               (f"--map to {name}", [self.first], ["--map", "a:0"], len(one))):
                said = self.run(what, inputs, output, *more)
                self.tally.check(name == "ours.mp3" or "no other lane works" in (said or ""), f"{what}: says that one encoder makes it", said)
                found, warned = samples_of(output)
                self.tally.check(len(found) == length and not warned, f"{what}: as many samples", f"{len(found)}, {length}; {warned}")
                self.tally.check(name == "ours.mp3" or found == (one + other)[:length], f"{what}: the same")

    def of_a_film(self):
        """The sound that --map chooses, and no track of video in a file that has room for covers alone."""
        film = self.folder / "film.mkv"
        clips.ffmpeg("-f", "lavfi", "-i", "testsrc=s=64x48:d=4", "-i", self.first, "-i", self.second, "-map", "0", "-map", "1",
                     "-map", "2", "-t", 3, "-c:v", "mpeg2video", "-c:a", "flac", film)
        wanted = samples_of(self.second)[0][:4 * 3 * RATE]
        done = self.mpienc.run([film, self.folder / "both.mp3", "--map", "a", "--no-journal"])
        lines = done.own_lines()
        self.tally.check(done.status == 4 and len(lines) == 1 and "--map a:0" in lines[0], "two sounds to MP3: one line says what to do",
                         done.tail())
        for name in ("ours.flac", "ours.mp3"):
            output, what = self.folder / name, f"a film's second sound to {name}"
            self.run(what, [film], output, "--map", "a:1")
            found, warned = samples_of(output)
            self.tally.check(len(found) == len(wanted) and not warned, f"{what}: as many samples", f"{len(found)}, {len(wanted)}; {warned}")
            self.tally.check(name == "ours.mp3" or found == wanted, f"{what}: the same")


def main():
    options = program.arguments(__doc__.splitlines()[0]).parse_args()
    if not shutil.which("lame"):
        program.skip("the lame program is not installed")
    mpienc, tally = program.Mpienc(options.mpienc, options.mpirun), program.Tally()
    with tempfile.TemporaryDirectory(prefix="mpienc-inputs-", dir=options.work, ignore_cleanup_errors=True) as scratch:
        inputs = Inputs(mpienc, Path(scratch), tally)
        inputs.through_a_pipe()
        inputs.as_a_programme()
        inputs.of_a_film()
    tally.finish()


if __name__ == "__main__":
    main()
