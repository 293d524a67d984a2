"""mpienc top and the status files: beside real jobs, on made files, and as a screen in a terminal."""

import contextlib
import json
import os
import shlex
import shutil
import signal
import tempfile
import threading
import time
from pathlib import Path

import clips
import program
import terminal
import top_files

INPUT = 3
SLOW = ["--lanes", "1", "--preset", "slower", "--chunk", "1"]
PATIENCE = 120

SCREEN = """\
mpienc top: 3 jobs, 1 silent                                        jobs by name
  JOB          STATE                DONE     ETA     SPEED RANKS LOST STEALS
> film.mkv     running [#####---] 63.2 % 0:01:12   123 fps     3    1     12
  song.flac    silent  [--------]      -       -         -     1    0      0
  中文.mkv     running [--------] 12.0 % 1:00:00  20.0 fps     1    0      0

/films/film.mkv
film, 0:31:36 of 0:50:00 in 0:02:04; 12 of 40 chunks written, 2 second copies, ~
  RANK HOST     STATE    LANES RUNNING     HELD        FPS  DONE STEALS LOSSES
>    0 node-a   working      2 12 13                  61.7     8      0      7
     1 node-b   working      2 14 15 16    17         61.7     7     12      0
     2 node-c   lost         2                         0.0     1      0      0
"""


