#!/usr/bin/env python3
"""Real recordings through the FLAC rooms alone, without MPI: joined chunks are byte for byte what `flac` writes.

usage: flac_music.py --stages PATH [--media FOLDER]     --stages: the flac_stages bench
Each recording as FLAC and as WAV, and one repeated to over 20 minutes. Exits with 77 where there are none.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

OPTIONS = (("0",), ("1",), ("3",), ("4",), ("5",), ("8",), ("4", "1152"))
LONG_SECONDS = 1260


def wav_of(source, folder, loops=0, seconds=None):
    """A WAV of the source's own width and channels, or none where ffmpeg cannot make one."""
    wav = folder / "in.wav"
    asked = subprocess.run(["ffprobe", "-v", "error", "-select_streams", "a:0", "-show_entries",
                            "stream=bits_per_raw_sample,sample_fmt", "-of", "default=nw=1:nk=1", source],
                           capture_output=True, text=True).stdout.split()
    codec = {"24": "pcm_s24le", "32": "pcm_s32le"}.get(asked[-1] if asked else "", "pcm_s16le")
    until = ["-t", str(seconds)] if seconds else []
    made = subprocess.run(["ffmpeg", "-nostdin", "-v", "fatal", "-y", "-stream_loop", str(loops), "-i", source, "-map",
                           "0:a:0", *until, "-c:a", codec, "-bitexact", "-map_metadata", "-1", wav])
    return wav if made.returncode == 0 else None


class Comparison:
    def __init__(self, stages, folder):
        self.stages, self.folder = stages, folder
        self.equal = self.different = self.refused = self.refused_by_one = 0

    def compare(self, recording, options, name):
        ours, theirs = self.folder / "ours.flac", self.folder / "theirs.flac"
        level, *block = options
        told = subprocess.run(["flac", "--totally-silent", "-f", f"-{level}", *(["-b", *block] if block else []),
                               "-o", theirs, recording])
        done = subprocess.run([self.stages, recording, ours, level, "3", *block], capture_output=True, text=True)
        if told.returncode != 0 and done.returncode != 0:
            self.refused += 1
        elif told.returncode != 0 or done.returncode != 0:
            self.refused_by_one += 1
            print(f"{name} -{' -b '.join(options)}: flac {told.returncode}, ours {done.returncode} {done.stderr.strip()}")
        elif ours.read_bytes() == theirs.read_bytes():
            self.equal += 1
        else:
            self.different += 1
            print(f"{name} -{' -b '.join(options)}: DIFFERS")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stages", required=True)
    parser.add_argument("--media", type=Path, default=os.environ.get("MPIENC_MEDIA"))
    arguments = parser.parse_args()
    recordings = sorted(arguments.media.glob("audio/flac_*/*.flac")) if arguments.media else []
    if not recordings or not shutil.which("flac") or not shutil.which("ffmpeg"):
        print("needs flac, ffmpeg and recordings below MPIENC_MEDIA")
        sys.exit(77)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        comparison = Comparison(arguments.stages, folder)
        for recording in recordings:
            for options in OPTIONS:
                comparison.compare(recording, options, recording.name)
            if wav := wav_of(recording, folder):
                for options in OPTIONS:
                    comparison.compare(wav, options, f"{recording.name} as WAV")
        long_source = next((r for r in recordings if "music" in str(r.parent)), recordings[0])
        wav = wav_of(long_source, folder, -1, LONG_SECONDS)
        for options in (("1",), ("5",)):
            comparison.compare(wav, options, f"{long_source.name} for {LONG_SECONDS} s")
    print(f"{comparison.equal} equal, {comparison.different} different, {comparison.refused} refused by both, "
          f"{comparison.refused_by_one} by one")
    sys.exit(1 if comparison.different or not comparison.equal else 0)


if __name__ == "__main__":
    main()
