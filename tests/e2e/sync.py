"""Flash and beep stay together: one clip, two clips with a clock restart, as Matroska and as MP4.

Times are what a player goes by: each decoded frame's own timestamp, picture and sound alike.
"""

import functools
import re
import subprocess
import tempfile
from array import array
from pathlib import Path

import clips
import program

FRAME = 1152 / 48000
PICTURE = 1 / 25


def flashes(path):
    """Seconds at which the picture turns white, from signalstats of every frame."""
    done = subprocess.run(
        ["ffmpeg", "-nostdin", "-v", "error", "-copyts", "-i", str(path), "-map", "0:v:0", "-fps_mode",
         "passthrough", "-vf", "format=gray,signalstats,metadata=print:key=lavfi.signalstats.YAVG:file=-",
         "-f", "null", "-"], capture_output=True, text=True, check=True)
    found, white, time = [], False, 0.0
    for line in done.stdout.splitlines():
        stamp = re.search(r"pts_time:(\S+)", line)
        if stamp:
            time = float(stamp.group(1))
        elif "YAVG=" in line:
            bright = float(line.split("=")[1]) > 128
            if bright and not white:
                found.append(time)
            white = bright
    return found


def beeps(path, threshold=0.17):
    """Seconds at which sound sets in after at least 0.3 s of silence."""
    done = subprocess.run(
        ["ffmpeg", "-nostdin", "-hide_banner", "-v", "info", "-nostats", "-copyts", "-i", str(path), "-map",
         "0:a:0", "-af", "aformat=sample_fmts=s16:channel_layouts=mono,ashowinfo", "-f", "s16le", "-"],
        capture_output=True, check=True)
    samples = array("h", done.stdout)
    rows = re.findall(rb"n:\d+ pts:\S+ pts_time:(\S+) .*?rate:(\d+) nb_samples:(\d+)", done.stderr)
    limit = int(threshold * 32768)
    found, last_loud, at = [], -1.0, 0
    for stamp, rate, count in rows:
        start, step, count = float(stamp), 1 / int(rate), int(count)
        block = samples[at:at + count]
        at += count
        if not block or max(max(block), -min(block)) < limit:
            continue
        for i, value in enumerate(block):
            if abs(value) >= limit:
                now = start + i * step
                if now - last_loud > 0.3:
                    found.append(now)
                last_loud = now
    return found


@functools.cache
def flashes_and_beeps(source):
    return flashes(source), beeps(source)


def offsets(pictures, sounds):
    return [sound - picture for picture, sound in zip(pictures, sounds)]


def spread(values):
    return f"{1000 * min(values):+.1f} to {1000 * max(values):+.1f} ms" if values else "none"


def examine(mpienc, tally, label, sources, seconds_each, output, ranks=0, measured=None):
    """Every flash and beep of the sources is in the output, as far apart as it was.

    measured: the files that the sources were joined from, where their clock restarts inside.
    """
    want = []
    for source in measured or sources:
        pictures, sounds = flashes_and_beeps(source)
        sane = len(pictures) == len(sounds) == seconds_each
        if not tally.check(sane, f"{label}: source {source.name} has {seconds_each} flashes and beeps",
                           f"{len(pictures)} and {len(sounds)}"):
            return
        want += offsets(pictures, sounds)
    done = mpienc.run([*sources, output, "--preset", "veryfast", "--chunk", "3"], ranks)
    if not tally.check(done.status == 0 and output.exists(), f"{label}: transcodes",
                       f"status {done.status}\n{done.tail()}"):
        return
    pictures, sounds = flashes(output), beeps(output)
    tally.check(len(pictures) == len(want), f"{label}: {len(want)} flashes", f"{len(pictures)}")
    tally.check(len(sounds) == len(want), f"{label}: {len(want)} beeps", f"{len(sounds)}")
    got = offsets(pictures, sounds)
    print(f"      beep after flash: source {spread(want)}, output {spread(got)}")
    moved = [g - w for g, w in zip(got, want)]
    worst = max(range(len(moved)), key=lambda i: abs(moved[i]), default=None)
    tally.check(worst is not None and abs(moved[worst]) <= FRAME, f"{label}: together within one audio frame",
                "" if worst is None else f"pair {worst} at {pictures[worst]:.3f} s moved by "
                                         f"{1000 * moved[worst]:+.1f} ms")
    steps = [b - a for a, b in zip(pictures, pictures[1:])]
    uneven = [f"{pictures[i]:.3f} s +{s:.3f}" for i, s in enumerate(steps) if abs(s - 1) > 2 * PICTURE]
    tally.check(not uneven, f"{label}: one flash a second over the whole length", ", ".join(uneven[:5]))


def main():
    parser = program.arguments(__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=int, default=30, help="length of each clip")
    options = parser.parse_args()
    mpienc, tally = program.Mpienc(options.mpienc, options.mpirun), program.Tally()
    with tempfile.TemporaryDirectory(prefix="mpienc-sync-", dir=options.work) as scratch:
        folder = Path(scratch)
        one = clips.flash_and_beep(folder / "one.vob", options.seconds, "vob")
        joined = folder / "joined.vob"
        joined.write_bytes(one.read_bytes() * 2)
        for extension in (".mkv", ".mp4"):
            kind = extension[1:]
            examine(mpienc, tally, f"one VOB to {kind}", [one], options.seconds, folder / f"one{extension}")
            examine(mpienc, tally, f"two VOBs to {kind}", [one, one], options.seconds,
                    folder / f"twice{extension}", ranks=2)
        examine(mpienc, tally, "two VOBs in one file", [joined], options.seconds, folder / "joined.mkv",
                measured=[one, one])
    tally.finish()


if __name__ == "__main__":
    main()
