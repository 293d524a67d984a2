"""Kills workers of jobs under `mpienc launch` and Open MPI 5 at random moments: the job ends well, soon, with the same bytes.

Nothing may be left behind: give it a process namespace, a /dev/shm and a /tmp of its own (open_mpi_5.py does).
"""

import filecmp
import os
import random
import re
import signal
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "e2e"))
import clips  # noqa: E402
import program  # noqa: E402
import ranks  # noqa: E402

RANKS = 4
OPTIONS = ["--preset", "fast", "--chunk", "1", "--lanes", "1"]
DIED = re.compile(r"rank (\d+) on \S+ has died")
SILENT = re.compile(r"rank (\d+) on \S+ has been silent")
PATIENCE = 120


def processes():
    """Process ids of all that lives, but for zombies."""
    found = set()
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                state = Path(f"/proc/{entry}/stat").read_text().rsplit(")", 1)[1].split()[0]
            except OSError:
                continue
            if state != "Z":
                found.add(int(entry))
    return found


class Job:
    """One `mpienc launch`, its standard error with the moments of the lines."""

    def __init__(self, mpienc, mpirun, source, output):
        self.process = mpienc.start(["launch", "-n", RANKS, "--mpirun", mpirun, "--", source, output, *OPTIONS])
        self.folder, self.lines = output.parent, []
        self.watch = ranks.Watch(self.process, mpienc.binary)
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        for line in self.process.stderr:
            self.lines.append((time.monotonic(), line))

    def wait_for_ranks(self):
        """Process ids by rank, once MPI has started and rank 0 has begun the job."""
        end = time.monotonic() + PATIENCE
        while self.process.poll() is None and time.monotonic() < end:
            self.watch.sample()
            found = {r.number: r.pid for r in self.watch.ranks.values() if r.pid != self.process.pid}
            if len(found) == RANKS and any(self.folder.glob(".*.marker-*/attempt-0")):
                return found
            time.sleep(0.01)
        return {}

    def finish(self):
        """Its status; None where it does not end."""
        try:
            status = self.process.wait(PATIENCE)
        except Exception:
            self.process.kill()
            status = None
        self.reader.join()
        return status

    def text(self):
        return "".join(line for _, line in self.lines)

    def moment(self, expression):
        return next((at for at, line in self.lines if expression.search(line)), None)


class Trial:
    """Jobs on one film, each compared with the quiet one."""

    def __init__(self, options, tally, folder):
        self.mpienc, self.mpirun, self.tally = program.Mpienc(options.mpienc), options.mpirun, tally
        self.out = folder / "out"
        self.out.mkdir()
        self.source = clips.dvd_vob(folder / "made.vob", options.seconds)
        self.reference = folder / "quiet.mkv"
        began = time.monotonic()
        quiet = self.job(self.reference)
        self.pids_before, self.shared_before = set(), set()
        quiet.wait_for_ranks()
        started = time.monotonic()
        status = quiet.finish()
        self.duration = time.monotonic() - started
        tally.check(status == 0, f"the quiet run, {time.monotonic() - began:.1f} s", quiet.text())
        plain = folder / "plain.mkv"
        done = self.mpienc.run([self.source, plain, *OPTIONS, "-q"])
        same = done.status == 0 and filecmp.cmp(plain, self.reference, shallow=False)
        tally.check(same, "a run without MPI gives the same bytes", done.tail())
        self.before = self.traces()

    def job(self, output):
        return Job(self.mpienc, self.mpirun, self.source, output)

    def traces(self):
        """What a job could leave behind."""
        files = {str(p) for folder in ("/dev/shm", tempfile.gettempdir()) for p in Path(folder).iterdir()}
        return processes(), files

    def hit(self, what, victim, number, delay):
        """Sends the signal to the rank; (seconds until it was noticed, seconds until the end), or None where the job was
        over before."""
        output = self.out / "film.mkv"
        job = self.job(output)
        pids = job.wait_for_ranks()
        time.sleep(delay)
        try:
            os.kill(pids[victim], number)
        except (KeyError, ProcessLookupError):
            pids = {}
        hit = time.monotonic()
        status = job.finish()
        ended = time.monotonic() - hit
        noticed = job.moment(SILENT if number == signal.SIGSTOP else DIED)
        good = status == 0 and output.exists() and filecmp.cmp(output, self.reference, shallow=False)
        self.tally.check(good, f"{what}: ends well, with the same bytes", f"status {status}\n{job.text()}")
        self.check_traces(what)
        output.unlink(missing_ok=True)
        restarted = "starting again" in job.text()
        if not pids:
            return None
        return noticed - hit if noticed else None, ended, restarted, job

    def check_traces(self, what):
        pids, files = self.traces()
        left = sorted(pids - self.before[0]) + sorted(files - self.before[1])
        left += sorted(p.name for p in self.out.iterdir() if p.name != "film.mkv")
        self.tally.check(not left, f"{what}: nothing is left behind", str(left))


def main():
    parser = program.arguments(__doc__)
    parser.add_argument("--kills", type=int, default=20, help="jobs of which one worker is killed")
    parser.add_argument("--seconds", type=int, default=20, help="length of the made film")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    tally, dice = program.Tally(), random.Random(options.seed)
    with tempfile.TemporaryDirectory(prefix="mpienc-kills-", dir=options.work) as scratch:
        trial = Trial(options, tally, Path(scratch))
        noticed, ends, restarts, late = [], [], 0, 0
        while len(ends) < options.kills and late < options.kills:
            victim, delay = dice.randint(1, RANKS - 1), dice.uniform(0, trial.duration)
            what = f"kill {len(ends) + 1}, rank {victim} after {delay:.1f} s"
            found = trial.hit(what, victim, signal.SIGKILL, delay)
            if found is None:
                late += 1
                continue
            notice, end, restarted, job = found
            restarts += restarted
            ends.append(end)
            if notice is not None:
                noticed.append(notice)
            print(f"      noticed after {'-' if notice is None else f'{1000 * notice:.0f} ms'}, end after {end:.1f} s, "
                  f"undisturbed about {trial.duration - delay:.1f} s" + (", started again" if restarted else ""), flush=True)
        tally.check(len(ends) == options.kills, f"{options.kills} kills; {late} came after the end")
        if noticed:
            print(f"noticed: {len(noticed)} of {len(ends)}, after {1000 * statistics.median(noticed):.0f} ms (median), "
                  f"{1000 * max(noticed):.0f} ms at most; started again: {restarts}; "
                  f"from the kill to the end {statistics.median(ends):.1f} s (median), {max(ends):.1f} s at most; "
                  f"a quiet job takes {trial.duration:.1f} s")
        tally.check(bool(noticed), "MPI tells of deaths")
    tally.finish()


if __name__ == "__main__":
    main()
