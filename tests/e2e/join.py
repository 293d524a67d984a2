"""Ranks that join a running job, are drained, killed or turned away: the job finishes with the bytes of a plain run."""

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
import launch
import program

INPUT, OUTPUT, CLUSTER, INTERRUPTED = 3, 4, 6, 130
OPTIONS = ["--preset", "medium", "--chunk", "1", "--lanes", "1"]
LIMIT = 240


class Job:
    """mpienc launch --grow; its lines as they come."""

    def __init__(self, mpienc, mpirun, folder, source, options=OPTIONS):
        self.mpienc, self.output = mpienc, folder / "out" / "film.mkv"
        self.output.parent.mkdir()
        self.log, self.started = folder / "job.log", []
        self.invitation = Path(f"{self.output}.join")
        self.words = ["launch", "-n", 2, "--grow", "--mpirun", mpirun, "--retries", 0, "--", source, self.output, *options]
        self.process = self.start(self.words, self.log)

    def start(self, words, log):
        with open(log, "wb") as file:
            self.started.append(subprocess.Popen(self.mpienc.command(words), env=self.mpienc.environment(),
                                                 stdin=subprocess.DEVNULL, stdout=file, stderr=file,
                                                 start_new_session=True))
        return self.started[-1]

    def text(self):
        return self.log.read_text(errors="replace")

    def says(self, words, times=1):
        return launch.wait_for(lambda: self.text().count(words) >= times or self.process.poll() is not None) \
            and self.text().count(words) >= times


def end_of(process):
    with contextlib.suppress(subprocess.TimeoutExpired):
        return process.wait(timeout=LIMIT)
    os.killpg(process.pid, signal.SIGKILL)
    return f"none within {LIMIT} s"


def chunks_of(text, rank):
    """By the summary's table: rank, host, lanes, chunks, ..."""
    for line in text.splitlines():
        words = line.split()
        if len(words) > 6 and words[0] == str(rank) and words[2].isdigit():
            return int(words[3])
    return 0


