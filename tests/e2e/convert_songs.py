#!/usr/bin/env python3
"""Converts made songs by batches: no sample more or less, all tags and pictures, the same bytes anywhere.
Judged by ffmpeg, ffprobe, metaflac and mutagen, none of which wrote the files."""

import base64
import os
import shutil
import struct
import subprocess
import tempfile
from pathlib import Path

from program import Mpienc, Tally, arguments, skip

try:
    import mutagen
    from mutagen.flac import Picture
    from mutagen.id3 import APIC
except ImportError:
    mutagen = None

SAMPLES = 100_003
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 3
JPEG = b"\xff\xd8\xff\xe0" + bytes(range(255, -1, -1)) * 2
PICTURES = {("3", "image/png", "Vorn ü"): PNG, ("4", "image/jpeg", "Back"): JPEG}
LONG = "long " * 5000
TAGS = {
    "TITLE": ["a=b=c"],
    "ARTIST": ["Ärzte", "Second; Artist"],
    "ALBUMARTIST": ["All of them"],
    "TRACKNUMBER": ["3"],
    "TRACKTOTAL": ["12"],
    "DISCNUMBER": ["1"],
    "DISCTOTAL": ["2"],
    "COMPILATION": ["1"],
    "DATE": ["1999-04-01"],
    "GENRE": ["Chamber"],
    "COMPOSER": ["X"],
    "LYRICS": ["line\nline"],
    "MY ODD NAME": ["日本語", "again"],
    "LONG": [LONG],
}
# Name, format and whether its file tells all that a decoder needs to give out the very samples.
FORMATS = [
    ("a.mp3", "mp3", True), ("a.flac", "flac", True), ("a.ogg", "vorbis", True), ("a.opus", "opus", True),
    ("a.m4a", "aac", False), ("b.m4a", "ffmpeg:alac", True), ("a.wv", "ffmpeg:wavpack", True),
    ("a.wav", "ffmpeg:pcm_s16le", True), ("a.aiff", "ffmpeg:pcm_s24be", True), ("a.tta", "ffmpeg:tta", True),
    ("b.flac", "ffmpeg:flac", True), ("b.mp3", "ffmpeg:libmp3lame", True), ("a.mka", "ffmpeg:truehd", True),
    ("a.wma", "ffmpeg:wmav2", False)]


def run(*command):
    done = subprocess.run(list(map(str, command)), capture_output=True)
    if done.returncode:
        raise RuntimeError(f"{command}: {done.stderr.decode(errors='replace')}")
    return done.stdout


def make_source(folder):
    """A FLAC file with all tags, written by flac and metaflac."""
    wav, flac = folder / "in.wav", folder / "in.flac"
    run("ffmpeg", "-v", "error", "-f", "lavfi", "-i", "aevalsrc=0.4*sin(2765*t)+0.1*random(0)|0.3*sin(3456*t):s=44100",
        "-af", f"atrim=end_sample={SAMPLES}", "-c:a", "pcm_s16le", "-bitexact", wav)
    run("flac", "-s", "-f", "-o", flac, wav)
    (folder / "tags").write_text("")
    for name, values in TAGS.items():
        for value in values:
            (folder / "value").write_text(value)
            run("metaflac", "--no-utf8-convert", f"--set-tag-from-file={name}={folder / 'value'}", flac)
    for (kind, mime, description), data in PICTURES.items():
        (folder / "picture").write_bytes(data)
        run("metaflac", f"--import-picture-from={kind}|{mime}|{description}|16x16x24|{folder / 'picture'}", flac)
    return flac


def decoded_samples(path):
    raw = run("ffmpeg", "-v", "error", "-i", path, "-map", "0:a:0", "-f", "s16le", "-ac", "2", "-")
    return len(raw) // 4


def edit_list(path):
    """Duration and first sample of an MP4's edit list, and the clock of the former."""
    data = path.read_bytes()
    found = data.index(b"elst")
    version, count, duration, start = struct.unpack(">IIIi", data[found + 4:found + 20])
    return duration, start, struct.unpack(">I", data[data.index(b"mvhd") + 16:data.index(b"mvhd") + 20])[0]


def id3_tags(tags):
    known = {"TIT2": "TITLE", "TPE1": "ARTIST", "TPE2": "ALBUMARTIST", "TALB": "ALBUM", "TCMP": "COMPILATION", "TDRC": "DATE",
             "TCON": "GENRE", "TCOM": "COMPOSER", "USLT": "LYRICS"}
    seen, pictures = {}, {}
    for frame in tags.values():
        if isinstance(frame, APIC):
            pictures[str(int(frame.type)), frame.mime, frame.desc] = frame.data
        elif frame.FrameID in ("TRCK", "TPOS"):
            number, total = str(frame).split("/")
            name = "TRACK" if frame.FrameID == "TRCK" else "DISC"
            seen[name + "NUMBER"], seen[name + "TOTAL"] = [number], [total]
        elif frame.FrameID == "TXXX":
            seen[frame.desc.upper()] = list(map(str, frame.text))
        elif frame.FrameID in known:
            seen[known[frame.FrameID]] = [str(frame.text)] if frame.FrameID == "USLT" else list(map(str, frame.text))
    return seen, pictures


