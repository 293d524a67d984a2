"""One job that is to be stopped: its processes, what it leaves behind, and how long it takes to end."""

import contextlib
import os
import re
import signal
import subprocess
import threading
import time
import uuid

VARIABLE = "MPIENC_TEST_JOB"
SEGMENT = re.compile(rb"(/dev/shm/\S*(?:vader_segment|sm_segment)\S*)")
LONGEST = 60


def _read(path):
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return b""


def _zombie(pid):
    return _read(f"/proc/{pid}/stat").rsplit(b")", 1)[-1].split()[:1] in ([b"Z"], [])


class Job:
    """A started job; mpienc is its program, a launcher or mpirun may stand before it."""

    def __init__(self, mpienc, command, folder):
        self.binary, self.folder = mpienc.binary, folder
        self.mark = f"{VARIABLE}={uuid.uuid4()}".encode()
        self.scratch = folder / "tmp"
        self.scratch.mkdir(exist_ok=True)
        extra = dict([self.mark.decode().split("=")], TMPDIR=str(self.scratch))
        self.process = subprocess.Popen(command, env=mpienc.environment(extra), stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                                        errors="replace", start_new_session=True)
        self.segments, self.stderr = set(), ""
        self.reader = threading.Thread(target=self._read_errors, daemon=True)
        self.reader.start()

    def _read_errors(self):
        for line in self.process.stderr:
            self.stderr += line

    def processes(self):
        """Process ids of the job, also of such as its head has lost sight of."""
        found = []
        for entry in os.listdir("/proc"):
            if entry.isdigit() and self.mark in _read(f"/proc/{entry}/environ").split(b"\0") and not _zombie(entry):
                found.append(int(entry))
        return found

    def ranks(self):
        """By number; neither launch nor mpirun is one."""
        found = {}
        for pid in self.processes():
            number = re.search(rb"\0OMPI_COMM_WORLD_RANK=(\d+)", _read(f"/proc/{pid}/environ"))
            with contextlib.suppress(OSError):
                if number and os.path.samefile(f"/proc/{pid}/exe", self.binary):
                    found[int(number[1])] = pid
                    self.segments.update(SEGMENT.findall(_read(f"/proc/{pid}/maps")))
        return found

    def blocks(self, pid, number):
        """Whether the process takes the signal by itself; it does so once it has begun."""
        mask = re.search(rb"SigBlk:\s*(\w+)", _read(f"/proc/{pid}/status"))
        return bool(mask and int(mask[1], 16) >> (number - 1) & 1)

    def wait_until(self, condition, seconds=LONGEST):
        """Whether it came true before the job ended."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and self.process.poll() is None:
            if condition():
                return True
            time.sleep(0.01)
        return False

    def send(self, number, pid=None):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid or self.process.pid, number)

    def until_end(self, since, seconds=LONGEST):
        """How long it took from `since` until the head and all processes were gone; None where it hangs."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(seconds)
        while self.process.poll() is not None and self.processes() and time.monotonic() < since + seconds:
            time.sleep(0.02)
        left = self.processes()
        took = None if left or self.process.poll() is None else time.monotonic() - since
        for pid in left:
            self.send(signal.SIGKILL, pid)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(5)
        self.reader.join(5)
        return took

    def left(self, output):
        """What it left behind beside the output and the journal of that name."""
        kept = {output.name, output.name + ".journal", self.scratch.name}
        names = [p.name for p in output.parent.iterdir() if p.name not in kept]
        names += [str(p.relative_to(self.folder)) for p in self.scratch.iterdir()]
        return names + [s.decode() for s in self.segments if os.path.exists(s)]

    def own_lines(self):
        return [x for x in self.stderr.splitlines() if x.startswith("mpienc:")]

    def errors(self):
        return [x for x in self.own_lines() if x.startswith("mpienc: error:")]

    def tail(self, lines=14):
        return "\n".join("    " + x for x in self.stderr.splitlines()[-lines:])
