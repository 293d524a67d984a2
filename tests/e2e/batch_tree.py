"""A music tree for the batch checks: short songs in many formats under odd names, bad files, and what is no music."""

import os
import random
import shutil
import subprocess
import wave
from dataclasses import dataclass
from pathlib import Path

import clips
import program
import recordings

RATE = 44100
KINDS = ("flac", "wav", "flac", "mp3", "flac", "aiff", "flac", "wav", "ogg", "flac", "m4a", "hires.flac", "wav", "mono.flac",
         "flac", "low.wav", "opus", "flac", "24.wav", "wv")
ENCODERS = {"aiff": ["-c:a", "pcm_s16be"], "ogg": ["-c:a", "libvorbis"], "m4a": ["-c:a", "aac"], "opus": ["-c:a", "libopus"],
            "wv": ["-c:a", "wavpack"], "hires.flac": ["-ar", "96000", "-sample_fmt", "s32", "-c:a", "flac"],
            "mono.flac": ["-ac", "1", "-c:a", "flac"], "low.wav": ["-ar", "22050", "-c:a", "pcm_s16le"],
            "24.wav": ["-af", "volume=0.7", "-c:a", "pcm_s24le"]}
LOSSLESS = ("flac", "wav", "aiff", "wv")
STEMS = ("plain", "two  spaces and one behind ", "quotes ' \" ''", "new\nline", "tab\t, comma, \"x\"", "-q", "--overwrite", "%03d",
         os.fsdecode(b"latin \xe9\xff\xfe"), "\U0001f3b8 and \U0001f941", "concat:a|b", "$(touch made) `touch made`", "a;b&c|d",
         "back\\slash", "*?[a]", "~", "{artist}", ".hidden", "dots. . .", "con", "carriage\rreturn", "日本語の曲", "e\u0301 and \u00e9",
         "\u202eright to left")
FOLDERS = ("", "Artist/Album", "new\nline folder", os.fsdecode(b"folder \xff"), "/".join(f"level {i}" for i in range(24)),
           "http:/x", " ", "\U0001f3b5")
BAD = {"empty.flac": "", "truncated.flac": "", "faulty.flac": "", "md5.flac": "MD5", "text.flac": "", "zeros.mp3": "", "half.m4a": ""}
OTHERS = {"cover.jpg": None, "album.cue": b'FILE "a.wav" WAVE\n', "rip.log": b"Exact Audio Copy\n", "list.m3u": b"#EXTM3U\na.flac\n",
          "folder.with.dots/README": b"words\n", "nothing": b""}


@dataclass(frozen=True)
class Song:
    path: Path
    kind: str
    rate: int
    samples: int  # per channel, as ffmpeg decodes it

    def lossless(self):
        return self.kind.split(".")[-1] in LOSSLESS


def decoded_samples(path):
    """Per channel, after what the format signals as padding; -1 where ffmpeg complains."""
    done = subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-i", f"file:{path}", "-map", "0:a:0", "-ac", "1", "-f", "u8", "-"],
                          capture_output=True)
    return -1 if done.returncode or done.stderr.strip() else len(done.stdout)


def announced_samples(path):
    """By the container, whose clock is the sample rate; -1 where it is another one."""
    told = subprocess.run(["ffprobe", "-v", "error", "-select_streams", "a:0", "-of", "default=nw=1:nk=1", "-show_entries",
                           "stream=sample_rate,time_base,duration_ts", f"file:{path}"], capture_output=True, text=True).stdout.split()
    return int(told[2]) if len(told) == 3 and told[1] == f"1/{told[0]}" else -1


def all_pcm():
    """16-bit stereo of all real music there is, else made signals."""
    music = recordings.music()
    source = [["-i", m] for m in music] or [["-t", "40", "-f", "lavfi", "-i", recordings.MADE.format(rate=RATE)]]
    pcm = b""
    for words in source:
        command = ["ffmpeg", "-nostdin", "-v", "error", *words, "-map", "0:a", "-ac", "2", "-ar", RATE, "-f", "s16le", "-"]
        pcm += subprocess.run([*map(str, command)], capture_output=True, check=True).stdout
    return pcm


def picture(path, size="64x64"):
    clips.ffmpeg("-f", "lavfi", "-i", f"testsrc2=s={size}:r=1:d=1", "-frames:v", "1", "-update", "1", path)
    return path


