"""Recordings whose ranges the ranks read themselves: the bytes of any other run, and a clear line where files differ."""

import filecmp
import os
import random
import shutil
import subprocess
import tempfile
from pathlib import Path

import clips
import kill_workers
import program
import recording_resume
import recordings
from same_bytes import first_difference

JOBS = (("flac", ["--compression", "8"], ["flac", "-8", "-f", "-s", "-o"]),
        ("mp3", ["--audio-quality", "4"], ["lame", "-V4", "--silent", "--noreplaygain"]),
        ("mp3", ["--audio-bitrate", "192k", "--audio-options", "abr=1"], None))
FEW = ((1, 4), (2, 2), (4, 1))
ALL = tuple((ranks, lanes) for ranks in (0, 1, 2, 4) for lanes in (1, 2, 4))
FORMATS = (("wav", "pcm_u8"), ("w64", "pcm_s16le"), ("aiff", "pcm_s24be"))
WAY_OUT = "leave --shared-fs out"


class SharedFiles:
    def __init__(self, mpienc, folder, tally):
        self.mpienc, self.folder, self.tally = mpienc, folder, tally

    def reference(self, source, kind, more, serial, name):
        """As rank 0 reads and sends the samples, which is what the serial encoder writes."""
        path = self.folder / f"{name}.{kind}"
        done = self.mpienc.run([source, path, *more, "-q"])
        if not self.tally.check(done.status == 0, f"{path.name}: runs", done.tail()):
            return None
        if serial and shutil.which(serial[0]):
            theirs = self.folder / f"theirs.{kind}"
            ends = [theirs, source] if serial[0] == "flac" else [source, theirs]
            subprocess.run([*serial, *ends], check=True)
            self.tally.check(filecmp.cmp(theirs, path, shallow=False), f"{path.name}: the bytes of {serial[0]}",
                             first_difference(theirs, path))
        return path

    def same(self, source, reference, more, ranks, lanes):
        ours = self.folder / f"ours{reference.suffix}"
        done = self.mpienc.run([source, ours, *more, "--lanes", lanes, "--shared-fs", "--overwrite"], ranks)
        good = done.status == 0 and filecmp.cmp(reference, ours, shallow=False)
        told = "each rank read its own ranges" in done.stderr
        self.tally.check(good and told, f"{reference.name}: the same bytes with np {ranks}, {lanes} lanes", done.tail())
        return done

    def formats(self, source):
        for name, codec in FORMATS:
            other = self.folder / f"{codec}.{name}"
            clips.ffmpeg("-i", source, "-c:a", codec, other)
            if reference := self.reference(other, "flac", [], None, codec):
                self.same(other, reference, [], 2, 1)
            other.unlink()
        cut = self.folder / "cut.wav"
        cut.write_bytes(source.read_bytes()[:-12345])
        if reference := self.reference(cut, "flac", [], None, "cut"):
            done = self.same(cut, reference, [], 2, 1)
            self.tally.check("is cut off" in done.stderr, "a file that is cut off is warned of", done.tail())

    def refused(self, source, arguments, says):
        done = self.mpienc.run([*arguments, "--shared-fs"])
        lines = done.own_lines()
        self.tally.check(done.status == 2 and len(lines) == 1 and says in lines[0], f"refused: {says}", done.tail())

    def other_file(self, source, what, prepare, says):
        """The last of two ranks sees another file under the name, or none."""
        output = self.folder / "other.flac"
        arguments = list(map(str, [source, output, "--shared-fs", "--lanes", "1", "--compression", "8"]))
        wrapped = f'{prepare} && exec "$0" "$@"'
        command = [self.mpienc.mpirun, "--oversubscribe", "--bind-to", "none", "-np", "1", self.mpienc.binary, *arguments,
                   ":", "-np", "1", "unshare", "-m", "sh", "-c", wrapped, self.mpienc.binary, *arguments]
        done = subprocess.run(command, env=self.mpienc.environment(), stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, timeout=120)
        lines = [x for x in done.stderr.splitlines() if x.startswith("mpienc:") and " warn" not in x]
        good = done.returncode == 3 and sum(WAY_OUT in x for x in lines) == 1 and says in done.stderr
        self.tally.check(good and str(source) in done.stderr, f"{what}: told, and how to go on",
                         f"status {done.returncode}\n{done.stderr}")
        left = [p.name for p in self.folder.iterdir() if p.name.startswith(("other.flac", ".other.flac"))]
        self.tally.check(not left, f"{what}: nothing is left", str(left))

    def other_files(self, source):
        may = subprocess.run(["unshare", "-m", "mount", "--bind", "/etc", "/mnt"], capture_output=True)
        if may.returncode != 0:
            print(f"skipped: ranks that see other files: no right to mount ({may.stderr.decode().strip()})", flush=True)
            return
        other = self.folder / "other.wav"
        bind = f"mount --bind '{other}' '{source}'"
        content = bytearray(source.read_bytes())
        other.write_bytes(content + b"more")
        self.other_file(source, "a longer file", bind, f"has {len(content) + 4} bytes here and {len(content)} there")
        other.write_bytes(content)
        os.utime(other, ns=(0, source.stat().st_mtime_ns - 2_500_000_000))
        self.other_file(source, "an older file", bind, "was modified 2.500000 s earlier here than there")
        content[len(content) // 2 // 4096 * 4096:] = random.Random(1).randbytes(len(content) - len(content) // 2 // 4096 * 4096)
        other.write_bytes(content)
        os.utime(other, ns=(0, source.stat().st_mtime_ns))
        self.other_file(source, "other samples", bind, "has other content here than there")
        self.other_file(source, "no file", f"mount -t tmpfs none '{source.parent}'", "No such file")

    def killed_worker(self, source, reference, more):
        victims = kill_workers.Victims(self.mpienc, self.mpienc.mpirun, self.folder, self.tally, "album.flac",
                                       [*more, "--lanes", "1", "--shared-fs"])
        victims.reference = reference
        done, seen, _ = victims.run(source, True, 2, 0.3)
        self.tally.check(seen.killed, "a worker was killed")
        victims.check("a worker killed", done, seen)


def main():
    parser = program.arguments(__doc__)
    parser.add_argument("--seconds", type=int, default=100, help="length of the recording")
    parser.add_argument("--all", action="store_true", help="all numbers of ranks and lanes")
    options = parser.parse_args()
    mpienc, tally = program.Mpienc(options.mpienc, options.mpirun), program.Tally()
    with tempfile.TemporaryDirectory(prefix="mpienc-shared-", dir=options.work, ignore_cleanup_errors=True) as scratch:
        folder = Path(scratch)
        files = SharedFiles(mpienc, folder, tally)
        (folder / "in").mkdir()
        source = recordings.record(folder / "in" / "album.wav", "made", recordings.Form(), options.seconds * 44100 + 11)
        first = None
        for kind, more, serial in JOBS:
            name = f"reference-{len(list(folder.glob('reference-*')))}"
            if not (reference := files.reference(source, kind, more, serial, name)):
                continue
            first = first or reference
            for ranks, lanes in ALL if options.all else FEW if serial else FEW[-1:]:
                files.same(source, reference, more, ranks, lanes)
            if serial:
                files.same(source, reference, [*more, "--isolate"], 0, 2)
                recording_resume.kill_and_resume(mpienc, tally, [source, *more, "--shared-fs"], reference,
                                                 folder / f"killed.{kind}", kind)
        files.formats(source)
        files.refused(source, [first, folder / "x.mp3"], "is decoded on rank 0")
        files.refused(source, [source, folder / "x.mkv"], "--shared-fs is for one recording")
        files.refused(source, [source, "--plan"], "--plan")
        files.other_files(source)
        files.killed_worker(source, first, JOBS[0][1])
    tally.finish()


if __name__ == "__main__":
    main()
