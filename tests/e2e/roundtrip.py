"""Lossless round trip: every clip under a folder comes back frame by frame.

The oracle is ffmpeg's framemd5 of the serial decode of the source; the output of mpienc with a lossless
encoder must give the same hashes in the same order at the same times, in chunks of one second and of
the default length. A clip that ffmpeg cannot decode must be refused with one line and no output.
"""

import filecmp
import shutil
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import oracle
import program

# Not clips for this check: images of discs, texts, and minutes of 1080p that only --full has time for.
OTHER_KINDS = {".tsv", ".cue", ".toc", ".bin", ".iso", ".txt", ".md", ".json"}
LONG = ("ax_long_1080p",)

X264_PIXELS = {"yuv420p", "yuvj420p", "yuv422p", "yuvj422p", "yuv444p", "yuvj444p",
               "yuv420p10le", "yuv422p10le", "yuv444p10le"}
X264_RGB_PIXELS = {"rgb24", "bgr24", "bgr0"}


@dataclass
class Row:
    name: str
    codec: str = ""
    frames: int = 0
    chunks_short: object = ""
    chunks_default: object = ""
    result: str = "ok"
    reason: str = ""

    def cells(self):
        return [self.name, self.codec, str(self.frames), str(self.chunks_short),
                str(self.chunks_default), self.result, self.reason]


HEADER = ["file", "codec", "frames", "chunks at 1 s", "chunks default", "result", "reason"]


def lossless(stream):
    """The options that make the encoding lossless, by what the source holds."""
    pixels, width, height = stream["pix_fmt"], stream["width"], stream["height"]
    interlaced = stream.get("field_order", "progressive") not in ("progressive", "unknown")
    rows = (2 if pixels.startswith(("yuv420", "yuvj420")) else 1) * (2 if interlaced else 1)
    columns = 2 if pixels.startswith(("yuv420", "yuvj420", "yuv422", "yuvj422")) else 1
    if pixels in X264_PIXELS and width % columns == 0 and height % rows == 0:
        return ["--encoder-options", "qp=0", "--preset", "ultrafast", "--pix-fmt", pixels]
    if pixels in X264_RGB_PIXELS:
        return ["--video-codec", "libx264rgb", "--encoder-options", "qp=0", "--preset", "ultrafast",
                "--pix-fmt", pixels]
    return ["--video-codec", "ffv1", "--pix-fmt", pixels]


def refuses(mpienc, paths, folder):
    """The reason why mpienc's refusal of an undecodable input is not a clean one; None where it is."""
    output = folder / "refused.mkv"
    done = mpienc.run([*paths, output], timeout=60)
    if done.timed_out:
        return "did not end within 60 s"
    if done.crashed():
        return f"crashed (status {done.status}): {done.stderr.strip()[-200:]}"
    if done.status not in (3, 5):
        return f"exit status {done.status} instead of 3 (input) or 5 (codec)"
    if len(done.own_lines()) != 1 or done.other_lines():
        return f"{len(done.stderr.splitlines())} lines on standard error instead of one: {done.stderr!r}"
    left = [x.name for x in folder.iterdir()]
    return f"left behind: {', '.join(left)}" if left else None


def examine(mpienc, name, paths, folder, restarts=0, keep=False, extra=()):
    """One clip, given as one or more files, through the comparison: a Row, or None for no video.
    `extra` are more of mpienc's options."""
    folder.mkdir(parents=True, exist_ok=True)
    row = Row(name)
    info = oracle.probe(paths[0])
    videos = oracle.moving_pictures(info)
    if info and not videos:
        return None
    try:
        _examine(mpienc, row, paths, videos, folder, restarts, extra)
    except Exception as error:
        row.result, row.reason = "FAIL", f"the check itself failed: {error!r}"
    finally:
        if not keep:
            shutil.rmtree(folder, ignore_errors=True)
    return row


