"""Titles to encode: MPEG-2 with open GOPs and AC-3 in a DVD's program stream, of real pictures where there are some."""

import csv
import re
import sys
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests" / "e2e"))
import clips  # noqa: E402

RATE = 25
GROUP = 15                             # pictures from key to key: two groups make the chunk after 1 s
PIECE = 12.0                           # seconds of one film before the next comes
FOLDERS = ("bench/", "mpeg2/")         # of $MPIENC_MEDIA that hold pictures of real motion
VIDEO = re.compile(r"\bv:(mpeg2video|h264)/")
MADE = "mandelbrot=s={size}:r=25:end_scale=0.02:maxiter=300,gblur=sigma=4"  # cheap to encode, as films are


@dataclass(frozen=True)
class Piece:
    film: Path
    begin: float
    seconds: float


def films(index):
    """[(path, seconds)] of an INDEX.tsv: moving pictures of at least 8 s, longest last so that pieces mix."""
    found = []
    with open(index, newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            length = re.search(r"\bdur=([\d.]+)", row.get("ffprobe") or "")
            if row["path"].startswith(FOLDERS) and VIDEO.search(row["ffprobe"]) and length:
                if float(length.group(1)) >= 8:
                    found.append((Path(index).parent / row["path"], float(length.group(1))))
    return sorted((f for f in found if f[0].exists()), key=lambda f: f[1])


def pieces(known, seconds, length=PIECE):
    """Takes turns among the films, each going on where it was left, until `seconds` are full. Pure."""
    taken, left, at = [], seconds, {path: 0.0 for path, _ in known}
    while left > 1e-6:
        for path, whole in known:
            begin = at[path] if whole - at[path] >= 1 else 0.0
            part = min(length, whole - begin, left)
            if part > 1e-6:
                taken.append(Piece(path, begin, part))
                at[path] = begin + part
                left -= part
    return taken


def _picture(size):
    width, height = size.split("x")
    return f"scale={width}:{height},setsar=64/45,fps={RATE},format=yuv420p"


def make_unit(path, seconds, size, media):
    """Pictures without sound, nearly lossless, to make titles of."""
    known = films(media / "INDEX.tsv") if media and (media / "INDEX.tsv").exists() else []
    keep = ["-c:v", "mpeg2video", "-q:v", "2", "-g", "15", "-threads", "1", path]
    if not known:
        clips.ffmpeg("-f", "lavfi", "-i", MADE.format(size=size), "-vf", _picture(size), "-t", seconds, *keep)
        return path
    taken = pieces(known, seconds)
    sources = [word for p in taken
               for word in ("-ss", f"{p.begin:.3f}", "-t", f"{p.seconds:.3f}", "-i", p.film)]
    chain = ";".join(f"[{n}:v:0]{_picture(size)}[p{n}]" for n in range(len(taken)))
    joined = "".join(f"[p{n}]" for n in range(len(taken)))
    clips.ffmpeg(*sources, "-filter_complex", f"{chain};{joined}concat=n={len(taken)}[v]", "-map", "[v]",
                 "-t", seconds, *keep)
    return path


def make_title(path, seconds, size="352x288", media=None, times=1):
    """A title of `times` times the same `seconds`."""
    unit = make_unit(path.with_suffix(".unit.mkv"), seconds, size, media)
    bit_rate = 6e6 * pixels(size) / pixels("720x576")
    clips.ffmpeg("-stream_loop", times - 1, "-i", unit, "-f", "lavfi", "-i", clips.tone(seconds * times),
                 "-map", "0:v", "-map", "1:a", "-t", seconds * times, *clips.MPEG2, "-g", GROUP,
                 "-b:v", round(bit_rate), *clips.AC3, "-f", "dvd", path)
    unit.unlink()
    return path


def pixels(size):
    width, height = size.split("x")
    return int(width) * int(height)
