"""What a batch leaves: its outputs, its log, its report."""

import csv
import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path

LOG = "conversion_results.log"
STATUS = "mpienc.status"
JOURNAL = ".mpienc-journal"
HEADER = ["infile", "outfile", "format", "conversion_status", "return_code", "execution_time"]


@dataclass(frozen=True)
class Row:
    infile: Path
    outfile: Path
    format: str
    status: str
    code: int
    seconds: float


def listing(folder):
    """Everything below: files by their hash, links by where they lead, folders; log and status by their names only."""
    found = {}
    for above, folders, files in os.walk(folder):
        for name in folders + files:
            path = Path(above) / name
            key = os.fspath(path.relative_to(folder))
            if path.is_symlink():
                found[key] = "link to " + os.readlink(path)
            elif path.is_dir():
                found[key] = "folder"
            elif key == LOG:
                found[key] = "log"
            elif key == STATUS:
                found[key] = "status"
            elif path.is_file():
                found[key] = hashlib.sha256(path.read_bytes()).hexdigest()
            else:
                found[key] = "special"
    return found


def outputs(folder):
    """Regular files except log and status, relative to the folder."""
    return {key for key, what in listing(folder).items() if len(what) == 64}


def differences(one, other):
    """The first few names whose entries differ."""
    names = sorted(k for k in one.keys() | other.keys() if one.get(k) != other.get(k))
    return f"{len(names)} differ: " + ", ".join(f"{n!r} ({one.get(n, 'missing')[:9]}, {other.get(n, 'missing')[:9]})" for n in names[:4])


def read_log(folder):
    """The rows, as Python's csv reads them; a ValueError where they are not what they should be."""
    with open(folder / LOG, newline="", encoding="utf-8", errors="surrogateescape") as file:
        lines = list(csv.reader(file, strict=True))
    if not lines or lines[0] != HEADER:
        raise ValueError(f"the header is {lines[:1]}")
    rows = []
    for line in lines[1:]:
        if len(line) != len(HEADER):
            raise ValueError(f"a row has {len(line)} fields: {line}")
        rows.append(Row(Path(line[0]), Path(line[1]), line[2], line[3], int(line[4]), float(line[5])))
    return rows


def reported(text, label):
    """A number of the report at the end, or None."""
    found = re.search(rf"^  {label} +(\d+)", text, re.MULTILINE)
    return int(found[1]) if found else None


def temporary(folder):
    """Names that no job leaves that ends in order; of journals see kept()."""
    return [os.fspath(p) for p in folder.rglob("*") if JOURNAL not in p.parts and (p.name.endswith(".tmp") or p.name.startswith(".mpienc"))]


def kept(folder, journals):
    """Chunks in the journals of outputs that are not there, by output."""
    found = {}
    for path in journals.rglob("chunk-*.h5"):
        output = path.parent.relative_to(journals)
        if not (folder / output).exists():
            found[output] = found.get(output, 0) + 1
    return found


def without_id3(content):
    """An MP3 file's bytes behind its ID3v2 tag."""
    if content[:3] != b"ID3":
        return content
    size = 0
    for byte in content[6:10]:
        size = size << 7 | byte
    return content[10 + size:]
