"""Whatever tags, links and playlists a collection holds, a batch writes only below its output folder, and reads no more."""

import os
import shutil
import socket
import tempfile
from pathlib import Path

import batch_output
import batch_tree
import program

NAMES = (b"../../x", b"/etc/x", b"..", b".", b"a/../../../b", b"\0", b"x\0y", b"\n\r\t\x1b[31m", b"\x7f\xc2\x80", b"C:\\x", b"con", b"", b" ",
         b"." * 300, "é".encode() * 2000, b"x" * 5000, b"~root", b"$(touch made) `touch made`", b"*", b"\xff\xfe/..\xff", b"../" * 50,
         "\u202e".encode(), b"-rf", b"..\\..\\x", "..\u2215..\uff0f..".encode(), b"{artist}", b"Evil", b"evil", b"..mpienc")
LAYOUT, LINK = "{artist}/{album}/{track:02} {title}", "By year/{year|none}/{genre}/{artist}{title}"
MP3 = "mp3"


def with_comments(flac, comments):
    """A FLAC file's bytes with these Vorbis comments, bytes of any kind, in the place of all its other blocks."""
    def little(value):
        return len(value).to_bytes(4, "little") + value
    body = little(b"reference") + len(comments).to_bytes(4, "little") + b"".join(map(little, comments))
    at, last = 4, False
    while not last:
        last, at = bool(flac[at] & 0x80), at + 4 + int.from_bytes(flac[at + 1:at + 4], "big")
    return flac[:4] + b"\0" + flac[5:42] + b"\x84" + len(body).to_bytes(3, "big") + body + flac[at:]