def _examine(mpienc, row, paths, videos, folder, restarts, extra):
    video = videos[0] if videos else None
    source = oracle.Frames()
    if video:
        row.codec = video.get("codec_name", "?")
        stream = f"0:{video['index']}"
        as_rgb = "rgb24" if video.get("pix_fmt") in X264_RGB_PIXELS else None
        source = oracle.framemd5(paths, stream, pix_fmt=as_rgb, threads=1)
        row.frames = len(source.hashes)
    if not source.hashes:
        row.reason = refuses(mpienc, paths, folder)
        row.result = "FAIL" if row.reason else "refused"
        row.reason = row.reason or "ffmpeg cannot decode it; one line, no output"
        return
    if oracle.untimed(paths, stream):
        source = oracle.evenly(source, video["avg_frame_rate"])

    options = [*lossless(video), *extra]
    select = ["--map", stream, "--map", "0:a?"] if len(videos) > 1 else []
    judged = None
    for label, chunk in (("1 s", ["--chunk", "1"]), ("default", [])):
        output = folder / f"{label.replace(' ', '')}.mkv"
        done = mpienc.run([*paths, output, *options, *chunk, *select], timeout=240)
        if label == "default":
            row.chunks_default = done.chunks()
        else:
            row.chunks_short = done.chunks()
        same = bool(judged) and done.status == 0 and output.exists() and filecmp.cmp(judged, output, shallow=False)
        problem = None if same else judge(done, output, source, as_rgb, restarts)
        judged = output
        if problem:
            row.result, row.reason = "FAIL", f"at {label}: {problem}"
            break
    if row.result == "FAIL":
        _blame(row, paths, stream, as_rgb)


def _blame(row, paths, stream, pix_fmt):
    """A clip of which ffmpeg itself decodes something else with threads than without is listed, not failed."""
    once, again = (oracle.framemd5(paths, stream, pix_fmt=pix_fmt, threads=threads) for threads in (1, None))
    if (again.hashes, again.times) != (once.hashes, once.times):
        row.result = "listed"
        row.reason = f"ffmpeg itself is not repeatable: {oracle.difference(once, again)} (mpienc {row.reason})"


def judge(done, output, source, pix_fmt, restarts=0):
    """What is wrong with one run; None where its output equals the source."""
    if done.timed_out:
        return "did not end in time"
    if done.status != 0:
        said = " / ".join((done.own_lines() or done.stderr.splitlines())[-2:])
        return f"{'crashed' if done.crashed() else 'failed'} with status {done.status}: {said}"
    if not output.exists():
        return "status 0 but no output"
    frames = oracle.framemd5([output], "0:v:0", pix_fmt=pix_fmt)
    return oracle.difference(source, frames, restarts)


def write_tables(rows, folder, stem):
    """The table on standard output, as TSV and as Markdown."""
    table = [HEADER] + [row.cells() for row in rows]
    widths = [max(len(r[i]) for r in table) for i in range(len(HEADER) - 1)]
    for cells in table:
        print("  ".join(c.ljust(w) for c, w in zip(cells, widths)) + "  " + cells[-1])
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{stem}.tsv").write_text("".join("\t".join(cells) + "\n" for cells in table))
    marks = [HEADER, ["---"] * len(HEADER)] + [[c.replace("|", "\\|") for c in r] for r in table[1:]]
    (folder / f"{stem}.md").write_text("".join("| " + " | ".join(r) + " |\n" for r in marks))


def conclude(rows, folder, stem):
    write_tables(rows, folder, stem)
    failed = [row for row in rows if row.result == "FAIL"]
    listed = [row for row in rows if row.result == "listed"]
    print(f"\n{len(rows)} clips: {len(rows) - len(failed) - len(listed)} as they should be, "
          f"{len(listed)} listed, {len(failed)} failed; tables in {folder}")
    sys.exit(1 if failed else 0)


def wanted(root, options):
    for path in sorted(p for p in root.rglob("*") if p.is_file()):
        name = str(path.relative_to(root))
        if path.suffix in OTHER_KINDS or (options.only and options.only not in name):
            continue
        if not options.full and any(mark in name for mark in LONG):
            print(f"left to --full: {name}")
            continue
        yield name, path


def main():
    parser = program.arguments(__doc__.splitlines()[0])
    parser.add_argument("--media", type=Path, default=program.media_folder(),
                        help="folder of clips; $MPIENC_MEDIA by default")
    parser.add_argument("--only", help="clips whose path contains this")
    parser.add_argument("--full", action="store_true", help="the long clips too")
    parser.add_argument("--jobs", type=int, default=2, help="clips at a time")
    options = parser.parse_args()
    if not options.media or not options.media.is_dir():
        program.skip("MPIENC_MEDIA names no folder")
    mpienc = program.Mpienc(options.mpienc, options.mpirun)
    with tempfile.TemporaryDirectory(prefix="mpienc-roundtrip-") as scratch:
        results = (options.work or Path.cwd())
        outputs = results / "roundtrip" if options.keep else Path(scratch)
        with ThreadPoolExecutor(options.jobs) as pool:
            rows = [r for r in pool.map(
                lambda clip: examine(mpienc, clip[0], [clip[1]], outputs / clip[0].replace("/", "_"),
                                     keep=options.keep),
                wanted(options.media, options)) if r]
    if not rows:
        program.skip("no clip with a video")
    conclude(rows, results, "roundtrip")


if __name__ == "__main__":
    main()
