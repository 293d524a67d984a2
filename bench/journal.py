#!/usr/bin/env python3
"""What the journal costs on a quiet run: wall and processor time with it, as ratios to runs without it.

The two take turns, and each turn changes who goes first. Heartbeats are in both: bench/waiting.py shows a rank
that does little else.
"""

import argparse
import statistics
import sys
import tempfile
from pathlib import Path

import speed

import program


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0],
                                     formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--mpienc", required=True)
    parser.add_argument("--mpirun", default="mpirun")
    parser.add_argument("--frames", type=int, default=1500)
    parser.add_argument("--turns", type=int, default=6)
    parser.add_argument("--ranks", type=int, default=0, help="0: one process without mpirun")
    parser.add_argument("--lanes", type=int, default=2, help="per rank")
    parser.add_argument("--preset", default="medium")
    parser.add_argument("--scan", choices=("interlaced", "progressive"), default="progressive")
    parser.add_argument("--film", type=Path, default=None, help="real pictures for the title; made ones if not given")
    options = parser.parse_args()
    mpienc = program.Mpienc(options.mpienc, options.mpirun)
    walls, cpus = [], []
    with tempfile.TemporaryDirectory(prefix="mpienc-journal-bench-") as scratch:
        folder = Path(scratch)
        title = speed.make(folder, options)
        job = [title, folder / "film.mkv", "--lanes", options.lanes, "--preset", options.preset, "--overwrite",
               "--quiet"]

        def run(*words):
            return speed.timed(mpienc.command([*job, *words], options.ranks), mpienc.environment())

        run()
        for turn in range(options.turns):
            if turn % 2:
                without, kept = run("--no-journal"), run()
            else:
                kept, without = run(), run("--no-journal")
            walls.append(kept[0] / without[0])
            cpus.append(kept[1] / without[1])
            print(f"turn {turn + 1}: with the journal {kept[0]:.2f} s (processor {kept[1]:.2f} s), without "
                  f"{without[0]:.2f} s ({without[1]:.2f} s)", flush=True)
    wall, cpu = statistics.median(walls), statistics.median(cpus)
    print(f"wall time with the journal / without: {wall:.4f}; aim: under 1.01")
    print(f"processor time with the journal / without: {cpu:.4f}")
    sys.exit(0 if wall < 1.01 else 1)


if __name__ == "__main__":
    main()
