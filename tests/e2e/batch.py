"""A music tree to several formats: the same bytes for any ranks and lanes, no sample lost, every file accounted for."""

import os
import re
import shutil
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import batch_output
import batch_tree
import program
from same_bytes import first_difference

FEW, ALL = ("flac", "mp3", "opus"), ("flac", "mp3", "opus", "vorbis", "aac", "ffmpeg:wavpack", "test")
OPTIONS = {"flac": "compression_level=8", "mp3": "bitrate=192k"}
SERIAL = {"flac": (["flac", "-s", "-f", "-5"], ["flac", "-s", "-f", "-8"]),
          "mp3": (["lame", "--silent", "--noreplaygain", "-V2"], ["lame", "--silent", "--noreplaygain", "-b", "192"])}
FAILED, INPUT = "failed: ", 3


def ways(counts):
    """Ranks and options of runs that must give the same bytes; 0 ranks are one process without mpirun."""
    for ranks in counts:
        yield ranks, ("--lanes", "2") if ranks < 2 else ("--lanes", "1")
    yield max(counts), ("--lanes", "3", "--schedule", "dynamic", "--isolate")


def length_wrong(song, target, path):
    """What ffmpeg decodes of an output against its source, or nothing: exact but where a rate is converted. MP4's edit list and
    Ogg's positions are exact as well, but ffmpeg plays the last frame of an MP4 in full, and of a Vorbis stream that is one page
    long, its own as well, half a short block less."""
    count = batch_tree.decoded_samples(path)
    wanted, rate = song.samples, song.rate
    if target == "opus" or target == "mp3" and rate > 48000:
        wanted, rate = song.samples * 48000 / rate, 48000
    good = abs(count - wanted) <= (0 if rate == song.rate else 1)
    if target == "aac":
        good = 0 <= count - wanted < 1024 and batch_tree.announced_samples(path) == wanted
    if target == "vorbis":
        good = wanted - count in (0, 128) and batch_tree.announced_samples(path) == wanted
    return None if good else f"{path.name[-60:]!r} of {song.kind}: {count} for {wanted:g}"