class Tree:
    """`songs` are good, `bad` maps paths to what their reason must hold, `others` have no sound. All lie below `root`."""

    def __init__(self, root, count, seed=1, seconds=(2, 5), bad=True):
        self.root, self.seconds, self.dice = root, seconds, random.Random(seed)
        root.mkdir(parents=True)
        self.pcm = all_pcm()
        self.scratch = root.with_name(root.name + "-making")
        self.scratch.mkdir()
        self.songs, self.bad, self.others = [], {}, []
        for number in range(count):
            self.songs.append(self.song(number))
        if bad:
            self.same_names()
            self.bad_files()
            self.other_files()
        shutil.rmtree(self.scratch)

    def wav(self, path, samples=None):
        """Some of the music; a length that is a multiple of nothing."""
        samples = samples or int(self.dice.uniform(*self.seconds) * RATE) | 1
        while len(self.pcm) < 4 * samples:
            self.pcm += self.pcm
        first = self.dice.randrange(len(self.pcm) // 4 - samples + 1)
        with wave.open(os.fspath(path), "wb") as out:
            out.setparams((2, 2, RATE, samples, "NONE", ""))
            out.writeframes(self.pcm[4 * first:4 * (first + samples)])
        return path

    def make(self, kind, wav):
        """A file of the kind in the scratch folder."""
        made = self.scratch / f"made.{kind}"
        if kind == "wav":
            shutil.copy(wav, made)
        elif kind == "flac":
            tags = ["ARTIST=One", "ARTIST=Two = Three", f"TITLE=Song {self.dice.random()}", "ODD NAME=1=2"]
            subprocess.run(["flac", "-s", "-f", "-3", *(f"--tag={t}" for t in tags), "-o", made, wav], check=True)
        elif kind == "mp3" and shutil.which("lame"):
            subprocess.run(["lame", "--silent", "-V5", "--ta", "Artist", wav, made], check=True)
        else:
            clips.ffmpeg("-i", wav, *ENCODERS.get(kind, []), "-metadata", "artist=Artist", "-bitexact", made)
        return made

    def put(self, made, folder, name, kind):
        path = self.root / folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        os.replace(made, path)
        rate = {"hires.flac": 96000, "low.wav": 22050, "opus": 48000}.get(kind, RATE)
        return Song(path, kind, rate, decoded_samples(path))

    def song(self, number):
        kind = KINDS[number % len(KINDS)]
        extension = "." + kind.split(".")[-1]
        stem = STEMS[number % len(STEMS)] + (f" {number}" if number >= len(STEMS) else "")
        if number % 10 == 9:
            stem = f"{'x' * 230}{number:0{20 - len(extension)}}"  # 250 bytes, of which the first 230 are alike
        elif number % 10 == 6:
            stem = "é" * ((251 - len(extension)) // 2) + f"{number:04}"  # 254 or 255 bytes: a longer extension does not fit
        folder = FOLDERS[number % len(FOLDERS)]
        made = self.make(kind, self.wav(self.scratch / "song.wav"))
        return self.put(made, folder, stem + (extension.upper() if number % 7 == 3 else extension), kind)

    def same_names(self):
        """Two sources that share a stem, and a folder that has the name of an output."""
        for name in ("same.flac", "same.wav", "other.wav"):
            kind = name.split(".")[-1]
            self.songs.append(self.put(self.make(kind, self.wav(self.scratch / "song.wav", RATE)), "alike", name, kind))
        for extension in ("mp3", "flac", "opus"):
            made = self.make("wav", self.wav(self.scratch / "song.wav", RATE))
            self.songs.append(self.put(made, f"alike/other.{extension}", "inside.wav", "wav"))

    def bad_files(self):
        good = self.make("flac", self.wav(self.scratch / "song.wav", 3 * RATE)).read_bytes()
        m4a = self.make("m4a", self.scratch / "song.wav").read_bytes()
        middle = len(good) // 2
        faulty = good[:middle] + bytes(b ^ 0xA5 for b in good[middle:middle + 7]) + good[middle + 7:]
        md5 = good[:26] + bytes(b ^ 0xFF for b in good[26:42]) + good[42:]
        contents = {"empty.flac": b"", "truncated.flac": good[:middle], "faulty.flac": faulty, "md5.flac": md5,
                    "text.flac": b"These are no samples.\n" * 40, "zeros.mp3": bytes(5000), "half.m4a": m4a[:len(m4a) // 2]}
        folder = self.root / "bad\nfiles"
        folder.mkdir()
        for name, content in contents.items():
            (folder / name).write_bytes(content)
            self.bad[folder / name] = BAD[name]

    def other_files(self):
        for name, content in OTHERS.items():
            path = self.root / "Artist" / "Album" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            picture(path) if content is None else path.write_bytes(content)
            self.others.append(path)
        os.mkfifo(self.root / "pipe.flac")

    def state(self):
        """Of all files: content, time of change and inode, to see that they are left alone."""
        return {path: (path.stat().st_mtime_ns, path.stat().st_ino, path.read_bytes())
                for path in sorted(self.root.rglob("*")) if path.is_file()}


def need_programs():
    for name in ("flac", "lame", "ffmpeg"):
        if not shutil.which(name):
            program.skip(f"the {name} program is not installed")
