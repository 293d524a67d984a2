"""Tags and pictures of a collection in every format, as mutagen and ffprobe read them."""

import base64
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import batch_output
import batch_tree
import program

FORMATS = ("mp3", "vorbis", "opus", "flac", "aac", "ffmpeg:wavpack", "ffmpeg:alac")
SOURCES = ("flac", "ogg", "opus", "mp3", "m4a")
TAGS = {"ARTIST": ["One", "Two = Three", "Vier; fünf / sechs"], "ALBUMARTIST": ["Ensemble"], "ALBUM": ["日本語 \U0001f3b5 \u202e\u00e9 e\u0301"],
        "TITLE": ["a = b == c"], "TRACKNUMBER": ["3"], "TRACKTOTAL": ["12"], "DISCNUMBER": ["1"], "DISCTOTAL": ["2"],
        "DATE": ["1999-12-31"], "GENRE": ["Rock", "Été"], "COMPOSER": ["C"], "COMPILATION": ["1"], "ODD NAME (!#)": ["=starts with ="],
        "LONG STORY": ["words \u4e16 " * 600], "COMMENT": ["two\nlines"], "REPLAYGAIN_TRACK_GAIN": ["-7.89 dB"], "X": [" "]}
SIMPLE = {"TITLE": ["Only a title"]}
# What a format has no place for.
ONLY_IMAGES = ("aac", "ffmpeg:alac")
APE = ("ffmpeg:wavpack",)  # one front and one back cover, no blank values


def python_with_mutagen():
    for candidate in (sys.executable, "/usr/bin/python3", "python3"):
        if shutil.which(candidate) and subprocess.run([candidate, "-c", "import mutagen"], capture_output=True).returncode == 0:
            return candidate
    return None


class Tags:
    def __init__(self, mpienc, python, folder, tally):
        self.mpienc, self.python, self.folder, self.tally = mpienc, python, folder, tally
        self.root = folder / "tree"
        self.tree = batch_tree.Tree(self.root, 0, bad=False)

    def mutagen(self, *words):
        done = subprocess.run([self.python, Path(__file__).with_name("batch_mutagen.py"), *words], capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(done.stderr)
        return json.loads(done.stdout) if done.stdout else None

    def song(self, name, kind, fields):
        path = self.root / f"{name}.{kind}"
        self.tree.scratch.mkdir(exist_ok=True)
        shutil.move(self.tree.make(kind, self.tree.wav(self.tree.scratch / "song.wav", 44100)), path)
        described = self.folder / "fields.json"
        described.write_text(json.dumps(fields))
        self.mutagen("write", path, described)
        return path

    def pictures(self):
        encoded = []
        for name, mime, kind, description in (("cover.jpg", "image/jpeg", 3, "Front \u00e9"), ("back.png", "image/png", 4, "Back")):
            data = batch_tree.picture(self.folder / name, "320x200").read_bytes()
            encoded.append([kind, mime, description, base64.b64encode(data).decode()])
        return encoded

    def compare(self, what, source, output, target):
        there, made = self.mutagen("read", source), self.mutagen("read", output)
        for name in sorted(there["tags"].keys() | made["tags"].keys()):
            one, other = there["tags"].get(name), made["tags"].get(name)
            if one != other and not (target in APE and one == [" "]):
                self.tally.check(False, f"{what}: {name}", f"{str(one)[:90]} became {str(other)[:90]}")
        self.tally.check(True, f"{what}: {len(there['tags'])} names compared")
        kept = {tuple(p) for p in made["pictures"]}
        wanted = {tuple(p) for p in there["pictures"]}
        if target in APE:
            kept, wanted = {p[3] for p in kept}, {p[3] for p in there["pictures"][:1 if source.suffix == ".m4a" else 2]}
        elif target in ONLY_IMAGES or source.suffix == ".m4a":
            kept, wanted = {p[3] for p in kept}, {p[3] for p in wanted}
        self.tally.check(kept == wanted, f"{what}: {len(wanted)} pictures",
                         f"{[str(p)[:60] for p in wanted]} became {[str(p)[:60] for p in kept]}")

    @staticmethod
    def sounds(told):
        return [s for s in told.get("streams", []) if s.get("codec_type") == "audio"]

    def ffprobe(self, what, output, fields):
        done = subprocess.run(["ffprobe", "-v", "error", "-of", "json", "-show_format", "-show_streams", f"file:{output}"],
                              capture_output=True, text=True)
        told = json.loads(done.stdout or "{}")
        tags = {k.upper(): v for part in [told.get("format", {}), *self.sounds(told)] for k, v in part.get("tags", {}).items()}
        wrong = [n for n in ("TITLE", "ALBUM", "COMPOSER") if n in fields["tags"] and tags.get(n) != fields["tags"][n][0]]
        self.tally.check(not wrong and not done.stderr.strip(), f"{what}: ffprobe reads them", f"{wrong} {done.stderr} {str(tags)[:400]}")
        shown = sum(s.get("codec_type") == "video" for s in told.get("streams", []))
        self.tally.check(shown >= bool(fields["pictures"]), f"{what}: ffprobe sees a picture", str(shown))

    def all_formats(self, formats):
        rich, poor = {"tags": TAGS, "pictures": self.pictures()}, {"tags": SIMPLE, "pictures": []}
        songs = {self.song("rich", kind, rich): rich for kind in SOURCES}
        songs[self.song("poor", "flac", poor)] = poor
        out = self.folder / "out"
        done = self.mpienc.run(["batch", self.root, "-o", out, "--to", ",".join(formats)])
        if not self.tally.check(done.status == 0, "the batch runs", f"status {done.status}\n{done.tail(40)}"):
            return
        rows = {(r.infile, r.format): r.outfile for r in batch_output.read_log(out)}
        for source, fields in songs.items():
            for target in formats:
                what = f"{source.name} to {target}"
                self.compare(what, source, rows[source, target], target)
                self.ffprobe(what, rows[source, target], fields)


def main():
    parser = program.arguments(__doc__)
    parser.add_argument("--to", default=",".join(FORMATS))
    options = parser.parse_args()
    batch_tree.need_programs()
    python = python_with_mutagen()
    if not python:
        program.skip("no Python here has mutagen (Debian: python3-mutagen)")
    tally = program.Tally()
    with tempfile.TemporaryDirectory(prefix="mpienc-tags-", dir=options.work, ignore_cleanup_errors=True) as scratch:
        Tags(program.Mpienc(options.mpienc, options.mpirun), python, Path(scratch), tally).all_formats(options.to.split(","))
    tally.finish()


if __name__ == "__main__":
    main()