class Batch:
    def __init__(self, mpienc, tree, folder, tally, formats):
        self.mpienc, self.tree, self.folder, self.tally, self.formats = mpienc, tree, folder, tally, formats

    def run(self, name, ranks, *more, formats=None, environment=None):
        out = self.folder / name
        words = ["batch", self.tree.root, "-o", out, "--to", ",".join(formats or self.formats), *more]
        return out, self.mpienc.run(words, ranks, environment)

    def row_of(self, rows, source, target):
        found = [r for r in rows if r.infile == source and r.format == target]
        return found[0] if len(found) == 1 else None

    def accounted(self, what, out, done, formats):
        """Exit status, log, report and outputs agree about every file."""
        self.tally.check(done.status == INPUT and not done.crashed(), f"{what}: status 3 as some files are bad",
                         f"status {done.status}\n{done.tail()}")
        try:
            rows = batch_output.read_log(out)
        except (OSError, ValueError) as error:
            return self.tally.check(False, f"{what}: the log is CSV", str(error))
        keys = [(r.infile, r.format) for r in rows]
        sources = [s.path for s in self.tree.songs] + list(self.tree.bad)
        wanted = {(source, target) for source in sources for target in formats}
        self.tally.check(len(keys) == len(set(keys)) and set(keys) == wanted, f"{what}: one row for each file and format",
                         f"{len(keys)} rows; missing {list(wanted - set(keys))[:3]}, more {list(set(keys) - wanted)[:3]}")
        wrong = [r for s in self.tree.songs for t in formats
                 if (r := self.row_of(rows, s.path, t)) and (r.status, r.code) != ("converted", 0)]
        self.tally.check(not wrong, f"{what}: all good files are converted", str(wrong[:3]))
        for path, says in self.tree.bad.items():
            for target in formats:
                row = self.row_of(rows, path, target)
                good = row and row.code != 0 and row.status.startswith(FAILED) and len(row.status) > len(FAILED) and says in row.status
                if not good or row.outfile.exists() != (target == "test"):
                    self.tally.check(False, f"{what}: {path.name} to {target} has failed, with a reason, and left nothing", str(row))
        self.tally.check(True, f"{what}: bad files looked at")
        made = {os.fspath(r.outfile.relative_to(out)) for r in rows if r.code == 0 or r.format == "test"}
        there = batch_output.outputs(out)
        self.tally.check(made == there, f"{what}: the outputs are those of the log",
                         f"{list(made - there)[:3]} missing, {list(there - made)[:3]} unknown")
        self.tally.check(not (left := batch_output.temporary(out)), f"{what}: no temporary file is left", str(left))
        numbers = {label: batch_output.reported(done.stderr, label) for label in ("files on input", "outputs issued", "results", "failed")}
        bad = len(self.tree.bad) * len(formats)
        self.tally.check(list(numbers.values()) == [len(sources), len(wanted), len(wanted), bad], f"{what}: the report adds up",
                         f"{numbers}\n{done.stderr[-1500:]}")
        return rows

    def samples(self, rows, formats):
        """Every output, decoded by ffmpeg."""
        pairs = [(song, target, row.outfile) for song in self.tree.songs for target in formats
                 if target != "test" and (row := self.row_of(rows, song.path, target))]
        with ThreadPoolExecutor(2) as pool:
            found = list(pool.map(lambda pair: length_wrong(*pair), pairs))
        for target in formats:
            if target != "test":
                of = [wrong for (_, t, _), wrong in zip(pairs, found) if t == target]
                wrong = [w for w in of if w]
                self.tally.check(of and not wrong, f"{target}: the samples of all {len(of)} songs", f"{len(wrong)}: {wrong[:5]}")

    def serial(self, rows, target, number):
        """Outputs equal those of flac and lame, from the same samples."""
        command, wrong, seen = SERIAL[target][number], [], 0
        plain, theirs = self.folder / "plain.wav", self.folder / f"theirs.{target}"
        for song in self.tree.songs:
            row = self.row_of(rows, song.path, target)
            is_flac = song.path.suffix.lower() == ".flac"
            if not row or not row.outfile.exists() or not (is_flac or song.kind in ("wav", "low.wav")):
                continue
            if target == "mp3" and song.rate > 48000:
                continue
            source = self.folder / f"source{'.flac' if is_flac else '.wav'}"
            shutil.copy(song.path, source)
            if target == "mp3" and is_flac:
                subprocess.run(["flac", "-s", "-d", "-f", "-o", plain, source], check=True, stderr=subprocess.DEVNULL)
                source = plain
            ends = [source, theirs] if target == "mp3" else ["-o", theirs, source]
            subprocess.run([*command, *ends], check=True, stderr=subprocess.DEVNULL)
            ours = self.folder / f"ours.{target}"
            ours.write_bytes(batch_output.without_id3(row.outfile.read_bytes()))
            seen += 1
            if ours.read_bytes() != theirs.read_bytes():
                wrong.append(f"{song.kind} {song.path.name[:40]!r}: {first_difference(theirs, ours)}")
        self.tally.check(seen and not wrong, f"{target}: {seen} files have the bytes of {' '.join(command)}",
                         f"{len(wrong)}: {wrong[:4]}")

    def all_ways(self, counts):
        reference = None
        for number, (ranks, more) in enumerate(ways(counts)):
            what = f"np {ranks}, {' '.join(more)}"
            out, done = self.run(f"out {number}", ranks, *more,
                                 environment={"MALLOC_PERTURB_": str(85 * number % 256)} if number else {})
            rows = self.accounted(what, out, done, self.formats)
            if not rows:
                continue
            found = batch_output.listing(out)
            if reference is None:
                reference = found
                self.samples(rows, self.formats)
                for target in SERIAL.keys() & set(self.formats):
                    self.serial(rows, target, 0)
                continue
            self.tally.check(found == reference, f"{what}: the same bytes", batch_output.differences(reference, found))
            shutil.rmtree(out)
        return reference

    def with_options(self, ranks):
        more = [word for codec, text in OPTIONS.items() for word in (f"--{codec}-options", text)]
        out, done = self.run("options", ranks, *more, formats=list(OPTIONS))
        if rows := self.accounted("with options", out, done, list(OPTIONS)):
            for target in OPTIONS:
                self.serial(rows, target, 1)


def counts(text):
    return [int(word) for word in re.split(",", text)]


def main():
    parser = program.arguments(__doc__)
    parser.add_argument("--files", type=int, default=40, help="songs in the tree")
    parser.add_argument("--np", type=counts, default=[0, 2], help="ranks, as 1,2,4; 0: without mpirun")
    parser.add_argument("--all", action="store_true", help="all formats")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    batch_tree.need_programs()
    tally = program.Tally()
    with tempfile.TemporaryDirectory(prefix="mpienc-batch-", dir=options.work, ignore_cleanup_errors=True) as scratch:
        folder = Path(scratch)
        tree = batch_tree.Tree(folder / "tree", options.files, options.seed)
        before = tree.state()
        batch = Batch(program.Mpienc(options.mpienc, options.mpirun), tree, folder, tally, ALL if options.all else FEW)
        batch.all_ways(options.np)
        batch.with_options(options.np[-1])
        tally.check(tree.state() == before, "the sources are as they were: content, time and inode")
    tally.finish()


if __name__ == "__main__":
    main()
