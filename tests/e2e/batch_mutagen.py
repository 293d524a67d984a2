"""Tags and pictures through mutagen, which shares no code with the program: read FILE, or write FILE FIELDS.json.

Prints or takes {"tags": {NAME: [value, ...]}, "pictures": [[type, mime, description, base64], ...]} with names as Vorbis
comments have them. Works under any Python that has mutagen, which need not be the one that runs the checks.
"""

import base64
import json
import sys

import mutagen
import mutagen.flac
import mutagen.id3
import mutagen.mp4

FRAMES = {"TPE1": "ARTIST", "TPE2": "ALBUMARTIST", "TALB": "ALBUM", "TIT2": "TITLE", "TDRC": "DATE", "TCON": "GENRE",
          "TCOM": "COMPOSER", "TCMP": "COMPILATION", "TSRC": "ISRC", "TBPM": "BPM"}
ATOMS = {"\xa9ART": "ARTIST", "aART": "ALBUMARTIST", "\xa9alb": "ALBUM", "\xa9nam": "TITLE", "\xa9day": "DATE", "\xa9gen": "GENRE",
         "\xa9wrt": "COMPOSER", "\xa9cmt": "COMMENT", "\xa9lyr": "LYRICS"}
APES = {"YEAR": "DATE", "ALBUM ARTIST": "ALBUMARTIST"}
PAIRS = {"TRCK": "TRACK", "TPOS": "DISC", "trkn": "TRACK", "disk": "DISC", "TRACK": "TRACK", "DISC": "DISC"}
MIMES = {mutagen.mp4.MP4Cover.FORMAT_JPEG: "image/jpeg", mutagen.mp4.MP4Cover.FORMAT_PNG: "image/png"}
FREE = "----:com.apple.iTunes:"


def plain(data):
    return base64.b64encode(data).decode()


class Fields:
    def __init__(self):
        self.tags, self.pictures = {}, []

    def add(self, name, values):
        self.tags.setdefault(name.upper(), []).extend(map(str, values))

    def pair(self, name, number, total):
        """A number, and how many there are."""
        if number not in ("", "0", None):
            self.add(f"{name}NUMBER", [number])
        if total not in ("", "0", None):
            self.add(f"{name}TOTAL", [total])

    def picture(self, p):
        self.pictures.append([int(p.type), p.mime, p.desc, plain(p.data)])


def from_vorbis(file, fields):
    for name, value in file.tags or []:
        if name.lower() == "metadata_block_picture":
            fields.picture(mutagen.flac.Picture(base64.b64decode(value)))
        elif name.upper() in ("TRACKNUMBER", "DISCNUMBER") and "/" in value:
            fields.pair(name.upper()[:-6], *value.split("/"))
        elif name.upper() not in ("ENCODER", "WAVEFORMATEXTENSIBLE_CHANNEL_MASK"):
            fields.add(name, [value])
    for picture in getattr(file, "pictures", []):
        fields.picture(picture)


def from_id3(file, fields):
    for frame in (file.tags or {}).values():
        if frame.FrameID in PAIRS:
            fields.pair(PAIRS[frame.FrameID], *(frame.text[0].split("/") + [""])[:2])
        elif frame.FrameID == "TXXX":
            fields.add(frame.desc, frame.text)
        elif frame.FrameID == "COMM":
            fields.add(frame.desc or "COMMENT", frame.text)
        elif frame.FrameID == "USLT":
            fields.add("LYRICS", [frame.text])
        elif frame.FrameID == "APIC":
            fields.picture(frame)
        elif frame.FrameID not in ("TSSE", "TLEN"):
            fields.add(FRAMES.get(frame.FrameID, frame.FrameID), frame.text)


def from_mp4(file, fields):
    for name, values in (file.tags or {}).items():
        if name in PAIRS:
            fields.pair(PAIRS[name], *map(str, values[0]))
        elif name == "covr":
            fields.pictures += [[3, MIMES.get(c.imageformat, "?"), "", plain(bytes(c))] for c in values]
        elif name.startswith(FREE):
            fields.add(name[len(FREE):], [bytes(v).decode() for v in values])
        elif name == "cpil":
            fields.add("COMPILATION", [int(values)])
        elif name == "tmpo":
            fields.add("BPM", values)
        elif name != "\xa9too":
            fields.add(ATOMS.get(name, name), values)


