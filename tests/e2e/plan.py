"""mpienc --plan: what it prints is what a job does, and it writes nothing."""

import re
import tempfile
from pathlib import Path

import clips
import program

CHUNK = re.compile(r" +(\d+) +([\d.]+) +([\d.]+) +([\d.]+) +(\d+) +(\d+)$")
SECONDS, RATE = 13, 25


def plan(mpienc, tally, what, *arguments):
    """(rows of the table as numbers, the other lines)."""
    done = mpienc.run(["--plan", *arguments], timeout=60)
    tally.check(done.status == 0 and not done.stderr, f"{what}: is printed", f"status {done.status}: {done.stderr}")
    rows = [[float(x) for x in match.groups()] for line in done.stdout.splitlines() if (match := CHUNK.match(line))]
    return rows, [line for line in done.stdout.splitlines() if not CHUNK.match(line)]


def whole(tally, what, rows, units, seconds):
    good = [row[0] for row in rows] == list(range(len(rows))) and len(rows) > 1
    if not tally.check(good, f"{what}: chunks from 0 on", rows):
        return
    tally.check(rows[0][1] == 0 and all(abs(a[2] - b[1]) < 0.0015 for a, b in zip(rows, rows[1:]))
                and abs(rows[-1][2] - seconds) < 0.05, f"{what}: without a gap from start to end", rows)
    tally.check(sum(row[4] for row in rows) == units, f"{what}: every unit once", sum(row[4] for row in rows))


def film(mpienc, tally, folder):
    source = clips.dvd_vob(folder / "film.vob", SECONDS)
    rows, lines = plan(mpienc, tally, "film", source, "--chunk", "2")
    whole(tally, "film", rows, SECONDS * RATE, SECONDS)
    tally.check(any(line.startswith("video: mpeg2video, ") for line in lines)
                and any(re.match(r"audio 0: ac3, 48000 Hz, 2 channels, as MP3 in chunks of \d+ frames$", line)
                        for line in lines), "film: says what its tracks are", lines)
    tally.check(lines[-1] == f"{len(rows)} chunks of video", "film: counts its chunks", lines)
    for codec, words in (("copy", "copied"), ("aac", "as aac in one piece by rank 0")):
        _, lines = plan(mpienc, tally, f"--audio-codec {codec}", source, "--audio-codec", codec)
        tally.check(any(line.startswith("audio 0: ") and line.endswith(f", {words}") for line in lines),
                    f"--audio-codec {codec}: says so", lines)
    done = mpienc.run([source, folder / "film.mkv", "--chunk", "2", "--preset", "ultrafast", "--audio-codec", "copy"])
    tally.check(done.chunks() == len(rows), "film: as many as the job then has", (done.chunks(), len(rows)))


def recording(mpienc, tally, folder):
    source = folder / "long.wav"
    clips.ffmpeg("-f", "lavfi", "-i", "anoisesrc=d=95:r=44100:a=0.3", source)
    for codec in ("libmp3lame", "flac"):
        name = "FLAC" if codec == "flac" else "MP3"
        rows, lines = plan(mpienc, tally, name, source, "--audio-codec", codec)
        whole(tally, name, rows, 95 * 44100, 95)
        tally.check(lines[0] == f"audio: 44100 Hz, 1 channel, 16 bits, as {name}", f"{name}: says as what", lines)
        tally.check(lines[-1] == f"{len(rows)} chunks", f"{name}: counts its chunks", lines)
    refused = mpienc.run(["--plan", source, source])
    tally.check(refused.status == 3 and len(refused.own_lines()) == 1 and "takes inputs alone" in refused.stderr,
                "no video and no recording: one line that says so", refused.stderr)


def main():
    options = program.arguments(__doc__.splitlines()[0]).parse_args()
    mpienc, tally = program.Mpienc(options.mpienc, options.mpirun), program.Tally()
    with tempfile.TemporaryDirectory(prefix="mpienc-plan-", dir=options.work) as scratch:
        folder = Path(scratch)
        film(mpienc, tally, folder)
        recording(mpienc, tally, folder)
        made = {"film.vob", "film.mkv", "long.wav"}
        left = {path.name for path in folder.iterdir()}
        tally.check(left == made, "plans write nothing", sorted(left))
    tally.finish()


if __name__ == "__main__":
    main()
