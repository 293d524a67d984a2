#!/usr/bin/env python3
"""The job files of jobs/ under a real Slurm over emulated hosts, edited as a user would edit them: films come out with the
bytes of a run without Slurm, with the exit status that stands in docs/clusters/slurm.md, whatever happens meanwhile."""

import contextlib
import filecmp
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "e2e")]
import clips  # noqa: E402
import hosts  # noqa: E402
import parts  # noqa: E402
import slurm_cluster  # noqa: E402
from job_file import JobFile, finished_chunks  # noqa: E402

NODES = 3
OPTIONS = ["--preset", "medium", "--chunk", "1"]
LIMIT = 200  # s for anything that is waited for; a film takes some 10 s of two cores


class Jobs:
    def __init__(self, slurm, mpienc, seconds, folder, tally):
        self.slurm, self.mpienc, self.seconds, self.folder, self.tally = slurm, mpienc, seconds, folder, tally
        self.film = self.make_film("film.vob", seconds)

    def make_film(self, name, seconds, options=OPTIONS):
        """A film, with what it becomes in one process without Slurm beside it."""
        film = self.folder / name
        clips.dvd_vob(film, seconds, video=clips.motion("640x480", seconds=seconds))
        subprocess.run([self.mpienc, film, film.with_suffix(".mkv"), "-q", "--no-journal", *options], check=True)
        return film

    def long_film(self):
        """Eight times as long as the other."""
        film = self.folder / "long.vob"
        return film if film.exists() else self.make_film(film.name, 8 * self.seconds)

    def begin(self, name, more=(), film=None, partition="lo", launch="launch", options=OPTIONS):
        """Submits the edited job file; (the job's number, its output). `launch`: what stands there for it."""
        output = Path(tempfile.mkdtemp(dir=self.folder)) / "film.mkv"
        job_file = JobFile(name)
        job_file.text = job_file.text.replace('"$mpienc" launch', f'"$mpienc" {launch}')
        script = job_file.edited(output.parent, mpienc=self.mpienc, input=film or self.film, output=output, options=options)
        words = [f"--nodes={NODES}", "--cpus-per-task=1", f"--partition={partition}", f"--output={output.parent}/log", *more]
        return self.slurm.submit([*words, script]), output

    def under_way(self, job, output, chunks=2):
        """Whether so many chunks have been finished while the job runs."""
        return slurm_cluster.wait_until(lambda: finished_chunks(output) >= chunks or self.slurm.state(job) in slurm_cluster.OVER, LIMIT, 0.05) and finished_chunks(output) >= chunks

    def log(self, output, lines=25):
        log = output.parent / "log"
        text = log.read_text(errors="replace") if log.exists() else ""
        return text, "\n".join("    " + line for line in text.splitlines()[-lines:])

    def done(self, what, job, output, restarts=None, film=None, in_order=True):
        """The job ends with 0 and the bytes of a run without Slurm, after so many restarts, before each of which it
        was told to end (`in_order`)."""
        state, status = self.slurm.ended(job, LIMIT)
        text, tail = self.log(output)
        # One that ends in its time of grace counts as out of time.
        good = status == 0 and state in ("COMPLETED", "TIMEOUT" if restarts is None else "")
        self.tally.check(good, f"{what}: done", f"{state} {status}\n{tail}\n{self.slurm.log('slurmd')[-1500:]}")
        same = output.exists() and filecmp.cmp((film or self.film).with_suffix(".mkv"), output, shallow=False)
        self.tally.check(same, f"{what}: the bytes of a run without Slurm", tail)
        if restarts is not None:
            found = self.slurm.restarts(job)
            self.tally.check(found == restarts, f"{what}: restarted {restarts} times", f"{found}\n{tail}")
            going_on = text.count("going on from")
            self.tally.check(going_on >= restarts, f"{what}: every restart goes on from the journal", f"{going_on}\n{tail}")
            if in_order:
                self.tally.check("did not end in order" not in text, f"{what}: each run ended in order", tail)
        left = sorted(p.name for p in output.parent.iterdir() if p.name not in (output.name, "log") and p.suffix != ".sh")
        self.tally.check(not left, f"{what}: nothing left beside the output", str(left))

    # Parts

    def submit(self, name="slurm.sh"):
        job, output = self.begin(name)
        self.done(f"{name} submitted", job, output, restarts=0)

    def bad_input(self, name="slurm.sh"):
        nothing = self.folder / "no-film.vob"
        nothing.write_bytes(b"no film" * 999)
        job, output = self.begin(name, film=nothing)
        got = self.slurm.ended(job, LIMIT)
        self.tally.check(got == ("FAILED", 3) and not output.exists(), f"{name}: a bad input ends with status 3, and once",
                         f"{got}\n{self.log(output)[1]}")

    def preempted(self, name="slurm.sh", restarts=1):
        job, output = self.begin(name)
        self.under_way(job, output)
        other = self.slurm.submit(["--partition=hi", f"--nodes={NODES}", "--exclusive", "--output=/dev/null", "--wrap", "sleep 3"])
        self.done(f"{name} preempted by a higher partition", job, output, restarts)
        self.tally.check(self.slurm.ended(other, LIMIT) == ("COMPLETED", 0), f"{name}: the one that preempted it is done")

    def preempted_early(self, name="slurm.sh"):
        """As before a chunk is in the journal, as there is none: a run that is not brought forward."""
        job, output = self.begin(name, options=[*OPTIONS, "--no-journal"])
        slurm_cluster.wait_until(output.with_name(output.name + ".status").exists, LIMIT)
        self.slurm.submit(["--partition=hi", f"--nodes={NODES}", "--exclusive", "--output=/dev/null", "--wrap", "sleep 3"])
        self.done(f"{name} preempted before the first chunk", job, output)
        self.tally.check(self.slurm.restarts(job) > 0 and "going on from" not in self.log(output)[0],
                         f"{name} preempted before the first chunk: it was requeued", self.log(output)[1])

    def preempted_untold(self, name="slurm.sh"):
        """As preempted, where Slurm does not send USR1 first: a job may end in its time of grace."""
        self.slurm.reconfigure("SlurmctldParameters=preempt_send_user_signal", "")
        self.preempted(name, restarts=None)
        self.slurm.reconfigure("KillWait", "SlurmctldParameters=preempt_send_user_signal\nKillWait")

    def time_limit(self, name="slurm.sh"):
        """Slurm counts limits in minutes and signals some 10 s early: the first run gets some 20 s."""
        options, film = ["--preset", "slower", "--chunk", "1"], self.folder / "slow.vob"
        if not film.exists():
            self.make_film(film.name, 3 * self.seconds, options)
        job, output = self.begin(name, ["--time=1", "--signal=B:USR1@40"], film=film, options=options)
        self.slurm.restarted(job, 1, LIMIT)
        self.slurm.call("scontrol", "update", f"JobId={job}", "TimeLimit=60")
        self.done(f"{name} at its time limit", job, output, restarts=1, film=film)

    def power_off(self, name="slurm.sh", host="h4"):
        """A node that only has a worker: the others finish, or Slurm notices first and requeues."""
        job, output = self.begin(name)
        self.under_way(job, output)
        status = output.with_name(output.name + ".status")
        slurm_cluster.wait_until(status.exists, LIMIT)
        began = time.monotonic()
        self.slurm.hosts.power_off(host)
        if host == "h2":  # amid the moment in which that file is renewed
            status.with_name(f".{status.name}.tmp").write_text('{"mpienc_status": 1')
        slurm_cluster.wait_until(lambda: self.slurm.restarts(job) or self.slurm.state(job) in slurm_cluster.OVER, LIMIT, 0.3)
        self.slurm.hosts.power_on(host)
        self.slurm.boot(host)
        self.done(f"{name}, {host} powered off", job, output, restarts=None if host == "h4" else 1, in_order=False)
        print(f"      done {time.monotonic() - began:.0f} s after it, restarted {self.slurm.restarts(job)} times", flush=True)

    def power_off_first(self, name="slurm.sh"):
        """The node that has the script, launch and rank 0."""
        self.power_off(name, "h2")

    def cancelled(self, name="slurm.sh"):
        job, output = self.begin(name)
        self.under_way(job, output)
        self.slurm.call("scancel", job)
        state, _ = self.slurm.ended(job, LIMIT)
        slurm_cluster.wait_until(lambda: not self._mpienc_runs(), 60)
        running = self._mpienc_runs()
        self.tally.check(state == "CANCELLED" and not output.exists() and not running,
                         f"{name} cancelled: it ends, without an output or a process", f"{state} {running}\n{self.log(output)[1]}")
        self.tally.check(finished_chunks(output) > 0, f"{name} cancelled: the journal is kept", self.log(output)[1])

    def _rank(self, output, number):
        """What the job tells of that rank in its status file; {} where there is none."""
        with contextlib.suppress(OSError, ValueError):
            ranks = json.loads(output.with_name(output.name + ".status").read_text())["ranks"]
            return next((rank for rank in ranks if rank["rank"] == number), {})
        return {}

    def _over(self, job):
        return self.slurm.state(job) in slurm_cluster.OVER

    def _works(self, job, output, rank):
        """Whether that rank finishes a chunk before the job is over."""
        return bool(slurm_cluster.wait_until(lambda: self._rank(output, rank).get("done") or self._over(job), LIMIT) and not self._over(job))

    def _guests(self, output, words, command):
        """Another job of Slurm whose ranks join the one that makes the output."""
        log = output.parent / f"log-{len(list(output.parent.glob('log-*')))}"
        return self.slurm.submit([*words, "--cpus-per-task=1", f"--output={log}", "--wrap",
                                  command.format(mpienc=self.mpienc, file=f"{output}.join")])

    def join(self, name="slurm.sh"):
        """Other jobs give ranks to one that grows: one by srun with two ranks, of which one is drained, and one that is cancelled."""
        job, output = self.begin(name, ["--nodes=1"], film=self.long_film(), launch="launch --grow")
        slurm_cluster.wait_until(lambda: Path(f"{output}.join").exists() or self._over(job), LIMIT)
        two = self._guests(output, ["--nodes=2", "--ntasks=2"], "srun {mpienc} worker --join {file}")
        works = {rank: self._works(job, output, rank) for rank in (1, 2)}
        one = self._guests(output, ["--ntasks=1"], "exec {mpienc} launch -n 1 --join {file}")
        works[3] = self._works(job, output, 3)
        details = "\n".join(path.read_text(errors="replace")[-1500:] for path in sorted(output.parent.glob("log*")))
        self.tally.check(all(works.values()), "join: ranks of two other jobs encode chunks", f"{works}\n{details}")
        asked = self.slurm.call(self.mpienc, "drain", "1", "--job", output)
        self.slurm.call("scancel", one)
        self.tally.check(asked.returncode == 0, "join: the job takes a request to drain", asked.stderr)
        left = slurm_cluster.wait_until(lambda: self._rank(output, 1).get("state") == "left" or self._over(job), LIMIT)
        self.tally.check(left and self.slurm.state(job) == "RUNNING", "join: the drained rank leaves while the job runs", self.log(output)[1])
        self.tally.check(self.slurm.ended(one)[0] == "CANCELLED" and self.slurm.state(job) == "RUNNING",
                         "join: a job that is cancelled leaves as well", f"{self.slurm.state(one)} {self.slurm.state(job)}")
        gone = slurm_cluster.wait_until(lambda: self._rank(output, 3).get("state") in ("left", "lost") or self._over(job), LIMIT)
        self.tally.check(gone and not self._over(job), "join: its rank is known to be gone", str(self._rank(output, 3)))
        self.slurm.ended(job, LIMIT)
        ended = self.slurm.ended(two, LIMIT)
        for log in output.parent.glob("log-*"):
            log.unlink()
        self.tally.check(ended == ("COMPLETED", 0), "join: the job of those that joined ends with 0", f"{ended}\n{details}")
        self.done(f"{name} with ranks that joined", job, output, restarts=0, film=self.long_film())

    def _mpienc_runs(self):
        return [words for node in self.slurm.nodes for words in self.slurm.hosts.processes(node).values() if "mpienc" in words]

    def array(self):
        """Three films, one of them bad: each task has its own status."""
        folder = Path(tempfile.mkdtemp(dir=self.folder))
        films = [(self.film, folder / "one.mkv"), (self.folder / "missing.vob", folder / "two.mkv"), (self.film, folder / "three.mkv")]
        films_list = folder / "films.txt"
        films_list.write_text("".join(f"{film}\t{output}\n" for film, output in films))
        script = JobFile("slurm-array.sh").edited(folder, mpienc=self.mpienc, films=films_list, options=OPTIONS)
        job = self.slurm.submit(["--array=1-3", "--cpus-per-task=1", f"--output={folder}/log-%a", script])
        got = [self.slurm.ended(f"{job}_{task}", LIMIT) for task in (1, 2, 3)]
        logs = "\n".join(path.read_text() for path in sorted(folder.glob("log-*")))
        self.tally.check(got == [("COMPLETED", 0), ("FAILED", 3), ("COMPLETED", 0)], "array: each film's own status", f"{got}\n{logs}")
        good = [path for path in (folder / "one.mkv", folder / "three.mkv") if path.exists()
                and filecmp.cmp(self.film.with_suffix(".mkv"), path, shallow=False)]
        self.tally.check(len(good) == 2, "array: the bytes of runs without Slurm", logs)