def wait_until(condition):
    """The first true value, or nothing when the patience is over."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.05)
    return None


class Top:
    def __init__(self, options, folder, tally):
        self.mpienc, self.mpirun = program.Mpienc(options.mpienc, options.mpirun), options.mpirun
        self.folder, self.tally = folder, tally
        self.source = clips.dvd_vob(folder / "title.vob", 8)

    def text(self, *words):
        return self.mpienc.run(["top", "--once", *words])

    def jobs(self, *words):
        """By --json; none while there is no job."""
        done = self.mpienc.run(["top", "--json", *words])
        return json.loads(done.stdout) if done.status == 0 else []

    def running(self, *words):
        """The first job, once it runs."""
        return wait_until(lambda: next((job for job in self.jobs(*words) if job["state"] == "running"), None))

    def beside_a_job(self):
        output = self.folder / "film.mkv"
        process = self.mpienc.start([self.source, output, *SLOW], 2)
        first = self.running(output)
        text = self.text(self.folder)
        later = wait_until(lambda: next((job for job in self.jobs(output) if job["progress"]["frames"] >
                                         first["progress"]["frames"]), None) or process.poll() is not None)
        out, err = process.communicate(timeout=PATIENCE)
        check = self.tally.check
        check(process.returncode == 0, "the job that is watched", err)
        job = first["job"]
        check(job["output"] == str(output) and job["inputs"] == [str(self.source)], "it names its files", str(job))
        check(job["command"][1:] == [str(self.source), str(output), *SLOW] and job["attempt"] == 1, "its command", str(job))
        check([r["host"] for r in first["ranks"]] == [job["host"]] * 2, "its hosts", str(first))
        check([r["rank"] for r in first["ranks"]] == [0, 1] and all(r["lanes"] == 1 for r in first["ranks"]), "its ranks")
        check(sum(len(r["running"]) for r in first["ranks"]) > 0 and first["chunks"]["planned"] > 0, "what they do", str(first))
        check(later is not True and later["progress"]["frames"] > first["progress"]["frames"], "it goes on")
        lines = text.stdout.splitlines()
        check(text.status == 0 and lines[1].startswith("film.mkv") and str(output) in lines and "LOSSES" in text.stdout,
              "--once tells the same", text.stdout + text.stderr)
        check(self.left() == [], "the status goes with the job", str(self.left()))
        gone = self.text(output)
        check(gone.status == INPUT and len(gone.own_lines()) == 1 and str(output) in gone.stderr, "no job: one line, status 3",
              gone.tail())

    def left(self):
        return sorted(str(p.relative_to(self.folder)) for p in self.folder.rglob("*status*"))

    def batch(self):
        tree, out = self.folder / "tree", self.folder / "out"
        tree.mkdir()
        for number in range(4):
            clips.ffmpeg("-f", "lavfi", "-i", f"anoisesrc=d=240:c=pink:seed={number}", tree / f"{number}.flac")
        process = self.mpienc.start(["batch", tree, "-o", out, "--to", "mp3,flac", "--lanes", "1"])
        seen = self.running(out)
        process.communicate(timeout=PATIENCE)
        good = seen and seen["job"]["kind"] == "batch" and seen["chunks"]["planned"] == 4
        self.tally.check(bool(good) and process.returncode == 0, "a batch tells of itself in its folder", str(seen))
        self.tally.check(self.left() == [], "and no more at its end", str(self.left()))

    def killed(self):
        """KILL leaves the file; the same command takes it away."""
        output = self.folder / "killed.mkv"
        process = self.mpienc.start([self.source, output, *SLOW])
        self.running(output)
        process.kill()
        process.communicate()
        kept = self.jobs(output)
        self.tally.check(len(kept) == 1 and kept[0]["stale_seconds"] >= 0, "what a killed job leaves is shown", str(kept))
        done = self.mpienc.run([self.source, output, "--preset", "ultrafast", "--restart"])
        self.tally.check(done.status == 0 and self.left() == [], "and goes with the next run", f"{self.left()} {done.tail()}")

    def launched(self):
        """The status of a job that is started again stays meanwhile, and counts the starts."""
        output = self.folder / "launched.mkv"
        process = self.mpienc.start(["launch", "-n", 2, "--mpirun", self.mpirun, "--", self.source, output, *SLOW])
        first = self.running(output)
        os.kill(first["job"]["pid"], signal.SIGKILL)
        seen = []
        again = wait_until(lambda: next((job for job in seen_now(self.jobs(output), seen) if job["job"]["attempt"] == 2), None))
        _, err = process.communicate(timeout=PATIENCE)
        good = again and again["totals"]["restarts"] == 1 and all(seen)
        self.tally.check(bool(good), "a restart is told, and the file stays meanwhile", f"{again}, {seen}")
        self.tally.check(process.returncode == 0 and self.left() == [], "launch takes the file away", f"{self.left()}\n{err}")

    def switched_off(self):
        output = self.folder / "off.mkv"
        seen = []
        watch = lambda process: [(seen.extend(self.left()), time.sleep(0.05)) for _ in iter(process.poll, 0)]
        done = self.mpienc.run([self.source, output, "--preset", "veryfast", "--no-status"], beside=watch)
        self.tally.check(done.status == 0 and not seen, "--no-status writes none", str(seen[:3]))
        output = self.folder / "taken.mkv"
        (self.folder / "taken.mkv.status").mkdir()
        done = self.mpienc.run([self.source, output, "--preset", "veryfast"])
        warned = [x for x in done.own_lines() if "taken.mkv.status cannot be written" in x]
        self.tally.check(done.status == 0 and len(warned) == 1, "where it cannot be written one warning says so", done.tail())
        (self.folder / "taken.mkv.status").rmdir()

    def hostile(self):
        folder = self.folder / "hostile"
        top_files.write_hostile(folder)
        alone = self.text(folder)
        passed = [x for x in alone.own_lines() if "is passed over" in x]
        self.tally.check(alone.status == INPUT and len(passed) == len(top_files.HOSTILE) and not alone.crashed(),
                         "files that are none are passed over with a word", alone.tail(20))
        top_files.write(folder / "ok.mkv.status", top_files.film())
        with_one = self.text(folder)
        self.tally.check(with_one.status == 0 and "ok.mkv" in with_one.stdout, "and hide no other", with_one.tail())
        self.tally.check(len(self.jobs(folder)) == 1, "--json as well")
        for words in (["--once", "--json"], ["--wrong"], [""]):
            done = self.mpienc.run(["top", *words])
            self.tally.check(done.status == 2 and len(done.own_lines()) == 1, f"top {words}: usage", done.tail())
        done = self.mpienc.run(["top", folder])
        self.tally.check(done.status == 2 and "--once" in done.stderr, "without a terminal it says what to add", done.tail())
        shutil.rmtree(folder)

    def screen(self):
        folder = self.folder / "screen"
        folder.mkdir()
        with top_files.Writing(folder, {"film.mkv": top_files.film(), "中文.mkv": top_files.other_film()}), \
                terminal.Terminal() as term:
            top_files.write(folder / "song.flac.status", top_files.song(), age=5000)
            self.at_the_screen(folder, term)

    def at_the_screen(self, folder, term):
        check, start = self.tally.check, f"{shlex.quote(self.mpienc.binary)} top {shlex.quote(str(folder))}"
        term.run(f'clear; {start}; echo "status $?, $(stty -a | grep -c " echo ") echoes"')
        wanted = SCREEN.splitlines()
        lines = term.wait_for(lambda lines: lines[:len(wanted)] == wanted)
        check(lines[:len(wanted)] == wanted, "the screen", "\n".join(lines))
        check(len(lines) == 24 and lines[-1].startswith("arrows select"), "the keys in the last line", lines[-1])
        term.press("s")
        lines = term.wait_for(lambda lines: "jobs by done" in lines[0])
        check("film.mkv" in lines[2] and "中文" in lines[3] and "song" in lines[4], "s sorts the jobs", "\n".join(lines))
        term.press("Tab", "Down", "s", "s")
        lines = term.wait_for(lambda lines: "ranks by speed" in lines[0])
        check(lines[10].startswith(">    1"), "Tab, Down and s: the ranks", "\n".join(lines))
        term.press("?")
        lines = term.wait_for(lambda lines: "keys and words" in lines[0])
        check("d                            drain" in "\n".join(lines), "? helps", "\n".join(lines))
        term.press("x", "d")
        lines = term.wait_for(lambda lines: lines[-1].startswith("Drain"))
        check(lines[-1] == "Drain rank 1 of film.mkv? y: yes, other keys: no", "d asks", lines[-1])
        check(not list(folder.glob("*.drain.*")), "and does nothing before the answer")
        term.press("y")
        term.wait_for(lambda lines: "asked" in lines[-1])
        requests = [p.read_text() for p in folder.glob("film.mkv.drain.*")]
        check(requests == ["1\n"], "y writes the request", str(requests))
        term.resize(50, 12)
        # Until it is drawn anew the terminal shows the lower half of what was there.
        lines = term.wait_for(lambda lines: len(lines) == 12 and lines[0].startswith("mpienc top"))
        check(lines[0].startswith("mpienc top: 3 jobs") and ">    1" in "\n".join(lines) and lines[-1].startswith("rank 1 was"),
              "a smaller terminal", "\n".join(lines))
        (folder / "song.flac.status").unlink()
        lines = term.wait_for(lambda lines: "1 ended" in lines[0])
        check("1 ended" in lines[0], "a job whose file is gone has ended", "\n".join(lines))
        term.press("q")
        lines = term.wait_for(lambda lines: "status 0, 1 echoes" in lines)
        check("status 0, 1 echoes" in lines, "q: status 0, and the terminal echoes", "\n".join(lines))
        term.run(f'clear; {start}; echo "status $?"')
        term.wait_for(lambda lines: lines[0].startswith("mpienc top"))
        for entry in filter(str.isdigit, os.listdir("/proc")):
            with contextlib.suppress(OSError):
                if Path(f"/proc/{entry}/cmdline").read_bytes().split(b"\0")[1:3] == [b"top", str(folder).encode()]:
                    os.kill(int(entry), signal.SIGTERM)
        lines = term.wait_for(lambda lines: "status 130" in lines)
        check("status 130" in lines, "TERM: status 130 on a restored screen", "\n".join(lines))


def seen_now(jobs, seen):
    """The jobs; notes whether there were any."""
    seen.append(bool(jobs))
    return jobs


def main():
    parser = program.arguments(__doc__)
    parser.add_argument("--only", help="this part alone")
    options = parser.parse_args()
    tally = program.Tally()
    with tempfile.TemporaryDirectory(prefix="mpienc-top-", dir=options.work, ignore_cleanup_errors=True) as scratch:
        top = Top(options, Path(scratch).resolve(), tally)
        for part in (top.hostile, top.beside_a_job, top.batch, top.killed, top.launched, top.switched_off, top.screen):
            if options.only not in (None, part.__name__):
                continue
            if part == top.screen and not terminal.is_there():
                print("skipped: the screen, as there is no tmux: apt install tmux")
                continue
            part()
    tally.finish()


if __name__ == "__main__":
    main()
