"""WAV to MP3 on all lanes and ranks: lame's bytes where the mode allows it, all samples and no seam elsewhere."""

import random
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import numpy
import program
import recordings
from same_bytes import first_difference

CD, MONO, DVD, LOW = (recordings.Form(*f) for f in ((44100, 2), (44100, 1), (48000, 2), (22050, 2)))
# lame's words, ours, the recording's form
EQUAL = [
    *(([f"-b{rate}"], ["--audio-bitrate", f"{rate}k"], form)
      for rate, form in ((128, CD), (192, CD), (320, CD), (192, DVD), (128, MONO), (64, LOW))),
    *(([f"-V{quality}"], ["--audio-quality", str(quality)], form)
      for quality, form in ((4, CD), (5, CD), (7, CD), (9, CD), (4, MONO), (4, DVD))),
    (["-b", "192", "-p"], ["--audio-bitrate", "192k", "--audio-options", "crc=1"], CD),
    (["-V4", "-p"], ["--audio-quality", "4", "--audio-options", "crc=1"], CD),
    (["-V2", "--nores"], ["--audio-quality", "2", "--audio-options", "reservoir=0"], CD),
    (["-b", "192", "--nores"], ["--audio-bitrate", "192k", "--audio-options", "reservoir=0"], CD),
]
GAPLESS = [
    (["-V0"], ["--audio-quality", "0"], CD),
    (["-V2"], ["--audio-quality", "2"], CD),
    (["-V2"], ["--audio-quality", "2"], MONO),
    (["-V5"], ["--audio-quality", "5"], LOW),  # which LAME takes for a number below 4
    (["--abr", "192"], ["--audio-bitrate", "192k", "--audio-options", "abr=1"], CD),
]
RANKS = (0, 0, 2, 4)
TENTH = 8820  # values; a tenth of a second of stereo at 44.1 kHz


def decoded(path):
    """Samples (one row each) as ffmpeg decodes them, and what it had to say."""
    done = subprocess.run(["ffmpeg", "-nostdin", "-hide_banner", "-v", "warning", "-i", path, "-f", "s16le", "-"],
                          capture_output=True)
    return numpy.frombuffer(done.stdout, dtype="<i2").astype(float), done.stderr.decode(errors="replace").strip()


def noise_ratio(signal, coded):
    """dB, per TENTH of the shorter one."""
    length = min(len(signal), len(coded)) // TENTH * TENTH
    signal, coded = signal[:length].reshape(-1, TENTH), coded[:length].reshape(-1, TENTH)
    noise = ((signal - coded) ** 2).sum(axis=1) + 1
    return 10 * numpy.log10(((signal ** 2).sum(axis=1) + 1) / noise)


def seamless(loss):
    """Of the noise ratio in dB against a serial encoder's."""
    return numpy.median(loss) <= 1 and loss.max() <= 4


class Mp3Files:
    def __init__(self, mpienc, walker, folder, tally, randomly):
        self.mpienc, self.walker, self.folder, self.tally, self.randomly = mpienc, walker, folder, tally, randomly
        self.kinds = recordings.music() or ["made"]

    def encode(self, theirs, ours, form, seconds):
        wav = recordings.record(self.folder / "in.wav", self.randomly.choice(self.kinds), form, form.rate * seconds + 77)
        one, other = self.folder / "ours.mp3", self.folder / "theirs.mp3"
        subprocess.run(["lame", "--silent", "--noreplaygain", *theirs, wav, other], check=True)
        ranks = self.randomly.choice(RANKS)
        done = self.mpienc.run([wav, one, *ours, "--overwrite", "-q"], ranks)
        what = f"{' '.join(theirs)}, {form}, np {ranks}"
        if not self.tally.check(done.status == 0 and one.exists(), f"{what}: runs", f"status {done.status}\n{done.tail()}"):
            return None
        if self.walker:
            walked = subprocess.run([self.walker, one], capture_output=True, text=True)
            self.tally.check(walked.returncode == 0, f"{what}: every frame is as it should be", walked.stderr)
        return wav, one, other, what

    def equal(self, theirs, ours, form, seconds):
        if found := self.encode(theirs, ours, form, seconds):
            _, one, other, what = found
            same = one.read_bytes() == other.read_bytes()
            self.tally.check(same, f"{what}: lame's bytes", "" if same else first_difference(other, one))

    def gapless(self, theirs, ours, form, seconds):
        if not (found := self.encode(theirs, ours, form, seconds)):
            return
        wav, one, other, what = found
        (signal, _), (coded, said), (serial, _) = decoded(wav), decoded(one), decoded(other)
        self.tally.check(len(coded) == len(signal), f"{what}: as many samples as the source", f"{len(coded)}, {len(signal)}")
        self.tally.check(not said, f"{what}: ffmpeg warns of nothing", said)
        by_lame = subprocess.run(["lame", "--decode", "-t", one, "-"], capture_output=True)
        self.tally.check(len(by_lame.stdout) == 2 * len(signal), f"{what}: as many by lame --decode",
                         f"{len(by_lame.stdout) // 2}, {len(signal)}")
        lines = re.split(r"[\r\n]+", by_lame.stderr.decode(errors="replace").lower())  # \r ends its progress
        warned = [line for line in lines if any(word in line for word in ("warning", "error", "bitstream"))]
        self.tally.check(not warned, f"{what}: lame --decode warns of nothing", str(warned))
        loss = noise_ratio(signal, serial) - noise_ratio(signal, coded)
        self.tally.check(seamless(loss), f"{what}: no seam against the serial encoder",
                         f"{numpy.median(loss):.2f} dB on the median, {loss.max():.2f} dB at worst")
        lost = coded.copy()
        loudest = TENTH * int(numpy.argmax((signal[:len(signal) // TENTH * TENTH].reshape(-1, TENTH) ** 2).sum(axis=1)))
        lost[loudest:loudest + 2304] *= -1
        self.tally.check(not seamless(noise_ratio(signal, serial) - noise_ratio(signal, lost)),
                         f"{what}: a frame upside down would be seen")


def main():
    parser = program.arguments(__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=int, default=150, help="length of each recording")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--walker", help="the built mp3_walk; without it frames are not looked at one by one")
    options = parser.parse_args()
    if not shutil.which("lame"):
        program.skip("the lame program is not installed")
    mpienc, tally = program.Mpienc(options.mpienc, options.mpirun), program.Tally()
    with tempfile.TemporaryDirectory(prefix="mpienc-mp3-", dir=options.work, ignore_cleanup_errors=True) as scratch:
        files = Mp3Files(mpienc, options.walker, Path(scratch), tally, random.Random(options.seed))
        for case in EQUAL:
            files.equal(*case, options.seconds)
        for case in GAPLESS:
            files.gapless(*case, options.seconds)
    tally.finish()


if __name__ == "__main__":
    main()
