#!/usr/bin/env python3
"""Checks that the sources are as clang-format writes them by .clang-format.

usage: formatting.py ROOT      names every file that differs and exits 1 if there is one; 77 without clang-format 14

Other versions write some lines otherwise. `clang-format -i FILE...` mends.
"""

import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

SKIPPED = 77
FOLDERS = ("include", "src", "tests", "bench")
SUFFIXES = {".cpp", ".hpp", ".h", ".c"}


def formatter():
    """Debian 12's, whose version is 14."""
    for name in ("clang-format-14", "clang-format"):
        if shutil.which(name):
            version = subprocess.run([name, "--version"], capture_output=True, text=True, check=True).stdout
            if " version 14." in version:
                return name
    return None


def main():
    root = Path(sys.argv[1])
    program = formatter()
    if program is None:
        print("skipped: no clang-format 14")
        sys.exit(SKIPPED)
    files = sorted(p for folder in FOLDERS for p in (root / folder).rglob("*") if p.suffix in SUFFIXES)

    def differs(file):
        done = subprocess.run([program, "--style=file", file], capture_output=True, check=True)
        return done.stdout != file.read_bytes()

    with ThreadPoolExecutor(2) as pool:
        wrong = [file for file, it in zip(files, pool.map(differs, files)) if it]
    for file in wrong:
        print(f"{file.relative_to(root)}: not as clang-format writes it")
    print(f"{len(files)} files, {len(wrong)} wrong")
    sys.exit(1 if wrong or not files else 0)


if __name__ == "__main__":
    main()
