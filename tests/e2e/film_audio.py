"""MP3 tracks of a film: the same bytes whatever runs the job, every sample, and no worse than LAME in one piece."""

import filecmp
import subprocess
import tempfile
from pathlib import Path

import clips
import numpy
import program
from same_bytes import first_difference

RATE = 48000
DELAY = 1105  # of LAME and a decoder, which libavformat does not cut off in Matroska
# Gaps of 10 ms and more become silence.
FILL = "aresample=async=1:min_hard_comp=0.01"
# Options, and ffmpeg's for the same
ENCODINGS = [([], ["-q:a", "2"]), (["--audio-bitrate", "160k"], ["-b:a", "160k"])]
# Ranks and options
CONFIGURATIONS = [(0, ["--lanes", "1"]), (0, ["--lanes", "2"]), (0, ["--lanes", "4"]), (1, []), (2, ["--lanes", "1"]),
                  (4, ["--lanes", "1", "--schedule", "dynamic"])]


def film(path, seconds):
    """AC-3 5.1, and 16-bit stereo that begins 0.5 s later and has a hole of 3 s from 10 s on."""
    surround = "|".join(f"{level}*sin(2*PI*{tone}*t+3*sin(2*PI*0.3*t))+0.02*(random({i})-0.5)"
                        for i, (level, tone) in enumerate([(0.2, 220), (0.2, 331), (0.1, 466), (0.2, 60), (0.05, 1244), (0.05, 1700)]))
    stereo = "0.3*sin(2*PI*(200+15*t)*t)+0.03*(random(0)-0.5)|0.2*sin(2*PI*523*t)*sin(2*PI*2*t)+0.03*(random(1)-0.5)"
    whole = path.with_name("whole.mkv")
    clips.ffmpeg("-f", "lavfi", "-i", clips.motion("176x144", seconds=seconds),
                 "-f", "lavfi", "-i", f"aevalsrc={surround}:c=5.1:s={RATE}:d={seconds - 1}",
                 "-itsoffset", "0.5", "-f", "lavfi", "-i", f"aevalsrc={stereo}:s={RATE}:d={seconds - 2}",
                 "-map", "0", "-map", "1", "-map", "2", "-c:v", "mpeg2video", "-g", "12", "-b:v", "1M", "-c:a:0", "ac3", "-c:a:1", "pcm_s16le",
                 "-threads", "1", whole)
    clips.ffmpeg("-i", whole, "-map", "0", "-c", "copy", "-bsf:a:1", "noise=drop=between(pts*tb\\,10\\,13)", path)
    return path


def decoded(path, track, filters="anull"):
    """Stereo samples of an audio track from its first one on, and ffmpeg's warnings."""
    done = subprocess.run(["ffmpeg", "-nostdin", "-hide_banner", "-v", "warning", "-i", path, "-map", f"0:a:{track}", "-af", filters,
                           "-ac", "2", "-f", "f32le", "-"], capture_output=True)
    return numpy.frombuffer(done.stdout, dtype="<f4").astype(float), done.stderr.decode(errors="replace").strip()


def sound_of_mp3(path, track):
    samples, said = decoded(path, track)
    return samples[2 * DELAY:], said


def signal_to_noise(signal, coded):
    """dB, per tenth of a second that has sound."""
    step = RATE // 5
    length = min(len(signal), len(coded)) // step * step
    signal, coded = signal[:length].reshape(-1, step), coded[:length].reshape(-1, step)
    sounds = (signal ** 2).sum(axis=1) > 1
    noise = ((signal - coded) ** 2).sum(axis=1)[sounds] + 1e-9
    return 10 * numpy.log10((signal ** 2).sum(axis=1)[sounds] / noise)


class FilmAudio:
    def __init__(self, mpienc, folder, tally, source):
        self.mpienc, self.folder, self.tally, self.source = mpienc, folder, tally, source

    def encode(self, output, options, ranks=0):
        done = self.mpienc.run([self.source, output, "--preset", "ultrafast", "--chunk", "4", "--overwrite", *options], ranks)
        what = f"{output.name}, {' '.join(options)}, np {ranks}"
        return self.tally.check(done.status == 0 and output.exists(), f"{what}: runs", f"status {done.status}\n{done.tail()}") and done

    def same_bytes(self, extension, options):
        reference = None
        for ranks, more in CONFIGURATIONS:
            output = self.folder / f"{'again' if reference else 'first'}{extension}"
            if not self.encode(output, [*options, *more], ranks):
                continue
            reference = reference or output
            same = filecmp.cmp(reference, output, shallow=False)
            self.tally.check(same, f"{extension}, np {ranks} {' '.join(more)}: same bytes", "" if same else first_difference(reference, output))
        return reference

    def compare(self, made, options, theirs):
        for track in (0, 1):
            what = f"{made.name}, {' '.join(options)}, track {track}"
            signal, _ = decoded(self.source, track, FILL)
            coded, said = sound_of_mp3(made, track)
            self.tally.check(len(coded) == len(signal), f"{what}: as many samples as the source", f"{len(coded) // 2}, {len(signal) // 2}")
            self.tally.check(not said, f"{what}: ffmpeg warns of nothing", said)
            serial = self.folder / "serial.mkv"
            clips.ffmpeg("-i", self.source, "-map", f"0:a:{track}", "-ac", "2", "-af", FILL,
                         "-c:a", "libmp3lame", *theirs, serial)
            loss = signal_to_noise(signal, sound_of_mp3(serial, 0)[0]) - signal_to_noise(signal, coded)
            self.tally.check(numpy.median(loss) <= 0.5 and loss.max() <= 4, f"{what}: as good as LAME in one piece",
                             f"{numpy.median(loss):.2f} dB worse on the median, {loss.max():.2f} dB at worst")


def main():
    parser = program.arguments(__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=int, default=70, help="length of the film")
    options = parser.parse_args()
    mpienc, tally = program.Mpienc(options.mpienc, options.mpirun), program.Tally()
    with tempfile.TemporaryDirectory(prefix="mpienc-film-audio-", dir=options.work, ignore_cleanup_errors=True) as scratch:
        folder = Path(scratch)
        checks = FilmAudio(mpienc, folder, tally, film(folder / "film.mkv", options.seconds))
        for ours, theirs in ENCODINGS:
            if made := checks.same_bytes(".mkv", ours):
                checks.compare(made, ours, theirs)
        checks.same_bytes(".mp4", ["--audio-options", "crc=1:mono=1"])
        checks.same_bytes(".mka", [])
    tally.finish()


if __name__ == "__main__":
    main()