def from_ape(file, fields):
    for name, value in (file.tags or {}).items():
        upper = name.upper()
        if upper.startswith("COVER ART"):
            text, data = value.value.split(b"\0", 1)
            fields.pictures.append([3 if "FRONT" in upper else 4, "", text.decode(), plain(data)])
        elif upper in PAIRS:
            fields.pair(PAIRS[upper], *(str(value).split("/") + [""])[:2])
        else:
            fields.add(APES.get(upper, upper), list(value))


def read(path):
    file, fields = mutagen.File(path), Fields()
    kind = type(file).__name__
    if kind == "MP4":
        from_mp4(file, fields)
    elif kind in ("MP3", "WAVE", "AIFF"):
        from_id3(file, fields)
    elif kind == "WavPack":
        from_ape(file, fields)
    else:
        from_vorbis(file, fields)
    return {"tags": fields.tags, "pictures": fields.pictures}


def picture_of(kind, mime, description, data):
    picture = mutagen.flac.Picture()
    picture.type, picture.mime, picture.desc, picture.data = kind, mime, description, base64.b64decode(data)
    return picture


def write_vorbis(file, tags, pictures):
    file.delete()
    if file.tags is None:
        file.add_tags()
    for name, values in tags.items():
        file.tags.extend((name, value) for value in values)
    for picture in map(lambda p: picture_of(*p), pictures):
        if hasattr(file, "add_picture"):
            file.add_picture(picture)
        else:
            file.tags.append(("METADATA_BLOCK_PICTURE", plain(picture.write())))


def write_id3(file, tags, pictures):
    frames = {name: frame for frame, name in FRAMES.items()}
    if file.tags is None:
        file.add_tags()
    for pair, frame in (("TRACK", "TRCK"), ("DISC", "TPOS")):
        number, total = tags.pop(f"{pair}NUMBER", [""])[0], tags.pop(f"{pair}TOTAL", [""])[0]
        file.tags.add(mutagen.id3.Frames[frame](encoding=3, text=[f"{number}/{total}"]))
    for name, values in tags.items():
        if name == "COMMENT":
            file.tags.add(mutagen.id3.COMM(encoding=3, lang="eng", desc="", text=values))
        elif name in frames:
            file.tags.add(mutagen.id3.Frames[frames[name]](encoding=3, text=values))
        else:
            file.tags.add(mutagen.id3.TXXX(encoding=3, desc=name, text=values))
    for kind, mime, description, data in pictures:
        file.tags.add(mutagen.id3.APIC(encoding=3, mime=mime, type=kind, desc=description, data=base64.b64decode(data)))


def write_mp4(file, tags, pictures):
    atoms = {name: atom for atom, name in ATOMS.items()}
    for pair, atom in (("TRACK", "trkn"), ("DISC", "disk")):
        file.tags[atom] = [(int(tags.pop(f"{pair}NUMBER", ["0"])[0]), int(tags.pop(f"{pair}TOTAL", ["0"])[0]))]
    for name, values in tags.items():
        if name == "COMPILATION":
            file.tags["cpil"] = values == ["1"]
        elif name in atoms:
            file.tags[atoms[name]] = values
        else:
            file.tags[FREE + name] = [v.encode() for v in values]
    formats = {mime: number for number, mime in MIMES.items()}
    file.tags["covr"] = [mutagen.mp4.MP4Cover(base64.b64decode(data), formats[mime]) for _, mime, _, data in pictures]


def write(path, fields):
    file = mutagen.File(path)
    kind = type(file).__name__
    if kind == "MP4":
        if file.tags is None:
            file.add_tags()
        write_mp4(file, dict(fields["tags"]), fields["pictures"])
    else:
        (write_id3 if kind == "MP3" else write_vorbis)(file, dict(fields["tags"]), fields["pictures"])
    file.save()


if __name__ == "__main__":
    if sys.argv[1] == "write":
        with open(sys.argv[3], encoding="utf-8") as source:
            write(sys.argv[2], json.load(source))
    else:
        print(json.dumps(read(sys.argv[2])))
