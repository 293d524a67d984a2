#!/usr/bin/env python3
"""The job files of jobs/ for Grid Engine under a real one over emulated hosts: films come out with the bytes of a run
without it, with the exit status that stands in docs/clusters/grid-engine.md, rescheduled or at their time limit. Skipped
where Grid Engine is not installed (Debian: gridengine-master, gridengine-exec, gridengine-client)."""

import filecmp
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "e2e")]
import clips  # noqa: E402
import grid_cluster  # noqa: E402
import hosts  # noqa: E402
import parts  # noqa: E402
from job_file import JobFile, finished_chunks  # noqa: E402
from slurm_cluster import wait_until  # noqa: E402

OPTIONS = ["--preset", "medium", "--chunk", "1"]
LIMIT = 200  # s for anything that is waited for; a film takes some 10 s of two cores


class Jobs:
    def __init__(self, grid, mpienc, seconds, folder, tally):
        self.grid, self.mpienc, self.seconds, self.folder, self.tally = grid, mpienc, seconds, folder, tally
        self.film = self.make_film("film.vob", seconds)

    def make_film(self, name, seconds):
        """A film, with what it becomes in one process without Grid Engine beside it."""
        film = self.folder / name
        clips.dvd_vob(film, seconds, video=clips.motion("640x480", seconds=seconds))
        began = time.monotonic()
        subprocess.run([self.mpienc, film, film.with_suffix(".mkv"), "-q", "--no-journal", *OPTIONS], check=True)
        self.last_seconds = time.monotonic() - began
        return film

    def long_film(self):
        film = self.folder / "long.vob"
        return film if film.exists() else self.make_film(film.name, 3 * self.seconds)

    def begin(self, film=None, slots="3", more=(), **values):
        """Submits the edited job file; `more` are words of qsub."""
        output = Path(tempfile.mkdtemp(dir=self.folder)) / "film.mkv"
        job_file = JobFile("grid-engine.sh")
        job_file.text = job_file.text.replace("-pe mpi 64", f"-pe mpi {slots}").replace("-cwd -j y", f"-cwd -j y -o {output.parent}/log")
        script = job_file.edited(output.parent, mpienc=self.mpienc, input=film or self.film, output=output, options=OPTIONS, **values)
        return self.grid.submit([*more, script]), output

    def under_way(self, output, chunks=2):
        wait_until(lambda: finished_chunks(output) >= chunks, LIMIT, 0.05)

    def done(self, what, job, output, last=0, fewest=1, film=None):
        """The last run ends with 0 and the bytes of a run without Grid Engine."""
        self.grid.wait_for(job, LIMIT)
        statuses = [status for _, status in self.grid.exit_statuses(job)]
        text = (output.parent / "log").read_text(errors="replace") if (output.parent / "log").exists() else "no log"
        tail = text[-2000:]
        self.tally.check(statuses[-1:] == [last], f"{what}: ends with status {last}", f"{statuses}\n{tail}")
        same = output.exists() and filecmp.cmp((film or self.film).with_suffix(".mkv"), output, shallow=False)
        self.tally.check(same == (last == 0), f"{what}: the bytes of a run without Grid Engine, or no output", tail)
        self.tally.check(text.count("going on from") >= fewest - 1, f"{what}: at least {fewest} runs, which go on from the journal", tail)
        left = sorted(p.name for p in output.parent.iterdir() if p.name not in (output.name, "log") and p.suffix != ".sh")
        self.tally.check(not left, f"{what}: nothing left beside the output", str(left))
        print(f"      {what}: statuses {statuses}", flush=True)
        return text

    # Parts

    def submit(self):
        self.done("submitted", *self.begin())

    def bad_input(self):
        nothing = self.folder / "no-film.vob"
        nothing.write_bytes(b"no film" * 999)
        self.done("a bad input", *self.begin(film=nothing), last=3)

    def rescheduled(self):
        """On two hosts: Grid Engine keeps the job from some of those that it had."""
        job, output = self.begin(slots="2")
        self.under_way(output)
        self.grid.call("qmod", "-rj", job)
        self.done("rescheduled", job, output, fewest=2)

    def time_limit(self):
        """The copy of the job has the options that this one was submitted with."""
        film = self.long_film()
        most = max(6, round(0.3 * self.last_seconds))  # of a machine that others use as well
        job, output = self.begin(film, seconds=most, more=["-pe", "mpi", "4", "-l", "h_rt=00:30:00"])
        text = self.done("at its time limit", job, output, fewest=2, film=film)
        self.tally.check("did not end in order" not in text, "at its time limit: each run ended in order", text[-2000:])
        slots = self.grid.slots(job)
        self.tally.check(set(slots) == {4}, "at its time limit: the copy has as many slots", str(slots))

    def hard_limit(self):
        film = self.long_film()
        most = max(10, round(0.4 * self.last_seconds))
        job, output = self.begin(film, more=["-l", f"h_rt=00:00:{most}"])
        self.done("at Grid Engine's own time limit", job, output, fewest=2, film=film)

    def powered_off(self):
        """The host of the script, launch and rank 0."""
        job, output = self.begin(slots="2")
        self.under_way(output)
        wait_until(output.with_name(output.name + ".status").exists, LIMIT)
        host = self.grid.master_of(job)
        self.grid.hosts.power_off(host)
        self.done(f"{host} powered off", job, output, fewest=2)
        self.grid.hosts.power_on(host)
        self.grid.boot(host)

    def deleted(self):
        job, output = self.begin()
        self.under_way(output)
        self.grid.call("qdel", job)
        self.grid.wait_for(job, LIMIT)
        wait_until(lambda: not self._mpienc_runs(), 60)
        good = not self._mpienc_runs() and not output.exists() and finished_chunks(output) > 0
        self.tally.check(good, "deleted: it ends, without an output or a process, and the journal is kept",
                         f"{self._mpienc_runs()} {list(output.parent.iterdir())}")

    def _mpienc_runs(self):
        return [words for node in self.grid.nodes for words in self.grid.hosts.processes(node).values() if "mpienc" in words]

    def array(self):
        """Three films, one of them bad: each task has its own status."""
        folder = Path(tempfile.mkdtemp(dir=self.folder))
        films = [(self.film, folder / "one.mkv"), (self.folder / "missing.vob", folder / "two.mkv"), (self.film, folder / "three.mkv")]
        (folder / "films.txt").write_text("".join(f"{film}\t{output}\n" for film, output in films))
        script = JobFile("grid-engine-array.sh").edited(folder, mpienc=self.mpienc, films=folder / "films.txt", options=OPTIONS)
        job = self.grid.submit(["-t", "1-3", "-pe", "smp", "1", "-o", folder / "log-$TASK_ID", script])
        wait_until(lambda: len(self.grid.exit_statuses(job)) == 3, LIMIT, 0.3)
        logs = "\n".join(path.read_text() for path in sorted(folder.glob("log-*")))
        got = sorted(self.grid.exit_statuses(job))
        self.tally.check(got == [(1, 0), (2, 3), (3, 0)], "array: each film's own status", f"{got}\n{logs}")
        same = [path.exists() and filecmp.cmp(self.film.with_suffix(".mkv"), path, shallow=False) for path in (folder / "one.mkv", folder / "three.mkv")]
        self.tally.check(same == [True, True], "array: the bytes of runs without Grid Engine", logs)


SHORT = ["bad_input", "rescheduled"]
ALL = [*SHORT, "submit", "time_limit", "hard_limit", "powered_off", "deleted", "array"]


def run(options, tally, folder):
    mpienc = Path(options.mpienc).resolve()
    grid_cluster.check_tools()
    with hosts.Hosts(5, shared=[folder, mpienc.parent]) as emulated, grid_cluster.GridEngine(emulated) as grid:
        jobs = Jobs(grid, mpienc, options.seconds, folder, tally)
        for part in options.parts:
            began = time.monotonic()
            getattr(jobs, part)()
            print(f"      {part}: {time.monotonic() - began:.1f} s", flush=True)


if __name__ == "__main__":
    parts.main(__doc__, "grid-engine", SHORT, ALL, run)
