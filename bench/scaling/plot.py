#!/usr/bin/env python3
"""Draws what measure.py wrote: plot.py results.h5 [FOLDER] makes FOLDER/scaling*.svg and .png."""

import argparse
import sys
from pathlib import Path

import h5py

import figure_scaling
import figure_seed
import figure_strategies
import figure_timeline
import results
import style


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("results", type=Path)
    parser.add_argument("folder", type=Path, nargs="?", help="for the figures (default: beside the results)")
    parser.add_argument("--ranks", type=int, help="of the timeline (default: 4)")
    options = parser.parse_args()
    folder = options.folder or options.results.parent
    folder.mkdir(parents=True, exist_ok=True)
    with h5py.File(options.results, "r") as file:
        rows, _ = results.load(file)
        made = {"scaling": figure_scaling.draw(rows), "scaling-strategies": figure_strategies.draw(rows),
                "scaling-timeline": figure_timeline.draw(rows, file, options.ranks),
                "scaling-seed": figure_seed.draw(rows)}
        for name, figure in made.items():
            if figure is None:
                print(f"{name}: no such runs in {options.results}")
                continue
            for path in style.save(figure, folder, name):
                print(path)


if __name__ == "__main__":
    try:
        main()
    except (OSError, KeyError) as error:
        sys.exit(f"plot.py: {error}")
