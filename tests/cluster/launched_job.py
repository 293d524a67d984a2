"""`mpienc launch` over emulated hosts, with something happening meanwhile, and what is left afterwards."""

import filecmp
import os
import signal
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Outcome:
    """How a job ended."""

    status: int
    text: str
    seconds: float     # from its start to its end
    after: float       # from the fault to its end
    chunks: int = 0    # finished when the fault came
    timed_out: bool = False
    left: dict = field(default_factory=dict)  # {host or folder: processes and files}

    def tail(self, lines=25):
        return "\n".join("    " + line for line in self.text.splitlines()[-lines:])


class Job:
    """One film, transcoded again and again. `folder` is seen by all hosts."""

    def __init__(self, cluster, mpienc, film, options, folder):
        self.cluster, self.mpienc, self.film, self.folder = cluster, mpienc, film, folder
        self.options = [*options]
        self.reference = folder / "reference.mkv"

    def make_reference(self):
        """A quiet run in one process, without hosts; the seconds that it took."""
        began = time.monotonic()
        subprocess.run([self.mpienc, self.film, self.reference, "-q", "--no-journal", *self.options], check=True)
        return time.monotonic() - began

    def same_bytes(self, output):
        return output.exists() and filecmp.cmp(self.reference, output, shallow=False)

    def launch(self, ranks, output, host="h1", hostfile=None):
        # A file and no pipe: processes left on a host would keep a pipe open.
        log = tempfile.TemporaryFile("w+", dir=self.folder)
        words = [self.mpienc, "launch", "-n", ranks, "--hostfile", hostfile or self.cluster.hostfile, "--", self.film, output,
                 "--lanes", "1", *self.options]
        process = self.cluster.start(host, words, env=self.cluster.environment(), stdout=log, stderr=log)
        process.log = log
        return process

    def run(self, ranks, fault=None, limit=120, host="h1", hostfile=None, output=None):
        """`fault()` is called when the job is under way; it may take its time."""
        output = output or Path(tempfile.mkdtemp(dir=self.folder)) / "film.mkv"
        began = hit = time.monotonic()
        process = self.launch(ranks, output, host, hostfile)
        chunks, acting = 0, None
        try:
            if fault:
                chunks = self._under_way(process, output)
                hit = time.monotonic()
                acting = threading.Thread(target=fault)
                acting.start()
            process.wait(max(1, limit - (hit - began)))
            timed_out = False
        except subprocess.TimeoutExpired:
            timed_out = True
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        ended = time.monotonic()
        if acting:
            acting.join()
        process.log.seek(0)
        with process.log:
            return output, Outcome(process.returncode, process.log.read(), ended - began, ended - hit, chunks, timed_out)

    def _under_way(self, process, output, chunks=2):
        journal = output.with_name(output.name + ".journal")
        while process.poll() is None and len(list(journal.glob("chunk-*.h5"))) < chunks:
            time.sleep(0.02)
        return len(list(journal.glob("chunk-*.h5")))

    def left(self, output, patience):
        """What is still there when the patience is over: {where: what}; nothing if all is as it was before."""
        end = time.monotonic() + patience
        while True:
            found = {host: [*self.cluster.processes(host).values(), *self.cluster.files(host)] for host in self.cluster.names}
            found["output's folder"] = [p.name for p in output.parent.iterdir() if p != output]
            found = {where: what for where, what in found.items() if what}
            if not found or time.monotonic() > end:
                return found
            time.sleep(0.1)
