"""mpienc launch: what it starts, whom it believes, and that nothing of a dead job stays behind."""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import clips
import program

USAGE, INPUT, OUTPUT, CLUSTER, INTERRUPTED = 2, 3, 4, 6, 130
RANKS = 3
PATIENCE = 120

FAKE = """#!/bin/bash
if [ "$1" = --version ]; then echo "mpirun (Open MPI) 4.1.4"; exit 0; fi
echo "$*" >>"{folder}/calls"
calls=$(wc -l <"{folder}/calls")
mark() {{ echo "$*" >"$MPIENC_MARKER"; }}
{body}
"""


def wait_for(condition):
    """The first true value of `condition`, or nothing when the patience is over."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.05)
    return None


def environment(pid):
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    return []


def started_by(pid):
    """Processes in the sessions of the launcher's children: mpirun and its ranks, with their environments."""
    children = set()
    for entry in os.listdir("/proc"):
        with contextlib.suppress(OSError, ValueError):
            stat = Path(f"/proc/{int(entry)}/stat").read_text().rsplit(")", 1)[1].split()
            if int(stat[1]) == pid:
                children.add(int(entry))
    return children


def job_name(pid):
    """The value that marks the processes of the launcher's mpirun."""
    for child in started_by(pid):
        for variable in environment(child):
            if variable.startswith(b"MPIENC_JOB="):
                return child, variable
    return None


def carriers(mark):
    return {int(e) for e in os.listdir("/proc") if e.isdigit() and mark in environment(e)}


def segments():
    return {str(p) for p in Path("/dev/shm").glob("*segment*")}


def mapped_segments(pids):
    found = set()
    for pid in pids:
        with contextlib.suppress(OSError):
            found |= set(re.findall(r"/dev/shm/\S*segment\S*", Path(f"/proc/{pid}/maps").read_text()))
    return found