def xiph_tags(tags):
    seen = {name.upper(): tags[name] for name in tags.keys()}
    pictures = {}
    for text in seen.pop("METADATA_BLOCK_PICTURE", []):
        picture = Picture(base64.b64decode(text))
        pictures[str(int(picture.type)), picture.mime, picture.desc] = picture.data
    return seen, pictures


def mp4_tags(tags):
    known = {"\xa9nam": "TITLE", "\xa9ART": "ARTIST", "aART": "ALBUMARTIST", "\xa9day": "DATE", "\xa9gen": "GENRE",
             "\xa9wrt": "COMPOSER", "\xa9lyr": "LYRICS"}
    seen = {known[name]: list(values) for name, values in tags.items() if name in known}
    for name, box in (("TRACK", "trkn"), ("DISC", "disk")):
        seen[name + "NUMBER"], seen[name + "TOTAL"] = ([str(n)] for n in tags[box][0])
    seen["COMPILATION"] = ["1" if tags.get("cpil") else "0"]
    for name, values in tags.items():
        if name.startswith("----:com.apple.iTunes:"):
            seen[name.split(":")[2]] = [bytes(v).decode() for v in values]
    return seen, [bytes(cover) for cover in tags.get("covr", [])]


def ape_tags(tags):
    renamed = {"TRACK": "TRACKNUMBER", "DISC": "DISCNUMBER", "YEAR": "DATE", "ALBUM ARTIST": "ALBUMARTIST"}
    seen, pictures = {}, {}
    for name, value in tags.items():
        if name.upper().startswith("COVER ART"):
            text, data = value.value.split(b"\0", 1)
            stem, ending = text.decode().rsplit(".", 1)
            kind = "4" if "BACK" in name.upper() else "3"
            pictures[kind, "image/" + ending.replace("jpg", "jpeg"), stem] = data
        else:
            seen[renamed.get(name.upper(), name.upper())] = list(value)
    for name in ("TRACK", "DISC"):
        seen[name + "NUMBER"], seen[name + "TOTAL"] = ([n] for n in seen[name + "NUMBER"][0].split("/"))
    return seen, pictures


def tags_of(path):
    """Tags and pictures by mutagen, under the names of TAGS."""
    file = mutagen.File(path)
    if path.suffix == ".flac":
        return xiph_tags(file.tags)[0], {(str(int(p.type)), p.mime, p.desc): p.data for p in file.pictures}
    kind = {".ogg": xiph_tags, ".opus": xiph_tags, ".m4a": mp4_tags, ".wv": ape_tags}.get(path.suffix, id3_tags)
    return kind(file.tags)


def check_tags(tally, path):
    seen, pictures = tags_of(path)
    wanted = PICTURES if isinstance(pictures, dict) else list(PICTURES.values())
    different = {n: (v[:1], seen.get(n, [])[:1]) for n, v in TAGS.items() if seen.get(n) != v}
    tally.check(not different, f"{path.name}: all tags", str(different)[:300])
    tally.check(pictures == wanted, f"{path.name}: all pictures", str(pictures)[:200])


def check_uncompressed(tally, folder, convert):
    """What WAV's INFO list and AIFF's text chunks tell, of which flac alone takes nothing."""
    for kind, extra in (("wav", {"ALBUM": ["Ø"], "GENRE": ["G"]}), ("aiff", {})):
        path = folder / f"told.{kind}"
        told = ["title=Ein Titel", f"{'artist' if kind == 'wav' else 'author'}=Wer", "comment=So", *(f"{n.lower()}={v[0]}" for n, v in extra.items())]
        run("ffmpeg", "-v", "error", "-i", folder / "in.wav", *(w for t in told for w in ("-metadata", t)), path)
        convert(path, folder / kind, [("x.opus", "opus"), ("x.mp3", "mp3"), ("x.flac", "flac")])
        expected = dict(extra, TITLE=["Ein Titel"], ARTIST=["Wer"])
        for name in ("x.opus", "x.mp3"):
            seen = tags_of(folder / kind / name)[0]
            tally.check({n: seen.get(n) for n in expected} == expected, f"{kind} to {name}: its texts", str(seen))
        tally.check(not tags_of(folder / kind / "x.flac")[0], f"{kind} to x.flac: none, as with flac")