class Check:
    def __init__(self, options, folder, tally):
        self.options, self.folder, self.tally = options, folder, tally
        self.mpienc = program.Mpienc(options.mpienc, options.mpirun)

    def turned_away(self, file, status, words, what):
        done = self.mpienc.run(["worker", "--join", file], timeout=60)
        good = done.status == status and len(done.own_lines()) == 1 and words in done.stderr and not done.other_lines()
        self.tally.check(good, f"{what}: one line, status {status}", f"status {done.status}\n{done.stderr}")

    def run(self, source):
        return self.with_job(Job(self.mpienc, self.options.mpirun, self.folder, source), self.steps)

    def with_job(self, job, steps):
        try:
            return steps(job)
        finally:
            for process in job.started:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)

    def steps(self, job):
        tally, folder = self.tally, self.folder
        tally.check(bool(launch.wait_for(job.invitation.exists)), "the job invites", job.text())
        mode = job.invitation.stat().st_mode & 0o777
        tally.check(mode == 0o600, "for its owner's eyes only", oct(mode))
        copy = folder / "copy.join"
        shutil.copy(job.invitation, copy)
        two = job.start(["launch", "-n", 2, "--join", job.invitation, "--mpirun", self.options.mpirun], folder / "two.log")
        tally.check(job.says("joins with", 2), "two join from another mpirun", job.text())
        alone = job.start(["worker", "--join", job.invitation], folder / "alone.log")
        tally.check(job.says("rank 4 on") and job.says("joins with", 3), "one more joins by itself", job.text())
        began = time.monotonic()
        asked = self.mpienc.run(["drain", 2, "--job", job.output], timeout=60)
        tally.check(asked.status == 0, "the job takes a request to drain", asked.stderr)
        tally.check(job.says("rank 2 on") and job.says("has left"), f"a drained rank leaves, {time.monotonic() - began:.1f} s "
                    "later, while the job runs", job.text())
        tally.check(two.poll() is None, "and the other of its mpirun stays")
        os.killpg(alone.pid, signal.SIGKILL)
        forged = folder / "forged.join"
        forged.write_text(copy.read_text().replace('"token": "', '"token": "0'))
        self.turned_away(forged, CLUSTER, "another job runs there", "a wrong token")
        tally.check(job.process.poll() is None, "all that while the job runs", job.text())
        status = end_of(job.process)
        text = job.text()
        tally.check(status == 0, "the job is done", f"status {status}\n{text}")
        for rank in (2, 3, 4):
            tally.check(chunks_of(text, rank) > 0 or rank == 4, f"rank {rank} has encoded", text)
        tally.check(end_of(two) == 0, "those that joined end with 0", (folder / "two.log").read_text())
        tally.check("starting again" not in text, "in the same run", text)
        left = sorted(p.name for p in job.output.parent.iterdir())
        tally.check(left == [job.output.name], "nothing else is left beside the output", str(left))
        alone.wait()
        self.turned_away(copy, CLUSTER, "nobody answers", "the file of a job that has ended")
        return job.output

    def nobody_encodes(self, source):
        folder = self.folder / "drained"
        folder.mkdir()
        job = Job(self.mpienc, self.options.mpirun, folder, source, ["--preset", "placebo", "--chunk", "1", "--lanes", "1"])
        self.with_job(job, self.interrupt_drain_and_kill)

    def interrupt_drain_and_kill(self, job):
        launch.wait_for(job.invitation.exists)
        invitation = job.invitation.read_text()
        again = self.mpienc.run(job.words, timeout=120)
        self.tally.check(again.status == OUTPUT and job.invitation.read_text() == invitation,
                    "a second start of the command ends and leaves the first one's invitation", f"status {again.status}\n{again.stderr}")
        self.tally.check(Path(f"{job.output}.status").exists(), "and its status")
        more = job.start(["launch", "-n", 1, "--join", job.invitation, "--mpirun", self.options.mpirun], self.folder / "more.log")
        self.tally.check(job.says("joins with"), "a third rank joins", job.text())
        more.send_signal(signal.SIGINT)
        status = end_of(more)
        self.tally.check(status == INTERRUPTED, "launch --join that is interrupted ends with 130",
                         f"status {status}\n{(self.folder / 'more.log').read_text()}\n{job.text()}")
        # Whatever else is there under such a name is left alone.
        (job.output.parent / "film.mkv.drain.folder").mkdir()
        asked = self.mpienc.run(["drain", 0, "--job", job.output], timeout=60)
        self.tally.check(asked.status == 0 and job.says("rank 0 on"), "rank 0 is drained", job.text())
        mark = launch.job_name(job.process.pid)[1]
        for pid in launch.carriers(mark):
            if b"OMPI_COMM_WORLD_RANK=1" in launch.environment(pid):
                os.kill(pid, signal.SIGKILL)
        status = end_of(job.process)
        self.tally.check(status == CLUSTER and "rank 0 was drained and the other ranks have gone" in job.text(),
                         "with the last lanes lost the job ends with 6", f"status {status}\n{job.text()}")

    def files(self):
        nonsense = self.folder / "nonsense.join"
        nonsense.write_text("{}")
        self.turned_away(nonsense, INPUT, "is not a join file", "another file")
        self.turned_away(self.folder / "absent.join", INPUT, "is not there", "no file")


def main():
    parser = program.arguments(__doc__)
    parser.add_argument("--seconds", type=int, default=14, help="length of the made title")
    options = parser.parse_args()
    tally = program.Tally()
    version = subprocess.run([options.mpirun, "--version"], capture_output=True, text=True).stdout
    if not re.search(r"\((Open MPI|OpenRTE)\) 4\.", version):
        program.skip(f"ranks join under Open MPI 4 only, not under {version[:40]!r}")
    if not shutil.which("ompi-server"):
        program.skip("no ompi-server")
    with tempfile.TemporaryDirectory(prefix="mpienc-join-", dir=options.work, ignore_cleanup_errors=True) as scratch:
        folder = Path(scratch)
        check = Check(options, folder, tally)
        source = clips.dvd_vob(folder / "made.vob", options.seconds, video=clips.motion("640x480", seconds=options.seconds))
        plain = folder / "plain.mkv"
        done = check.mpienc.run([source, plain, *OPTIONS, "--lanes", 2])
        tally.check(done.status == 0, "the plain run", done.tail())
        output = check.run(source)
        same = output.exists() and output.read_bytes() == plain.read_bytes()
        tally.check(same, "the bytes of the plain run")
        check.nobody_encodes(source)
        check.files()
    tally.finish()


if __name__ == "__main__":
    main()