class Paths:
    def __init__(self, mpienc, folder, tally):
        self.mpienc, self.tally, self.folder = mpienc, tally, folder
        self.root, self.outside, self.out = folder / "tree", folder / "outside", folder / "out"
        maker = batch_tree.Tree(self.root, 0, bad=False)
        maker.scratch.mkdir()
        self.flac = maker.make("flac", maker.wav(maker.scratch / "song.wav", 22050)).read_bytes()
        shutil.rmtree(maker.scratch)
        (self.outside / "music").mkdir(parents=True)
        (self.outside / "victim.mp3").write_bytes(b"not to be touched")
        (self.outside / "music" / "linked.flac").write_bytes(self.flac)
        self.songs = 0

    def song(self, path, **tags):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(with_comments(self.flac, [name.encode() + b"=" + value for name, value in tags.items()]))
        self.songs += 1

    def fill(self):
        for number, name in enumerate(NAMES):
            other = NAMES[(number * 7 + 3) % len(NAMES)]
            self.song(self.root / f"{number}.flac", artist=name, album=other, title=name, genre=name, tracknumber=name, date=other)
        (self.root / "deep" / "er").mkdir(parents=True)
        (self.root / "deep" / "loop").symlink_to("..")
        (self.root / "deep" / "er" / "root").symlink_to(self.root)
        (self.root / "to outside").symlink_to(self.outside / "music")

    def around(self):
        """All in the folder that holds tree and outputs, without the outputs."""
        return {k: v for k, v in batch_output.listing(self.folder).items() if not (k + "/").startswith(self.out.name + "/")}

    def inside(self, what, trusted=()):
        """Names as any file system takes them, links that stay inside."""
        wrong = []
        for above, folders, files in os.walk(self.out):
            for name in folders + files:
                path, raw = Path(above) / name, os.fsencode(name)
                if path in trusted:
                    continue
                if len(raw) > 255 or name != batch_output.LOG and (name.startswith(".") or any(b < 32 for b in raw)):
                    wrong.append(f"name {name[:40]!r}")
                if path.is_symlink():
                    leads = Path(os.path.realpath(path))
                    if self.out not in leads.parents or not leads.is_file() or os.readlink(path).startswith("/"):
                        wrong.append(f"{name[:40]!r} leads to {leads}")
        self.tally.check(not wrong, f"{what}: legal names, and links to outputs", str(wrong[:4]))

    def hostile(self):
        self.fill()
        before, found = self.around(), None
        words = ["batch", self.root, "-o", self.out, "--to", "mp3,test", "--layout", LAYOUT, "--link", LINK]
        for ranks, more in ((0, ()), (2, ("--lanes", "1")), (0, ("--overwrite",)), (0, ())):
            what = f"hostile tags, np {ranks} {' '.join(more)}"
            if ranks:
                shutil.rmtree(self.out)
            done = self.mpienc.run([*words, *more], ranks, cwd=self.folder)
            self.tally.check(done.status == 0, f"{what}: runs", f"status {done.status}\n{done.tail(30)}")
            self.tally.check(self.around() == before, f"{what}: nothing is written elsewhere",
                             batch_output.differences(before, self.around()))
            if not self.out.exists():
                return
            self.inside(what)
            now = batch_output.listing(self.out)
            made = sum(k.endswith(".mp3") and len(v) == 64 for k, v in now.items())
            links = sum(v.startswith("link") and k.startswith("mp3") for k, v in now.items())
            self.tally.check(made == links == self.songs + 1, f"{what}: {self.songs + 1} songs, each with a link", f"{made}, {links}")
            found = found or now
            self.tally.check(now == found, f"{what}: as before", batch_output.differences(found, now))
        shutil.rmtree(self.out)

    def traps(self):
        """Links in the output folder that lead out of it."""
        shutil.rmtree(self.root)
        for name in (b"Evil", b"Good"):
            self.song(self.root / f"{name.decode()}.flac", artist=name, title=b"song")
        self.song(self.root / "file.flac", artist=b"File", title=b"victim")
        (self.out / MP3 / "File").mkdir(parents=True)
        (self.out / MP3 / "Links").mkdir()
        traps = {self.out / MP3 / "Evil": self.outside, self.out / MP3 / "File" / "victim.mp3": self.outside / "victim.mp3",
                 self.out / MP3 / "Links" / "Good": self.outside}
        for trap, leads in traps.items():
            trap.symlink_to(leads)
        before = self.around()
        for more in ((), ("--overwrite",), ("--update",)):
            what = f"links that lead out {' '.join(more)}"
            done = self.mpienc.run(["batch", self.root, "-o", self.out, "--to", MP3, "--layout", "{artist}/{title}", "--link",
                                    "Links/{artist}/{title}", *more])
            self.tally.check(done.status in (3, 4) and not done.crashed(), f"{what}: told by the status", f"{done.status}\n{done.tail()}")
            self.tally.check(self.around() == before, f"{what}: nothing is written elsewhere",
                             batch_output.differences(before, self.around()))
            self.inside(what, traps)
            self.tally.check(all(p.is_symlink() and Path(os.readlink(p)) == to for p, to in traps.items()), f"{what}: they stay")
            failed = {r.infile.name: r.status for r in batch_output.read_log(self.out) if r.status.startswith("failed: ")}
            self.tally.check({"Evil.flac", "file.flac"} <= failed.keys() and "Good.flac" not in failed,
                             f"{what}: what lies behind them has failed, with a reason", str(failed))
            self.tally.check((self.out / MP3 / "Good" / "song.mp3").is_file(), f"{what}: the others are made")
        shutil.rmtree(self.out)

    def roots(self):
        """Links that lead nowhere are told; an output folder may be a link."""
        shutil.rmtree(self.root)
        self.song(self.root / "good.flac", title=b"good")
        real = self.folder / "real"
        real.mkdir()
        self.out.symlink_to(real)
        done = self.mpienc.run(["batch", self.root, "-o", self.out, "--to", MP3])
        self.tally.check(done.status == 0 and (real / MP3 / "good.mp3").is_file(), "an output folder may be a link", done.tail())
        self.out.unlink()
        for name, leads, status in (("nowhere.flac", "absent", 0), ("itself", "itself", 3)):
            (self.root / name).symlink_to(leads)
            done = self.mpienc.run(["batch", self.root, "-o", self.out, "--to", MP3])
            good = done.status == status and name in done.stderr and (self.out / MP3 / "good.mp3").is_file()
            self.tally.check(good, f"a link to {leads} is told, with status {status}", f"status {done.status}\n{done.tail()}")
            shutil.rmtree(self.out)

    def playlists(self):
        """Text that libavformat may take for a list of other files or addresses."""
        shutil.rmtree(self.root)
        self.song(self.root / "good.flac", title=b"good")
        with socket.create_server(("127.0.0.1", 0)) as server:
            server.settimeout(0.2)
            address = f"http://127.0.0.1:{server.getsockname()[1]}/song.flac"
            secret = self.outside / "music" / "linked.flac"
            for number, place in enumerate((address, f"file:{secret}", str(secret))):
                hls = f"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXT-X-MEDIA-SEQUENCE:0\n#EXTINF:10,\n{place}\n#EXT-X-ENDLIST\n"
                texts = {"hls": hls, "concat": f"ffconcat version 1.0\nfile '{place}'\n",
                         "sdp": "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 5004 RTP/AVP 0\n"}
                for kind, text in texts.items():
                    for extension in ("flac", "m3u8", "mp3"):
                        (self.root / f"{kind} {number}.{extension}").write_text(text)
            done = self.mpienc.run(["batch", self.root, "-o", self.out, "--to", "mp3,test"], timeout=60)
            self.tally.check(not done.timed_out and done.status == 3, "playlists: refused in time", f"{done.status}\n{done.tail()}")
            try:
                server.accept()[0].close()
                called = True
            except TimeoutError:
                called = False
        self.tally.check(not called, "playlists: no address in them is called")
        made = [p for p in batch_output.outputs(self.out) if p.endswith(".mp3")]
        self.tally.check(made == ["mp3/good.mp3"], "playlists: no other file is read through them", str(made))
        shutil.rmtree(self.out)


def main():
    options = program.arguments(__doc__).parse_args()
    batch_tree.need_programs()
    tally = program.Tally()
    with tempfile.TemporaryDirectory(prefix="mpienc-paths-", dir=options.work, ignore_cleanup_errors=True) as scratch:
        folder = Path(os.path.realpath(scratch)) / "folder"
        folder.mkdir()
        paths = Paths(program.Mpienc(options.mpienc, options.mpirun), folder, tally)
        paths.hostile()
        paths.traps()
        paths.roots()
        paths.playlists()
    tally.finish()


if __name__ == "__main__":
    main()
