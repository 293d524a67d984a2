"""A chunk that crashes the codec does not take the job down: tried elsewhere, named, copied or left out."""

import filecmp
import json
import os
import re
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import clips
import program

SECONDS, RATE = 10, 25
OPTIONS = ["--preset", "superfast", "--chunk", "1.9", "--lanes", "1"]
BAD = re.compile(r"video from 3\.9\d s to 5\.9\d s")
LEFT = re.compile(r"left out +([\d,]+) frames? of 1 chunk")


def make_source(path):
    """H.264 that is closed every second, so that any chunk may be copied; and sound."""
    clips.ffmpeg("-f", "lavfi", "-i", clips.motion(seconds=SECONDS), "-f", "lavfi", "-i", clips.tone(SECONDS),
                 "-c:v", "libx264", "-threads", "1", "-preset", "veryfast", "-g", RATE, "-keyint_min", RATE,
                 "-sc_threshold", "0", "-bf", "2", "-pix_fmt", "yuv420p", "-c:a", "ac3", path)
    return path


def probe(path, stream, entries):
    done = subprocess.run(["ffprobe", "-v", "error", "-select_streams", stream, "-count_frames", "-show_entries",
                           entries, "-of", "json", str(path)], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def video_times(path):
    frames = probe(path, "v:0", "frame=pts_time")["frames"]
    return [round(float(frame["pts_time"]), 2) for frame in frames]


def audio_packets(path):
    return int(probe(path, "a:0", "stream=nb_read_frames")["streams"][0]["nb_read_frames"])


def in_use():
    """Segments that a process still has, of whatever job."""
    found = set()
    for maps in Path("/proc").glob("[0-9]*/maps"):
        try:
            found |= set(re.findall(r"/dev/shm/(\S+)", maps.read_text()))
        except OSError:
            pass
    return found


def leftovers():
    names = {name for name in os.listdir("/dev/shm") if "_segment" in name or "mpienc" in name}
    return names - in_use()


def new_leftovers(before, patience=10):
    """What has no process that would still remove it; a job beside this one is given the time to."""
    end = time.monotonic() + patience
    while (left := leftovers() - before) and time.monotonic() < end:
        time.sleep(0.2)
    return left


def children_left(mark):
    """Processes that still have the mark of this test in their environment."""
    found = []
    for entry in filter(str.isdigit, os.listdir("/proc")):
        try:
            if mark in Path(f"/proc/{entry}/environ").read_bytes() and int(entry) != os.getpid():
                found.append(entry)
        except OSError:
            continue
    return found


class Check:
    def __init__(self, options, folder):
        self.mpienc, self.tally = program.Mpienc(options.mpienc, options.mpirun), program.Tally()
        self.shim, self.folder = options.shim, folder
        self.source = make_source(folder / "source.mkv")
        self.reference = folder / "reference.mkv"
        self.mark = f"BAD_CHUNK_TEST={folder.name}"
        # The encoder's ticks are the container's milliseconds.
        self.pts = "4400-4500"

    def run(self, name, ranks, *more, crash=True, once=False, launch=False, again=0, where=None):
        """Runs the job, again as often as a rank dies in it; returns the output and the last result."""
        output = self.folder / f"{name}.mkv"
        extra = {self.mark.split("=")[0]: self.folder.name}
        if crash:
            extra |= {"LD_PRELOAD": str(self.shim), "CRASH_PTS": self.pts}
        if once:
            extra["CRASH_ONCE"] = str(self.folder / f"{name}.once")
        if where:
            extra["CRASH_IN"] = where
        words = [self.source, output, *OPTIONS, *more]
        for _ in range(again + 1):
            if launch:
                done = self.mpienc.run(["launch", "-n", ranks, *words], 0, extra, timeout=120)
            else:
                done = self.mpienc.run(words, ranks, extra, timeout=120)
            if done.status in (0, 2, 5) or output.exists():
                break
        left = children_left(self.mark.encode())
        self.tally.check(not left, f"{name}: no process is left behind", str(left))
        return output, done

    def same(self, name, output, done):
        good = done.status == 0 and output.exists() and filecmp.cmp(self.reference, output, shallow=False)
        self.tally.check(good, f"{name}: the bytes of a quiet run", done.tail())

    def skipped(self, name, output, done):
        self.tally.check(done.status == 0 and BAD.search(done.stderr) is not None, f"{name}: done, the range is named",
                         done.tail(30))
        if not output.exists():
            return
        whole = [t for t in video_times(self.reference) if not 4.0 <= t < 6.0]
        found = LEFT.search(done.stderr)
        self.tally.check(video_times(output) == whole and found and int(found[1]) == 2 * RATE,
                         f"{name}: what is left has its times, and the summary counts", done.tail())
        self.tally.check(audio_packets(output) == audio_packets(self.reference), f"{name}: all of the sound is there")
        self.decodes(name, output)

    def decodes(self, name, output):
        done = subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-i", str(output), "-f", "null", "-"],
                              capture_output=True, text=True)
        self.tally.check(done.returncode == 0 and not done.stderr.strip(), f"{name}: it decodes", done.stderr)

    def copied(self, name, output, done):
        self.tally.check(output.exists() and BAD.search(done.stderr) is not None and "copied" in done.stderr,
                         f"{name}: done, the range is named", done.tail(30))
        if not output.exists():
            return
        self.tally.check(video_times(output) == video_times(self.reference), f"{name}: frames and times of the source")
        self.decodes(name, output)

    def not_copied(self, name, output, done):
        self.tally.check("cannot be copied: its pictures are reordered" in done.stderr, f"{name}: it says why",
                         done.tail(30))
        self.skipped(name, output, done)

    def lost(self, name, output, done):
        self.tally.check(re.search(r"rank 2 \(.*\) was lost while it encoded " + BAD.pattern, done.stderr) is not None,
                         f"{name}: the range is named", done.tail(30))
        self.same(name, output, done)

    def failed(self, name, output, done):
        lines = [line for line in done.own_lines() if "error:" in line]
        said = len(lines) == 1 and BAD.search(lines[0]) and "signal 11" in lines[0] and "--on-bad-chunk" in lines[0]
        self.tally.check(done.status == 5 and said and "source.mkv" in lines[0], f"{name}: one line says all",
                         done.tail(30))
        self.tally.check(not output.exists() and (self.folder / f"{output.name}.journal").exists(),
                         f"{name}: no output, and the journal is kept")

    def all(self, launches):
        output, done = self.run("reference", 0, crash=False)
        self.tally.check(done.status == 0, "the quiet run", done.tail())
        for name, ranks, more, keywords, verdict in (
                ("isolated", 0, ["--isolate"], {"crash": False}, self.same),
                ("once", 0, ["--isolate"], {"once": True}, self.same),
                ("fail", 0, ["--isolate"], {}, self.failed),
                ("fail", 0, ["--on-bad-chunk", "skip"], {}, self.skipped),
                ("copy", 0, ["--isolate", "--on-bad-chunk", "copy"], {}, self.copied),
                ("not copied", 0, ["--isolate", "--on-bad-chunk", "copy", "--preset", "ultrafast"], {}, self.not_copied),
                ("killed", 0, ["--on-bad-chunk", "skip"], {"again": 1}, self.skipped),
                ("np 2 isolated", 2, ["--isolate", "--on-bad-chunk", "skip"], {}, self.skipped),
                ("np 2 killed", 2, ["--on-bad-chunk", "copy"], {"again": 2}, self.copied),
                *((f"launch {n}", n, ["--on-bad-chunk", "skip"], {"launch": True}, self.skipped) for n in launches),
                ("launch, a worker", 4, ["--schedule", "dynamic"], {"launch": True, "where": "worker"}, self.lost)):
            verdict(name, *self.run(name, ranks, *more, **keywords))
        output, done = self.run("codecs", 0, "--on-bad-chunk", "copy", "--video-codec", "mpeg4", crash=False)
        self.tally.check(done.status == 2 and len(done.own_lines()) == 1, "copy between codecs is refused at the start",
                         done.tail())


def main():
    parser = program.arguments(__doc__)
    parser.add_argument("--shim", required=True, help="the library that crashes the codec")
    parser.add_argument("--ranks", type=int, nargs="*", default=[1, 2], help="numbers of ranks under mpienc launch")
    options = parser.parse_args()
    before = leftovers()
    with tempfile.TemporaryDirectory(prefix="bad-chunk-", dir=options.work, ignore_cleanup_errors=True) as scratch:
        check = Check(options, Path(scratch))
        check.all(options.ranks)
        left = new_leftovers(before)
        check.tally.check(not left, "nothing is left in /dev/shm", str(left))
        if options.keep:
            shutil.copytree(scratch, f"{scratch}-kept")
    check.tally.finish()


if __name__ == "__main__":
    main()
