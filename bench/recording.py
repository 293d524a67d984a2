#!/usr/bin/env python3
"""One long recording on two lanes, as ratios to half the wall time of flac and lame; and what memory it takes when it is longer.

With the journal, which is judged, and without. The programs take turns, and each turn changes who goes first; medians of
the turns. Nobody finds an output that it could overwrite.
"""

import argparse
import os
import statistics
import sys
import tempfile
from pathlib import Path

import speed

import program
import recordings

# name, the serial program's words, ours, the aim
CASES = (
    ("flac -5", ["flac", "-5", "-f", "-s", "-o", "{out}", "{wav}"], ["x.flac", "--compression", "5"], 1.10),
    ("flac -8", ["flac", "-8", "-f", "-s", "-o", "{out}", "{wav}"], ["x.flac", "--compression", "8"], 1.05),
    ("lame -V4", ["lame", "--silent", "--noreplaygain", "-V4", "{wav}", "{out}"], ["x.mp3", "--audio-quality", "4"], 1.05),
    ("lame -b 192", ["lame", "--silent", "--noreplaygain", "-b", "192", "{wav}", "{out}"],
     ["x.mp3", "--audio-bitrate", "192k"], 1.12),
)


def peak_mib(command, environment):
    """Of the process itself, which has no children here."""
    child = os.posix_spawnp(command[0], [str(word) for word in command], environment)
    _, status, usage = os.wait4(child, 0)
    if status != 0:
        sys.exit(f"{command[0]} ended with {os.waitstatus_to_exitcode(status)}")
    return usage.ru_maxrss / 1024


def compare(mpienc, folder, wav, case, turns):
    name, serial, (output, *ours), aim = case
    theirs = [word.format(out=folder / "serial.out", wav=wav) for word in serial]
    command = mpienc.command([wav, folder / output, *ours, "--lanes", "2", "--quiet"], 0)
    runs = [("serial", theirs, None), ("journal", command, mpienc.environment()),
            ("no journal", [*command, "--no-journal"], mpienc.environment())]
    walls, cpus = {"journal": [], "no journal": []}, {"journal": [], "no journal": []}
    for turn in range(turns):
        found = {}
        for kind, words, environment in runs[::-1] if turn % 2 else runs:
            for left in ("serial.out", output):
                (folder / left).unlink(missing_ok=True)
            found[kind] = speed.timed(words, environment)
        for kind, ratios in walls.items():
            ratios.append(found[kind][0] / (found["serial"][0] / 2))
            cpus[kind].append(found[kind][1] / found["serial"][1])
    for kind, ratios in walls.items():
        print(f"{name:12} {kind:11} wall / (serial / 2) {statistics.median(ratios):.3f} ({min(ratios):.3f} to {max(ratios):.3f}), "
              f"aim {aim:.2f}; processor / serial {statistics.median(cpus[kind]):.3f}", flush=True)
    return statistics.median(walls["journal"]) <= aim


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0],
                                     formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--mpienc", required=True)
    parser.add_argument("--mpirun", default="mpirun")
    parser.add_argument("--minutes", type=int, default=40)
    parser.add_argument("--turns", type=int, default=5)
    options = parser.parse_args()
    mpienc = program.Mpienc(options.mpienc, options.mpirun)
    kind = (recordings.music() or ["made"])[-1]
    with tempfile.TemporaryDirectory(prefix="mpienc-recording-bench-") as scratch:
        folder = Path(scratch)
        wav = recordings.record(folder / "in.wav", kind, recordings.Form(), options.minutes * 60 * 44100)
        reached = [compare(mpienc, folder, wav, case, options.turns) for case in CASES]
        for minutes in (options.minutes, 3 * options.minutes):
            recordings.record(wav, kind, recordings.Form(), minutes * 60 * 44100)
            peaks = [peak_mib(mpienc.command([wav, folder / output, *ours, "--lanes", "2", "--overwrite", "--quiet"], 0),
                              mpienc.environment()) for _, _, (output, *ours), _ in (CASES[0], CASES[3])]
            print(f"{minutes} minutes: peak {peaks[0]:.0f} MiB to FLAC, {peaks[1]:.0f} MiB to MP3", flush=True)
    sys.exit(0 if all(reached) else 1)


if __name__ == "__main__":
    main()
