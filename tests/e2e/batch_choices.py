"""The options of a batch: what is skipped, replaced, copied and listed; and one clear line for what cannot be."""

import filecmp
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import batch_kill
import batch_output
import batch_tree
import program

USAGE, INPUT, OUTPUT = 2, 3, 4
LARGE = 1 << 29
PATIENCE = 60


class Choices:
    def __init__(self, mpienc, folder, tally):
        self.mpienc, self.folder, self.tally = mpienc, folder, tally
        self.tree = batch_tree.Tree(folder / "tree", 4, seconds=(0.5, 1), bad=False)
        self.tree.other_files()
        (self.tree.root / "pipe.flac").unlink()
        self.out = folder / "out"

    def run(self, *more, to="mp3,flac", ranks=0, out=None, roots=None, **popen):
        roots = [self.tree.root] if roots is None else roots
        return self.mpienc.run(["batch", *roots, "-o", out or self.out, "--to", to, *more], ranks, **popen)

    def statuses(self, out=None):
        return [r.status for r in batch_output.read_log(out or self.out)]

    def refusals(self):
        tree, out = self.tree.root, self.folder / "none"
        empty, list_file = self.folder / "empty", self.folder / "list"
        empty.mkdir()
        list_file.write_text("x\n")
        (self.folder / "a file").write_text("x")
        with_out = ["-o", out]
        mp3 = [tree, *with_out, "--to", "mp3"]
        cases = [("unknown format", [tree, *with_out, "--to", "mp3,mp4x"], USAGE, "mp4x"),
                 ("no formats", [tree, *with_out], USAGE, "--to"),
                 ("an empty format", [tree, *with_out, "--to", "mp3,"], USAGE, "--to"),
                 ("unknown encoder", [tree, *with_out, "--to", "ffmpeg:nonesuch"], USAGE, "nonesuch"),
                 ("a video encoder", [tree, *with_out, "--to", "ffmpeg:libx264"], USAGE, "libx264"),
                 ("unknown option of LAME", [*mp3, "--mp3-options", "foo=1"], USAGE, "foo"),
                 ("unknown option of an encoder", [tree, *with_out, "--to", "opus", "--opus-options", "nonesuch=1"], USAGE, "nonesuch"),
                 ("a bad value", [tree, *with_out, "--to", "flac", "--flac-options", "compression_level=9"], USAGE, "compression_level"),
                 ("no K=V", [*mp3, "--mp3-options", "quality"], USAGE, "quality"),
                 ("quality and bitrate", [*mp3, "--mp3-options", "quality=2:bitrate=192k"], USAGE, "bitrate"),
                 ("options without the format", [*mp3, "--opus-options", "bitrate=96k"], USAGE, "--opus-options"),
                 ("an open brace", [*mp3, "--layout", "{artist"], USAGE, "{artist"),
                 ("an absolute template", [*mp3, "--layout", "/{title}"], USAGE, "/{title}"),
                 ("a template that leads up", [*mp3, "--link", "../{title}"], USAGE, "../{title}"),
                 ("an empty template", [*mp3, "--layout", ""], USAGE, "--layout"),
                 ("--layout and --copy-others", [*mp3, "--layout", "{title}", "--copy-others"], USAGE, "--copy-others"),
                 ("--update and --overwrite", [*mp3, "--update", "--overwrite"], USAGE, "--update"),
                 ("a journal and none", [*mp3, "--journal", empty, "--no-journal"], USAGE, "--no-journal"),
                 ("no folder for journals", [*mp3, "--journal", self.folder / "absent"], OUTPUT, "--journal"),
                 ("no input", [*with_out, "--to", "mp3"], USAGE, "no input"),
                 ("no output", [tree, "--to", "mp3"], USAGE, "-o"),
                 ("a list and a tree", [*mp3, "--files-from", list_file], USAGE, "--files-from"),
                 ("the tree as output", [tree, "-o", tree, "--to", "mp3"], USAGE, "input and output"),
                 ("unknown option", [*mp3, "--layuot", "{title}"], USAGE, "--layout"),
                 ("no lanes", [*mp3, "--lanes", "0"], USAGE, "--lanes"),
                 ("no such tree", [self.folder / "absent", *with_out, "--to", "mp3"], INPUT, "absent"),
                 ("no such list", [*with_out, "--to", "mp3", "--files-from", self.folder / "absent"], INPUT, "absent"),
                 ("nothing with sound", [empty, *with_out, "--to", "mp3"], INPUT, "sound"),
                 ("a file as output", [tree, "-o", self.folder / "a file", "--to", "mp3"], OUTPUT, "a file")]
        before = batch_output.listing(self.folder)
        for number, (what, words, status, says) in enumerate(cases):
            done = self.mpienc.run(["batch", *words], 2 if number % 9 == 0 else 0, timeout=60)
            own = done.own_lines()
            good = done.status == status and len(own) == 1 and says in own[0] and (number % 9 == 0 or not done.other_lines())
            self.tally.check(good, f"refused in one line, status {status}: {what}", f"status {done.status}\n{done.stderr}")
        now = batch_output.listing(self.folder)
        self.tally.check(now == before, "refusals make nothing", batch_output.differences(before, now))

    def existing(self):
        first = self.run()
        self.tally.check(first.status == 0, "a first run", first.tail())
        made, bytes_made = batch_kill.identity(self.out), batch_output.listing(self.out)
        again = self.run(ranks=2)
        self.tally.check(again.status == 0 and set(self.statuses()) == {"skipped: up to date"}, "all is skipped that is there", again.tail())
        self.tally.check(batch_kill.identity(self.out) == made, "and not touched")
        song = self.tree.songs[0]
        later = time.time_ns() + 10_000_000_000
        os.utime(song.path, ns=(later, later))
        self.run()
        self.tally.check(sum("older than its source" in s for s in self.statuses()) == 2 and batch_kill.identity(self.out) == made,
                         "what is older than its source is told of, and stays")
        self.run("--update")
        now = batch_kill.identity(self.out)
        replaced = {name for name in made if now[name][0] != made[name][0]}
        wanted = {os.fspath(r.outfile.relative_to(self.out)) for r in batch_output.read_log(self.out) if r.infile == song.path}
        self.tally.check(replaced == wanted and len(wanted) == 2, "--update replaces that only", f"{replaced}, {wanted}")
        gone = self.out / sorted(made)[0]
        gone.unlink()
        self.run()
        self.tally.check(gone.exists() and sorted(self.statuses()).count("converted") == 1, "what is missing is made, alone")
        now = batch_kill.identity(self.out)
        done = self.run("--overwrite")
        final = batch_kill.identity(self.out)
        self.tally.check(done.status == 0 and all(final[n][0] != now[n][0] for n in now), "--overwrite replaces all", done.tail())
        found = batch_output.listing(self.out)
        self.tally.check(found == bytes_made, "the same bytes as at first", batch_output.differences(bytes_made, found))

    def copies(self):
        out = self.folder / "copies"
        done = self.run("--copy-others", to="mp3,opus,test", out=out)
        wrong = [(o, t) for o in self.tree.others for t in ("mp3", "opus")
                 if not filecmp.cmp(o, out / t / o.relative_to(self.tree.root), shallow=False)]
        self.tally.check(done.status == 0 and not wrong, "--copy-others copies all without sound to each format", f"{wrong} {done.tail()}")
        self.tally.check(not list((out / "test").rglob("*.jpg")), "but not to test")
        count = 2 * len(self.tree.others)
        self.tally.check(self.statuses(out).count("copied") == batch_output.reported(done.stderr, "copied") == count, "they have their rows")
        before = batch_kill.identity(out)
        self.run("--copy-others", to="mp3,opus,test", out=out)
        self.tally.check(batch_kill.identity(out) == before and all(s.startswith("skipped") for s in self.statuses(out)),
                         "a second run copies nothing")

    def interrupted_copy(self):
        """INT amid a long copy leaves nothing of it, and what is converted has its row before all is copied."""
        tree, out = self.folder / "large", self.folder / "interrupted"
        tree.mkdir()
        shutil.copy(self.tree.songs[0].path, tree / "song.flac")
        for number in range(6):
            with open(tree / f"disc {number}.iso", "wb") as image:
                image.truncate(LARGE if number == 5 else LARGE // 8)
        process = self.mpienc.start(["batch", tree, "-o", out, "--to", "flac", "--copy-others"])
        end = time.monotonic() + PATIENCE
        while process.poll() is None and not any(p.stat().st_size for p in out.glob("flac/.disc 5*.tmp")) and time.monotonic() < end:
            time.sleep(0.002)
        rows = [r.infile.name for r in batch_output.read_log(out)]
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=PATIENCE)
        left = batch_output.temporary(out)
        self.tally.check(process.returncode == 130 and not left, "INT amid a copy leaves no temporary file", f"{process.returncode} {left}\n{said}")
        self.tally.check("song.flac" in rows, "songs do not wait for copies", str(rows))
        shutil.rmtree(out)
        shutil.rmtree(tree)

    def lists(self):
        songs = self.tree.songs[:3]
        names = [os.fsencode(os.path.relpath(s.path, self.tree.root)) for s in songs]
        self.tally.check(any(b"\n" in name for name in names), "a name has a line end in it")
        plain = [name for name in names if b"\n" not in name]
        for what, text, wanted in (("names in lines", b"\n".join(plain), plain), ("names with NULs", b"\0".join(names) + b"\0", names)):
            for way in ("file", "stdin"):
                out = self.folder / f"{what} {way}"
                place = self.folder / "names"
                place.write_bytes(text)
                words = ["batch", "-o", out, "--to", "test", "--files-from", place if way == "file" else "-"]
                done = subprocess.run(self.mpienc.command(words), cwd=self.tree.root, input=text, capture_output=True)
                made = {os.fsencode(p) for p in batch_output.outputs(out)} if out.exists() else set()
                expected = {b"test/" + os.path.splitext(name)[0] + b".ana" for name in wanted}
                self.tally.check(done.returncode == 0 and made == expected, f"{what}, from {way}", f"{made ^ expected} {done.stderr[-600:]}")
        place.write_bytes(plain[0] + b"\nabsent.flac\n")
        out = self.folder / "one is missing"
        done = self.run(to="test", out=out, roots=["--files-from", place], cwd=self.tree.root)
        self.tally.check(done.status == INPUT and "absent.flac" in done.stderr and len(batch_output.outputs(out)) == 1,
                         "a missing name of a list is told, the others are done", f"{done.status}\n{done.tail()}")

    def places(self):
        """Outputs inside the tree are no inputs; roots with files of one name; a relative root that looks like an address."""
        out = self.tree.root / "made"
        for turn in ("first", "second"):
            done = self.run(to="flac", out=out)
            self.tally.check(done.status == 0 and len(batch_output.outputs(out)) == len(self.tree.songs),
                             f"outputs inside the tree, {turn} run", done.tail())
        out, twin = self.folder / "twins", self.folder / "twin"
        twin.mkdir()
        for name in ("one", "two"):
            (twin / name).mkdir()
            shutil.copy(self.tree.songs[0].path, twin / name / "song.flac")
        done = self.run(to="flac", out=out, roots=[twin / "one", twin / "two"])
        self.tally.check(batch_output.outputs(out) == {"flac/song.flac.flac", "flac/song.flac (2).flac"}, "two roots with one name",
                         f"{batch_output.outputs(out)} {done.tail()}")
        out, odd = self.folder / "odd", "concat:one|x"
        (twin / "one").rename(twin / odd)
        done = self.run(to="flac,test", out=out, roots=[odd], cwd=twin)
        self.tally.check(done.status == 0 and len(batch_output.outputs(out)) == 2, "a root that looks like an address", done.tail())
        out = self.folder / "single"
        done = self.run(to="mp3", out=out, roots=["song.flac"], cwd=twin / "two")
        self.tally.check(done.status == 0 and batch_output.outputs(out) == {"mp3/song.mp3"}, "a single file", done.tail())


def main():
    options = program.arguments(__doc__).parse_args()
    batch_tree.need_programs()
    tally = program.Tally()
    with tempfile.TemporaryDirectory(prefix="mpienc-choices-", dir=options.work, ignore_cleanup_errors=True) as scratch:
        choices = Choices(program.Mpienc(options.mpienc, options.mpirun), Path(os.path.realpath(scratch)), tally)
        before = choices.tree.state()
        choices.refusals()
        choices.copies()
        choices.interrupted_copy()
        choices.lists()
        tally.check(choices.tree.state() == before, "the sources are as they were: content, time and inode")
        choices.existing()
        choices.places()
    tally.finish()


if __name__ == "__main__":
    main()
