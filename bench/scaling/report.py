#!/usr/bin/env python3
"""Prints the tables of measure.py's results again: report.py results.h5 [--into docs/scaling.md].

--into puts them as Markdown between the page's lines `<!-- measured: SUITE -->` and `<!-- end -->`, each with a line of
how it was measured. Suites that the results lack stay as they are.
"""

import argparse
import re
import sys
from pathlib import Path

import h5py

import results
import summary

MARKS = re.compile(r"(<!-- measured: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def fill(page, parts):
    """The page with every marked place whose name is in `parts` filled anew. Pure."""
    return MARKS.sub(lambda m: f"{m[1]}{parts[m[2]]}\n{m[3]}" if m[2] in parts else m[0], page)


def caption(suite, about):
    """How the suite's runs of a results.h5 were measured, in one line. Pure."""
    seconds = "" if suite == "weak" else f", {about['seconds of title']} s"
    chunks = "" if suite == "seed" else f", chunks of {about['chunk seconds']} s"
    return (f"*{about['date']}, {about['machine']}; {about['hosts emulated by']}; title {about['title']}{seconds}, "
            f"preset {about['preset']}{chunks}; repeats: {about['repeats']}.*")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("results", type=Path)
    parser.add_argument("--into", type=Path)
    options = parser.parse_args()
    with h5py.File(options.results, "r") as file:
        rows, about = results.load(file)
    if not options.into:
        for suite, table in summary.all_tables(rows).items():
            print(f"{suite}: median (least to most)\n{table}\n")
        return
    tables = summary.all_tables(rows, summary.markdown)
    parts = {suite: f"{table}\n\n{caption(suite, about)}" for suite, table in tables.items()}
    options.into.write_text(fill(options.into.read_text(), parts))


if __name__ == "__main__":
    try:
        main()
    except (OSError, KeyError) as error:
        sys.exit(f"report.py: {error}")