class Launch:
    def __init__(self, mpienc, mpirun, folder, tally):
        self.mpienc, self.mpirun, self.folder, self.tally = mpienc, mpirun, folder, tally
        self.out = folder / "out"
        self.out.mkdir()
        self.film, self.long_film = folder / "film.vob", folder / "long.vob"
        clips.dvd_vob(self.film, 8)
        clips.dvd_vob(self.long_film, 16, video=clips.motion("640x480", seconds=16))

    def words(self, *job, ranks=RANKS, options=(), mpirun=None):
        return ["launch", "-n", ranks, "--mpirun", mpirun or self.mpirun, *options, "--", *job]

    def clean(self, what, *expected, journal=False):
        """Nothing but the expected files stands in the output's folder, and where it may a journal."""
        found = sorted(p.name for p in self.out.iterdir() if not (journal and p.name.endswith(".journal")))
        self.tally.check(found == sorted(expected), f"{what}: nothing else left in the folder", str(found))
        for path in self.out.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()

    def same(self, output, reference, what):
        good = output.exists() and output.read_bytes() == reference.read_bytes()
        self.tally.check(good, f"{what}: the bytes of a plain run")

    def fake(self, body):
        """An mpirun that notes its calls."""
        place = Path(tempfile.mkdtemp(dir=self.folder))
        script = place / "mpirun"
        script.write_text(FAKE.format(folder=place, body=body))
        script.chmod(0o755)
        return script

    def reference(self, film, *options):
        output = self.folder / f"plain-{film.stem}.mkv"
        if output.exists():
            return output
        done = self.mpienc.run([film, output, "-q", *options])
        self.tally.check(done.status == 0, f"plain run of {film.name}", done.tail())
        return output

    def normal(self):
        reference, output = self.reference(self.film), self.out / "film.mkv"
        done = self.mpienc.run(self.words(self.film, output, "-v"))
        self.tally.check(done.status == 0, "a normal run ends with 0", done.tail())
        self.tally.check(" -n 3 --enable-recovery " in done.stderr or " -n 3 --with-ft " in done.stderr or
                         " -n 3 /" in done.stderr, "--verbose tells mpirun's command line", done.tail())
        self.same(output, reference, "a normal run")
        self.clean("a normal run", "film.mkv")

    def errors(self):
        output = self.out / "film.mkv"
        for what, job, status, words in (
                ("input missing", (self.folder / "absent.vob", output), INPUT, ("absent.vob",)),
                ("folder missing", (self.film, self.out / "no" / "film.mkv"), OUTPUT, ("no/film.mkv",)),
                ("unknown option", (self.film, output, "--crff", "1"), USAGE, ("--crff", "--crf")),
                ("--plan", ("--plan", self.film), USAGE, ("--plan",))):
            done = self.mpienc.run(self.words(*job))
            own = done.own_lines()
            good = done.status == status and len(own) == 1 and all(w in own[0] for w in words)
            good = good and not done.other_lines()
            self.tally.check(good, f"one line, status {status}: {what}", f"status {done.status}\n{done.stderr}")
            self.clean(what)
        done = self.mpienc.run(self.words(self.film, output, mpirun="/no/mpirun"))
        good = done.status == CLUSTER and len(done.own_lines()) == 1 and "'/no/mpirun'" in done.stderr
        self.tally.check(good, "an mpirun that is not there is named", done.stderr)
        self.clean("no mpirun")

    def during(self, arguments, act):
        """Runs launch and calls act(pid of launch, pid of mpirun, mark) once its ranks share memory. Returns the
        result, the marks and the segments seen."""
        seen = {}

        def beside(process):
            def ready():
                found = job_name(process.pid)
                if not found:
                    return None
                ranks = carriers(found[1]) - {found[0]}
                begun = any(p.stat().st_size for p in self.out.glob(".*.tmp"))
                return (*found, mapped_segments(ranks)) if len(ranks) >= RANKS and begun else None

            if seen_now := wait_for(ready):
                seen["mark"], seen["segments"] = seen_now[1], seen_now[2]
                act(process.pid, seen_now[0])

        result = self.mpienc.run(arguments, beside=beside)
        return result, seen

    def nothing_left(self, what, seen, strangers):
        self.tally.check("mark" in seen and not carriers(seen["mark"]), f"{what}: no process left")
        left = seen.get("segments", set()) & segments()
        self.tally.check(bool(seen.get("segments")) and not left, f"{what}: no shared memory left",
                         f"{left} of {seen.get('segments')}")
        self.tally.check(all(s.exists() for s in strangers), f"{what}: what others have in /dev/shm stays")

    def killed(self, strangers):
        reference = self.reference(self.long_film, "--preset", "slower")
        for number, how in ((signal.SIGKILL, "mpirun: signal 9"), (signal.SIGTERM, "mpirun: status")):
            what, output = f"mpirun gets {number.name}", self.out / "film.mkv"
            mpiruns = []

            def act(_, mpirun, number=number, mpiruns=mpiruns):
                mpiruns.append(mpirun)
                os.kill(mpirun, number)

            done, seen = self.during(self.words(self.long_film, output, "--preset", "slower"), act)
            self.tally.check(done.status == 0, f"{what}: done in the end", f"status {done.status}\n{done.tail()}")
            again = [x for x in done.own_lines() if "starting again, 1 of 2" in x]
            self.tally.check(len(again) == 1 and how in again[0], f"{what}: one line tells of the restart",
                             done.stderr)
            self.same(output, reference, what)
            self.nothing_left(what, seen, strangers)
            sessions = [p for m in mpiruns for p in Path(tempfile.gettempdir()).glob(f"ompi.*/pid.{m}")]
            self.tally.check(bool(mpiruns) and not sessions, f"{what}: no session folder left", str(sessions))
            self.clean(what, "film.mkv")

    def killed_at_start(self):
        """A rank that dies in MPI_Init is missed by nobody there: launch sees it go, well before a start's time limit."""
        reference, output = self.reference(self.film), self.out / "film.mkv"

        def kill_one(process):
            def ranks():
                found = job_name(process.pid)
                return [p for p in carriers(found[1]) if b"OMPI_COMM_WORLD_RANK=2" in environment(p)] if found else None

            if found := wait_for(ranks):
                os.kill(found[0], signal.SIGKILL)

        done = self.mpienc.run(self.words(self.film, output), beside=kill_one)
        again = [x for x in done.own_lines() if "a rank died while the job started: starting again, 1 of 2" in x]
        self.tally.check(done.status == 0 and len(again) == 1, "a rank dies in MPI_Init: one restart", done.stderr)
        self.same(output, reference, "a rank dies in MPI_Init")
        self.clean("a rank dies in MPI_Init", "film.mkv")

    def interrupted(self, strangers):
        output = self.out / "film.mkv"
        for numbers in ((signal.SIGINT,), (signal.SIGTERM,), (signal.SIGINT, signal.SIGINT)):
            what = "launch gets " + " and ".join(n.name for n in numbers)

            def act(launch, _, numbers=numbers):
                for number in numbers:
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(launch, number)
                    time.sleep(0.3)

            done, seen = self.during(self.words(self.long_film, output, "--preset", "veryslow"), act)
            self.tally.check(done.status == INTERRUPTED, f"{what}: 130", f"status {done.status}\n{done.tail()}")
            self.tally.check("starting again" not in done.stderr, f"{what}: not started again", done.stderr)
            self.nothing_left(what, seen, strangers)
            doubted = list(self.out.glob("*.journal/open"))
            self.tally.check(not doubted or len(numbers) > 1, f"{what}: the journal knows that it ended in order", str(doubted))
            self.clean(what, journal=True)

    def retries(self):
        """What launch makes of mpiruns that do their work or do not."""
        output = self.out / "film.mkv"
        for what, body, retries, status, calls, words in (
                ("no marker, twice", "exit 0", 1, CLUSTER, 2, ("before the job began", "to see why, run")),
                ("no marker, no restart", "exit 7", 0, CLUSTER, 1, ("mpirun: status 7",)),
                ("begun and died", "mark begun; kill -9 $$", 2, CLUSTER, 3,
                 ("died without finishing (mpirun: signal 9)", "2 restarts did not help")),
                ("died once", "[ $calls = 1 ] && { mark begun; exit 1; }; mark 0 done; exit 1", 2, 0, 2, ()),
                ("cluster error once", "[ $calls = 1 ] && { mark 6 failed; exit 0; }; mark 0 done", 2, 0, 2, ()),
                ("done in spite of its status", "mark 0 done; exit 137", 2, 0, 1, ()),
                ("input error in spite of its status", "mark 3 failed; exit 0", 2, INPUT, 1, ()),
                ("output error", "mark 4 failed; exit 4", 2, OUTPUT, 1, ()),
                ("internal error", "mark 1 failed; exit 1", 2, 1, 1, ()),
                ("interrupted by others", "mark 130 interrupted; exit 1", 1, CLUSTER, 2, ("died",)),
                ("damaged marker", "mark 0 don; exit 0", 0, CLUSTER, 1, ("died",))):
            script = self.fake(body)
            done = self.mpienc.run(self.words(self.film, output, "-q", mpirun=script,
                                              options=("--retries", retries)))
            made = len((script.parent / "calls").read_text().splitlines())
            good = done.status == status and made == calls and all(w in done.stderr for w in words)
            self.tally.check(good, f"{what}: status {status} after {calls} starts",
                             f"status {done.status} after {made}\n{done.stderr}")
            self.clean(what)

    def fakes(self):
        output = self.out / "film.mkv"
        for what, left in (("a process left behind", "sleep 300"), ("one that hides its environment", "env -i sleep 300"),
                           ("one that does not listen", '(trap "" TERM; sleep 300; sleep 300)')):
            script = self.fake(f'mark begun; {left} & echo "MPIENC_JOB=$MPIENC_JOB" >"${{0%/*}}/mark"; exit 0')
            done = self.mpienc.run(self.words(self.film, output, mpirun=script, options=("--retries", 0)))
            mark = (script.parent / "mark").read_bytes().strip()
            self.tally.check(done.status == CLUSTER and not done.timed_out and not carriers(mark), f"{what} is ended",
                             f"status {done.status}, {carriers(mark)}")
        script = self.fake('while [ "$1" != "" ] && [[ "$1" != */mpienc ]]; do shift; done; "$@"')
        done = self.mpienc.run(self.words(self.film, output, mpirun=script))
        self.tally.check(done.status == USAGE and "another MPI" in done.stderr,
                         "copies that do not see each other are refused", done.stderr)
        script = self.fake('[ $calls = 1 ] && { mark begun; exit 1; }; mark 0 done')
        self.mpienc.run(self.words(self.film, output, "--overwrite", mpirun=script))
        calls = (script.parent / "calls").read_text().splitlines()
        self.tally.check(len(calls) == 2 and calls[0] == calls[1], "a restart is the same command", str(calls))
        script = self.fake('trap "mark 0 done; exit 0" USR1; mark begun; while :; do sleep 0.1; done')

        def tell(process):
            wait_for(lambda: (script.parent / "calls").exists() and list(self.out.glob(".*/attempt-0")))
            process.send_signal(signal.SIGUSR1)

        done = self.mpienc.run(self.words(self.film, output, mpirun=script), beside=tell)
        self.tally.check(done.status == 0, "USR1 is passed on", f"status {done.status}\n{done.stderr}")
        self.clean("fakes")

    def kill_launch(self):
        """mpirun does not outlive it."""
        done, seen = self.during(self.words(self.long_film, self.out / "film.mkv", "--preset", "veryslow"),
                                 lambda launch, _: os.kill(launch, signal.SIGKILL))
        gone = "mark" in seen and wait_for(lambda: not carriers(seen["mark"]))
        self.tally.check(bool(gone) and done.status < 0, "launch is killed: mpirun and ranks end as well")
        done = self.mpienc.run(self.words(self.film, self.out / "film.mkv", "--restart"))
        self.tally.check(done.status == 0, "launch was killed: the next one ends with 0", done.tail())
        self.clean("launch was killed, the next one", "film.mkv")


def main():
    parser = program.arguments(__doc__)
    options = parser.parse_args()
    tally = program.Tally()
    folder = Path(tempfile.mkdtemp(prefix="mpienc-launch-", dir=options.work))
    stranger = Path(tempfile.mkstemp(prefix="vader_segment.", dir="/dev/shm")[1])
    try:
        launch = Launch(program.Mpienc(options.mpienc, options.mpirun), options.mpirun, folder, tally)
        version = subprocess.run([options.mpirun, "--version"], capture_output=True, text=True)
        launch.normal()
        launch.errors()
        launch.retries()
        launch.fakes()
        if re.search(r"\((Open MPI|OpenRTE)\) 4\.", version.stdout):
            launch.killed_at_start()
            launch.killed([stranger])
            launch.interrupted([stranger])
            launch.kill_launch()
        else:
            print(f"skipped: what is left in /dev/shm is known for Open MPI 4, not for {version.stdout[:40]!r}")
    finally:
        stranger.unlink(missing_ok=True)
        if not options.keep:
            shutil.rmtree(folder, ignore_errors=True)
    tally.finish()


if __name__ == "__main__":
    main()