SHORT = ["bad_input", "preempted"]
ALL = [*SHORT, "submit", "preempted_untold", "preempted_early", "array", "join", "cancelled", "time_limit", "power_off", "power_off_first"]
BY_SRUN = ["submit", "bad_input", "preempted", "preempted_untold", "cancelled", "time_limit", "power_off", "power_off_first"]
EVERY = ALL + [f"srun:{part}" for part in BY_SRUN]


def run(options, tally, folder):
    mpienc = Path(options.mpienc).resolve()
    slurm_cluster.check_tools()
    with hosts.Hosts(1 + NODES, shared=[folder, mpienc.parent]) as emulated, slurm_cluster.Slurm(emulated) as slurm:
        jobs = Jobs(slurm, mpienc, options.seconds, folder, tally)
        for part in options.parts:
            began = time.monotonic()
            *by, name = part.split(":")
            getattr(jobs, name)(*["slurm-srun.sh"] if by else [])
            print(f"      {part}: {time.monotonic() - began:.1f} s", flush=True)
    left = [*processes_of(emulated.folder), *filter(Path.exists, [emulated.folder])]
    tally.check(not left, "nothing of Slurm stays on this machine", str(left))


def processes_of(folder):
    """Those that were started with this folder in their environment."""
    found = []
    for process in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError):
            if str(folder).encode() in Path("/proc", process, "environ").read_bytes():
                found.append(process)
    return found


if __name__ == "__main__":
    parts.main(__doc__, "slurm", SHORT, EVERY, run)
