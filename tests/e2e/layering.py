#!/usr/bin/env python3
"""Checks the house rules of docs/architecture.md on a source tree: who may include whom, and file sizes.

usage: layering.py ROOT      prints every violation as file:line: text and exits 1 if there is one
"""

import re
import sys
from pathlib import Path

MAY_INCLUDE = {
    "core": set(),
    "plan": {"core"},
    "av": {"core"},
    "input": {"plan", "av", "core"},
    "sched": {"plan", "core"},
    "net": {"plan", "core"},
    "encode": {"av", "plan", "core"},
    "output": {"av", "plan", "core"},
    "store": {"plan", "core"},
    "report": {"sched", "core"},
    "view": {"report", "core"},
    "collection": {"core"},
    "convert": {"core", "av", "plan", "input", "encode", "output", "collection"},
    "app": {"core", "plan", "av", "input", "sched", "net", "encode", "output", "store", "report", "view",
            "collection", "convert"},
}
MPI = re.compile(r"(mpi|mpi-ext|boost/mpi(/.*)?)(\.h|\.hpp)?$")
HDF5 = re.compile(r"(hdf5|H5\w*|highfive/.*)(\.h|\.hpp)?$")
CODEC = re.compile(r"(lib(av|sw|post)\w+/.*|x264\w*\.h|lame/.*|FLAC(\+\+)?/.*)$")
TAGLIB = re.compile(r"taglib/.*")
CURSES = re.compile(r"(ncursesw?/)?(n?curses|ncurses_dll|panel|menu|form|term|eti)\.h$")
IMPURE = re.compile(
    r"(thread|mutex|shared_mutex|condition_variable|future|atomic|stop_token|semaphore|latch|barrier|chrono|ctime"
    r"|time\.h|sys/time\.h|random|pthread\.h|unistd\.h|fstream)$")
INCLUDE = re.compile(r'\s*#\s*include\s*[<"]([^>"]+)[>"]')
SOURCE = {".cpp", ".hpp", ".h", ".cc", ".py", ".sh", ".cmake"}
MOST_LINES, MANY_LINES, MAIN_LINES = 350, 250, 60


def room_of(path):
    """The room of include/mpienc/<room>/... or src/<room>/..., else None."""
    parts = path.parts
    if parts[:2] == ("include", "mpienc") and len(parts) > 3:
        return parts[2]
    return parts[1] if parts[0] == "src" and len(parts) > 2 else None


def include_violations(path, room, header):
    if header.startswith("mpienc/"):
        other = header.split("/")[1]
        if other != room and other not in MAY_INCLUDE.get(room, set()):
            yield f"{room}/ must not include {other}/ ({header})"
    if MPI.match(header) and not (room == "net" and path.name.startswith("mpi_transport")):
        yield f"only net/mpi_transport* includes MPI ({header})"
    if HDF5.match(header) and room != "store":
        yield f"only store/ includes HDF5 ({header})"
    if CODEC.match(header) and room not in ("av", "encode"):
        yield f"only av/ and encode/ include codec headers ({header})"
    if TAGLIB.match(header) and room != "convert":
        yield f"only convert/ includes TagLib ({header})"
    if CURSES.match(header) and not (room == "view" and path.name.startswith("screen")):
        yield f"only view/screen* includes ncurses ({header})"
    if IMPURE.match(header) and room in ("plan", "sched"):
        yield f"{room}/ knows no threads, clock, randomness or files ({header})"


def file_violations(path, lines):
    if len(lines) > MOST_LINES:
        yield MOST_LINES + 1, f"{len(lines)} lines, more than {MOST_LINES}: it holds two rooms"
    if path.name == "main.cpp" and len(lines) > MAIN_LINES:
        yield MAIN_LINES + 1, f"main.cpp has {len(lines)} lines, more than {MAIN_LINES}"
    if any(part.lower().startswith("util") for part in path.parts):
        yield 1, "no file or folder is called util"
    room = room_of(path)
    if room is None:
        return
    if room not in MAY_INCLUDE:
        yield 1, f"{room}/ is not a room of the house"
    if path.suffix == ".hpp" and not any(line.startswith("#pragma once") for line in lines):
        yield 1, "header without #pragma once"
    for number, line in enumerate(lines, 1):
        if match := INCLUDE.match(line):
            yield from ((number, text) for text in include_violations(path, room, match[1]))


def sources(root):
    for top in ("include", "src", "tests", "bench", "cmake", "jobs"):
        yield from (p for p in sorted((root / top).rglob("*")) if p.is_file() and p.suffix in SOURCE)


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    root = Path(sys.argv[1]).resolve()
    count = violations = 0
    for file in sources(root):
        count += 1
        path = file.relative_to(root)
        lines = file.read_text().splitlines()
        for number, text in file_violations(path, lines):
            violations += 1
            print(f"{path}:{number}: {text}")
        if MANY_LINES < len(lines) <= MOST_LINES:
            print(f"{path}:1: warning: {len(lines)} lines, think of splitting it")
    print(f"{count} files, {violations} violations")
    sys.exit(1 if violations or not count else 0)


if __name__ == "__main__":
    main()