def check_resampled(tally, folder, convert):
    """TrueHD is lossless and has no 22050 Hz: the resampler must give out all that it holds at the end."""
    path = folder / "slow.wav"
    run("ffmpeg", "-v", "error", "-f", "lavfi", "-i", "aevalsrc=0.5+0.2*sin(2765*t):s=22050", "-af",
        f"atrim=end_sample={SAMPLES // 2}", "-c:a", "pcm_s16le", path)
    convert(path, folder / "resampled", [("x.mka", "ffmpeg:truehd")])
    raw = run("ffmpeg", "-v", "error", "-i", folder / "resampled/x.mka", "-ac", "1", "-f", "s16le", "-")
    samples = struct.unpack(f"<{len(raw) // 2}h", raw)
    tally.check(len(samples) == SAMPLES // 2 * 2, "resampled: every sample once", str(len(samples)))
    tally.check(min(samples[100:]) > 5000, "resampled: no silence at the end", str(samples[-60:]))


def main():
    parser = arguments(__doc__)
    options = parser.parse_args()
    if mutagen is None or not shutil.which("flac"):
        skip("needs mutagen (python3-mutagen) and flac")
    tally, mpienc = Tally(), Mpienc(options.mpienc, options.mpirun)
    with tempfile.TemporaryDirectory(dir=options.work) as name:
        folder = Path(name)
        source = make_source(folder)

        def convert(from_file, to_folder, formats):
            to_folder.mkdir(parents=True, exist_ok=True)
            out = folder / "batch"
            forms = ",".join(form for _, form in formats)
            more = ["--ffmpeg-options", "strict=experimental"] if "ffmpeg:" in forms else []  # which TrueHD needs
            done = mpienc.run(["batch", from_file, "-o", out, "--to", forms, *more])
            tally.check(done.status == 0, f"{from_file.name} to {to_folder.name}", done.tail())
            for file, form in formats:
                (made,) = (out / form.replace(":", "-")).iterdir()
                tally.check(made.suffix == Path(file).suffix, f"{form} is a {made.suffix}")
                made.rename(to_folder / file)
            shutil.rmtree(out)

        every = [(file, form) for file, form, _ in FORMATS]
        convert(source, folder / "one", every)
        for file, form, exact in FORMATS:
            path = folder / "one" / file
            expected = (SAMPLES * 48000 * 2 + 44100) // (2 * 44100) if form == "opus" else SAMPLES
            if exact:
                tally.check(decoded_samples(path) == expected, f"{file} gives out every sample once")
            if path.suffix not in (".mka", ".wma"):
                check_tags(tally, path)
        for file in ("a.m4a", "b.m4a"):
            start = 1024 if file == "a.m4a" else 0
            tally.check(edit_list(folder / "one" / file) == (SAMPLES, start, 44100), f"{file}: exact edit list",
                        str(edit_list(folder / "one" / file)))
        matroska = run("ffprobe", "-v", "error", "-show_entries", "format_tags:stream=codec_type:stream_tags", "-of",
                       "compact", folder / "one/a.mka").decode()
        tally.check("Ärzte; Second; Artist" in matroska and "日本語; again" in matroska and "cover.png" in matroska
                    and "TRACKTOTAL=12" in matroska, "a.mka: tags and pictures", matroska[:300])

        elsewhere = folder / "another place" / "song.flac"
        elsewhere.parent.mkdir()
        shutil.copy(source, elsewhere)
        os.utime(elsewhere, (1, 1))
        convert(elsewhere, folder / "two", every)
        for file, _ in every:
            same = (folder / "one" / file).read_bytes() == (folder / "two" / file).read_bytes()
            tally.check(same, f"{file}: the same bytes from another place")

        check_uncompressed(tally, folder, convert)
        check_resampled(tally, folder, convert)
        back = [file for file, _ in every if file not in ("a.mka",)]
        for file in back:
            convert(folder / "one" / file, folder / "back", [(file + ".flac", "ffmpeg:flac")])
            path = folder / "back" / (file + ".flac")
            seen, pictures = tags_of(path)
            bare = file.endswith(".m4a")
            expected = TAGS
            if file == "a.wma":  # which keeps the first of several values apart from the others
                expected = dict(TAGS, ARTIST=["; ".join(TAGS["ARTIST"])])
                seen["MY ODD NAME"].reverse()
            different = {n: (v[:1], seen.get(n, [])[:1]) for n, v in expected.items() if seen.get(n) != v}
            tally.check(not different, f"{file}: all tags come back", str(different)[:300])
            good = list(pictures.values()) == list(PICTURES.values()) if bare else pictures == PICTURES
            tally.check(good, f"{file}: all pictures come back", str(pictures.keys()))
    tally.finish()


if __name__ == "__main__":
    main()
