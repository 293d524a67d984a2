#!/usr/bin/env python3
"""Wall time of mpienc with two lanes, as ratios to ffmpeg's on the same encode.

Against half of ffmpeg's processor time with one thread (what two perfect lanes would need), and against
the wall time of ffmpeg with its default threads. The three take turns; medians of the turns.
"""

import argparse
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "e2e"))
import clips  # noqa: E402
import program  # noqa: E402


def timed(command, environment=None):
    """(wall seconds, processor seconds) of a command and its children; exits where it fails."""
    began = time.monotonic()
    process = subprocess.Popen([str(c) for c in command], env=environment, stdin=subprocess.DEVNULL,
                               stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    said = process.stderr.read().decode(errors="replace")
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{command[0]} failed with status {process.returncode}: {said[-500:]}")
    return time.monotonic() - began, usage.ru_utime + usage.ru_stime


def make(folder, options):
    """A PAL title: a real film where one is given, else something as hard to encode."""
    path = folder / "title.vob"
    seconds = options.frames / 25
    interlaced = options.scan == "interlaced"
    if options.film:
        rate = "50" if interlaced else "25"
        picture = f"scale=720:576,setsar=64/45,fps={rate}"
        source = ["-stream_loop", "-1", "-i", options.film]
    else:
        rate = "50" if interlaced else "25"
        picture = "null"
        source = ["-f", "lavfi", "-i", f"mandelbrot=s=720x576:r={rate}:end_scale=0.02,"
                                       "noise=alls=10:allf=t:all_seed=4"]
    if interlaced:
        picture += ",tinterlace=mode=interleave_top,setfield=tff"
    flags = ["-flags", "+ildct+ilme"] if interlaced else []
    clips.ffmpeg(*source, "-f", "lavfi", "-i", clips.tone(seconds), "-map", "0:v:0", "-map", "1:a", "-vf",
                 picture, "-t", seconds, *clips.MPEG2, "-b:v", "6M", *flags, *clips.AC3, "-f", "dvd", path)
    return path


def x264_settings(path):
    """The settings that x264 wrote into its output."""
    data = Path(path).read_bytes()
    found = re.search(rb"x264 - core [^\0]*?options: ([^\0]*)", data)
    return dict(re.findall(r"(\S+)=(\S+)", found.group(1).decode(errors="replace"))) if found else {}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0],
                                     formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--mpienc", required=True)
    parser.add_argument("--frames", type=int, default=1000)
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--lanes", type=int, default=2)
    parser.add_argument("--preset", default="medium")
    parser.add_argument("--scan", choices=("interlaced", "progressive"), default="interlaced")
    media = program.media_folder()
    film = media / "bench" / "src_sintel_trailer-720p24_52s.mp4" if media else None
    parser.add_argument("--film", type=Path, default=film if film and film.exists() else None,
                        help="real pictures for the title; made ones if there are none")
    options = parser.parse_args()
    mpienc = program.Mpienc(options.mpienc)
    walls, halves, defaults = [], [], []
    with tempfile.TemporaryDirectory(prefix="mpienc-speed-") as scratch:
        folder = Path(scratch)
        title = make(folder, options)
        field = ["-flags", "+ildct+ilme"] if options.scan == "interlaced" else []
        encode = ["-c:v", "libx264", "-preset", options.preset, "-crf", "23", *field, "-c:a", "libmp3lame"]
        ffmpeg = ["ffmpeg", "-nostdin", "-v", "error", "-y"]
        for turn in range(options.turns):
            wall, cpu = timed(mpienc.command([title, folder / "mpienc.mkv", "--lanes", options.lanes, "--preset",
                                              options.preset, "--crf", "23", "--overwrite", "--quiet"]),
                              mpienc.environment())
            _, single = timed([*ffmpeg, "-threads", "1", "-i", title, *encode, "-threads", "1", "-x264-params",
                               "threads=1", folder / "single.mkv"])
            free, _ = timed([*ffmpeg, "-i", title, *encode, folder / "free.mkv"])
            walls.append(wall)
            halves.append(single / options.lanes)
            defaults.append(free)
            print(f"turn {turn + 1}: mpienc {wall:.2f} s (processor {cpu:.2f} s), ffmpeg one thread / "
                  f"{options.lanes} {halves[-1]:.2f} s, ffmpeg default {free:.2f} s", flush=True)
        ours, theirs = (x264_settings(folder / f) for f in ("mpienc.mkv", "single.mkv"))
        other = {k: (ours.get(k), theirs.get(k)) for k in sorted(ours.keys() | theirs.keys())
                 if ours.get(k) != theirs.get(k)}
        print(f"settings that differ from ffmpeg's: {other or 'none'}")
        sizes = [(folder / f).stat().st_size for f in ("mpienc.mkv", "single.mkv")]
        print(f"sizes: mpienc {sizes[0]}, ffmpeg {sizes[1]} bytes")
    ideal = statistics.median(w / h for w, h in zip(walls, halves))
    default = statistics.median(w / d for w, d in zip(walls, defaults))
    print(f"wall time / (ffmpeg's one-thread processor time / {options.lanes}): {ideal:.3f}; aim: at most 1.05")
    print(f"wall time / ffmpeg's with default threads: {default:.3f}; aim: under 1")
    sys.exit(0 if ideal <= 1.05 and default < 1 else 1)


if __name__ == "__main__":
    main()
