"""Draws docs/figures/top.svg: what mpienc top shows in a terminal beside three jobs that really run."""

import html
import json
import re
import shlex
import tempfile
import time
from pathlib import Path

import clips
import program
import terminal

COLUMNS, ROWS = 88, 20
WIDTH, HEIGHT, PAD = 8.4, 18, 12
FRONT, BACK, RED, FAINT = "#d8dee9", "#20242c", "#e06c75", "#8a93a2"
SEQUENCE = re.compile(r"\x1b\[([0-9;]*)m|\x1b\([A-Z0-9]|[\x0e\x0f]")


def pieces(line):
    """(column, text, set of what it looks like) of a line with its sequences."""
    look, column, at = set(), 0, 0
    for match in [*SEQUENCE.finditer(line), None]:
        text = line[at:match.start() if match else len(line)]
        if text:
            yield column, text, frozenset(look)
        column += len(text)
        if match is None:
            return
        at = match.end()
        for code in (match[1] or "0").split(";") if match[1] is not None else ():
            look = set() if code in ("", "0") else look - {"31"} if code == "39" else look | {code}


def drawn(line, row):
    y = PAD + row * HEIGHT
    for column, text, look in pieces(line):
        x, width = PAD + column * WIDTH, len(text) * WIDTH
        front, back = (BACK, FRONT) if "7" in look else (RED if "31" in look else FAINT if "2" in look else FRONT, None)
        if back:
            yield f'<rect x="{x:.1f}" y="{y}" width="{width:.1f}" height="{HEIGHT}" fill="{back}"/>'
        style = ' font-weight="bold"' if "1" in look else ""
        if "4" in look:
            yield f'<rect x="{x:.1f}" y="{y + HEIGHT - 2}" width="{width:.1f}" height="1" fill="{FAINT}"/>'
        if text.strip():
            yield (f'<text x="{x:.1f}" y="{y + HEIGHT - 5}" fill="{front}" textLength="{width:.1f}"{style} '
                   f'xml:space="preserve">{html.escape(text)}</text>')


def picture(screen):
    lines = screen.split("\n")[:ROWS]
    width, height = 2 * PAD + COLUMNS * WIDTH, 2 * PAD + ROWS * HEIGHT
    body = "\n".join(element for row, line in enumerate(lines) for element in drawn(line, row))
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height}" width="{width:.0f}" height="{height}" '
            f'font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" font-size="14">\n'
            f'<rect width="100%" height="100%" rx="6" fill="{BACK}"/>\n{body}\n</svg>\n')


def inputs(folder):
    film = clips.dvd_vob(folder / "film.vob", 60)
    clips.ffmpeg("-f", "lavfi", "-i", "anoisesrc=d=7000:c=pink:r=44100", folder / "concert.wav")
    tree = folder / "songs"
    tree.mkdir()
    for number in range(30):
        clips.ffmpeg("-f", "lavfi", "-i", f"anoisesrc=d=240:c=pink:seed={number}", tree / f"{number:02}.flac")
    return film, folder / "concert.wav", tree


def wait_for(mpienc, job, fraction):
    """Until the job is so far."""
    while True:
        done = mpienc.run(["top", "--json", job])
        if done.status == 0 and (json.loads(done.stdout)[0]["progress"]["fraction"] or 0) >= fraction:
            return
        time.sleep(0.5)


def main():
    parser = program.arguments(__doc__)
    parser.add_argument("--figure", type=Path, required=True, help="where it goes: docs/figures/top.svg")
    options = parser.parse_args()
    mpienc = program.Mpienc(options.mpienc, options.mpirun)
    with tempfile.TemporaryDirectory(prefix="top-", dir=options.work, ignore_cleanup_errors=True) as scratch:
        film, concert, tree = inputs(Path(scratch))
        out = Path(scratch, "out")
        out.mkdir()
        jobs = [mpienc.start([film, out / "film.mkv", "--lanes", "1", "--preset", "slow", "--chunk", "2"], 4)]
        wait_for(mpienc, out / "film.mkv", 0)
        with terminal.Terminal(COLUMNS, ROWS) as term:
            term.run(f"clear; {shlex.quote(mpienc.binary)} top {shlex.quote(str(out))} {shlex.quote(str(out / 'Lossy'))}")
            wait_for(mpienc, out / "film.mkv", 0.3)
            jobs.append(mpienc.start([concert, out / "concert.mp3", "--lanes", "1"], 2))
            jobs.append(mpienc.start(["batch", tree, "-o", out / "Lossy", "--to", "mp3,opus", "--lanes", "1"], 2))
            wait_for(mpienc, out / "concert.mp3", 0.02)
            wait_for(mpienc, out / "Lossy", 0.02)
            term.press("Home", "Down", "Down", "Tab", "Down")
            lines = term.wait_for(lambda lines: "ranks by" in lines[0], 10)
            if not lines[0].startswith("mpienc top: 3 jobs  "):
                print("no longer three jobs that run: make their inputs longer")
            screen = term.coloured().replace(scratch, "/films")
            options.figure.write_text(picture(screen), encoding="utf-8")
        for job in jobs:
            job.terminate()
            job.communicate()


if __name__ == "__main__":
    main()
