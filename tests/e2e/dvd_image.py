"""Title 1 of a DVD image to Matroska: both tracks, every frame, and no complaint from any tool."""

import re
import subprocess
import tempfile
from pathlib import Path

import iso9660
import oracle
import program
import roundtrip


def main():
    parser = program.arguments(__doc__.splitlines()[0])
    media = program.media_folder()
    parser.add_argument("--image", type=Path, default=media and media / "made" / "DVD_SHARED_PAL.iso",
                        help="the disc; of $MPIENC_MEDIA by default")
    parser.add_argument("--title", type=int, default=1, help="title set")
    options = parser.parse_args()
    if not options.image or not options.image.exists():
        program.skip("no DVD image (MPIENC_MEDIA names no folder that has one)")
    mpienc, tally = program.Mpienc(options.mpienc, options.mpirun), program.Tally()
    with tempfile.TemporaryDirectory(prefix="mpienc-dvd-", dir=options.work) as scratch:
        folder = Path(scratch)
        title = re.compile(rf"VTS_{options.title:02}_[1-9]\.VOB")
        vobs = iso9660.extract(options.image, "VIDEO_TS", title.fullmatch, folder)
        if not tally.check(vobs, "the title has VOBs"):
            tally.finish()
        print("      " + ", ".join(f"{v.name} {v.stat().st_size} bytes" for v in vobs))
        films(mpienc, tally, vobs, folder)
        exact(mpienc, tally, vobs, folder)
    tally.finish()


def films(mpienc, tally, vobs, folder):
    """The user's command, no options."""
    output = folder / "film.mkv"
    done = mpienc.run([*vobs, output], ranks=2)
    if not tally.check(done.status == 0 and output.exists(), "transcodes",
                       f"status {done.status}\n{done.tail()}"):
        return
    source, tracks = heard(vobs), oracle.streams(oracle.probe(output), "audio")
    tally.check(len(tracks) == len(source) >= 2, f"all {len(source)} audio tracks are there",
                f"{len(tracks)} of {[s.get('codec_name') for s in source]}")
    for i, track in enumerate(source[:len(tracks)]):
        want, got = seconds_of(vobs, f"0:i:{track['id']}"), seconds_of([output], f"0:a:{i}")
        tally.check(abs(want - got) < 0.15, f"track {i} ({track['codec_name']}) keeps its length",
                    f"{got:.3f} s instead of {want:.3f} s")
    complaints = oracle.complaints(output)
    tally.check(not complaints, "ffprobe, a full decode and mkvmerge are silent", "; ".join(complaints[:5]))


LOOK_FAR = ["-analyzeduration", "1G", "-probesize", "1G"]


def heard(vobs):
    """The source's audio tracks, those that appear late as well."""
    info = oracle.probe(oracle.concat_url(vobs), LOOK_FAR)
    return [s for s in oracle.streams(info, "audio") if int(s.get("sample_rate", 0))]


def seconds_of(paths, stream, rate=8000):
    """How much sound a track decodes to."""
    done = subprocess.run(["ffmpeg", "-nostdin", "-v", "error", *LOOK_FAR, "-i", oracle.concat_url(paths),
                           "-map", stream, "-ac", "1", "-ar", str(rate), "-f", "s16le", "-"],
                          capture_output=True)
    return len(done.stdout) / 2 / rate


def exact(mpienc, tally, vobs, folder):
    """Lossless against ffmpeg's serial decode of the VOBs as one run of bytes."""
    row = roundtrip.examine(mpienc, "title", vobs, folder / "lossless")
    tally.check(row and row.result == "ok" and row.frames > 0,
                f"{row.frames if row else 0} frames equal ffmpeg's serial decode",
                row.reason if row else "no video found")


if __name__ == "__main__":
    main()
