#!/usr/bin/env python3
"""A folder of songs at two lanes, as ratios to the wall time of two encoders at a time under xargs.

For MP3, for Opus, and for MP3, Opus and Vorbis at once, where mpienc decodes a song once and the others three times. The two
take turns, and each turn changes who goes first; medians of the turns.
"""

import argparse
import random
import shlex
import shutil
import statistics
import sys
import tempfile
from pathlib import Path

import speed

import clips
import program
import recordings

CASES = ("mp3", "opus", "mp3,opus,vorbis")
OURS = {"opus": ["--opus-options", "bitrate=128k"], "vorbis": ["--vorbis-options", "quality=5"]}
FFMPEG = "ffmpeg -nostdin -v error -y -threads 1 -i {song} -threads 1"


def make(folder, songs, shortest, longest, seed):
    """FLAC files cut from all real music there is, repeated as often as needed, else made ones."""
    dice = random.Random(seed)
    kinds = recordings.music() or ["made"]
    folder.mkdir()
    for number in range(songs):
        wav = folder / "song.wav"
        recordings.record(wav, kinds[number % len(kinds)], recordings.Form(), int(44100 * dice.uniform(shortest, longest)))
        clips.ffmpeg("-i", wav, "-metadata", f"title=Song {number}", folder / f"song {number:03}.flac")
        wav.unlink()
    return sorted(folder.glob("*.flac"))


def theirs(song, codec, out):
    """What a shell runs to encode one song."""
    words = {"song": shlex.quote(str(song)), "out": shlex.quote(str(out / f"{song.stem}.{codec}"))}
    if codec == "mp3":
        return "flac -s -d -c {song} | lame --silent --noreplaygain -V2 - {out}".format(**words)
    if codec == "opus" and shutil.which("opusenc"):
        return "opusenc --quiet --bitrate 128 {song} {out}".format(**words)
    if codec == "opus":
        return (FFMPEG + " -c:a libopus -b:a 128k {out}").format(**words)
    return (FFMPEG + " -c:a libvorbis -q:a 5 -f ogg {out}").format(**words)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0], formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--mpienc", required=True)
    parser.add_argument("--mpirun", default="mpirun")
    parser.add_argument("--songs", type=int, default=200)
    parser.add_argument("--seconds", type=float, nargs=2, default=(20, 60), metavar=("SHORTEST", "LONGEST"))
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--ranks", type=int, default=0, help="of one lane each; 0: one process of two lanes")
    parser.add_argument("--cases", nargs="+", default=CASES, metavar="FORMATS")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if missing := [name for name in ("flac", "lame", "xargs") if not shutil.which(name)]:
        sys.exit(f"not installed: {' '.join(missing)}")
    mpienc = program.Mpienc(options.mpienc, options.mpirun)
    bad = False
    with tempfile.TemporaryDirectory(prefix="mpienc-batch-bench-") as scratch:
        folder = Path(scratch)
        songs = make(folder / "songs", options.songs, *options.seconds, options.seed)
        for case in options.cases:
            codecs, jobs = case.split(","), folder / "jobs"
            out, their_out = folder / "out", folder / "theirs"
            jobs.write_bytes(b"\0".join(theirs(song, codec, their_out).encode() for song in songs for codec in codecs))
            ours = ["batch", folder / "songs", "-o", out, "--to", case, *(w for c in codecs for w in OURS.get(c, [])), "-q",
                    "--lanes", 1 if options.ranks else 2]

            def us(arguments=ours, made=out):
                shutil.rmtree(made, ignore_errors=True)
                return speed.timed(mpienc.command(arguments, options.ranks), mpienc.environment())

            def them(list_file=jobs, made=their_out):
                shutil.rmtree(made, ignore_errors=True)
                made.mkdir()
                return speed.timed(["xargs", "-0", "-P", "2", "-I", "{}", "-a", list_file, "sh", "-c", "{}"])

            walls, cpus = [], []
            for turn in range(options.turns):
                if turn % 2:
                    other, own = them(), us()
                else:
                    own, other = us(), them()
                walls.append(own[0] / other[0])
                cpus.append(own[1] / other[1])
                print(f"{case}, turn {turn + 1}: mpienc {own[0]:.2f} s (processor {own[1]:.2f} s), xargs {other[0]:.2f} s "
                      f"({other[1]:.2f} s)", flush=True)
            wall, aim = statistics.median(walls), "at most 1.00" if len(codecs) == 1 else "under 1.00"
            print(f"{case}: wall time / that of xargs -P 2: {wall:.3f}, processor time {statistics.median(cpus):.3f}; aim: {aim}")
            bad |= wall > 1 or len(codecs) > 1 and wall == 1
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
