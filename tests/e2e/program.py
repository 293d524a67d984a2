"""Running mpienc, plainly or under mpirun, and telling its own lines from mpirun's."""

import argparse
import os
import re
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

SKIPPED = 77


def skip(reason):
    """Ends a check that has nothing to work on; ctest shows it as skipped."""
    print(f"skipped: {reason}")
    sys.exit(SKIPPED)


@dataclass
class Result:
    status: int
    stdout: str
    stderr: str
    wall: float
    timed_out: bool = False

    def own_lines(self):
        """The program's lines on standard error."""
        return [x for x in self.stderr.splitlines() if x.startswith("mpienc:")]

    def other_lines(self):
        """Lines on standard error that the program's logger did not write."""
        return [x for x in self.stderr.splitlines() if x.strip() and not x.startswith("mpienc:")]

    def chunks(self):
        """Chunks by the summary; None where it does not say."""
        found = re.findall(r"(\d+) chunks?\b", self.stderr + self.stdout)
        return int(found[0]) if found else None

    def crashed(self):
        marks = ("exited on signal", "Sanitizer", "terminate called", "Segmentation fault",
                 "Assertion", "stack smashing", "core dumped")
        return self.status < 0 or self.status in (134, 136, 139) or any(m in self.stderr for m in marks)

    def tail(self, lines=12):
        return "\n".join("    " + x for x in self.stderr.splitlines()[-lines:])


class Mpienc:
    """The program under test; ranks=0 runs it without mpirun."""

    def __init__(self, binary, mpirun="mpirun"):
        self.binary = str(Path(binary).resolve())
        self.mpirun = mpirun

    def command(self, arguments, ranks=0):
        command = [self.binary, *map(str, arguments)]
        if ranks:
            command = [self.mpirun, "-np", str(ranks), "--oversubscribe", "--bind-to", "none", *command]
        return command

    def environment(self, extra=None):
        environment = dict(os.environ)
        if os.geteuid() == 0:
            environment["OMPI_ALLOW_RUN_AS_ROOT"] = "1"
            environment["OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"] = "1"
        environment.update(extra or {})
        return environment

    def start(self, arguments, ranks=0, environment=None, **popen):
        return subprocess.Popen(self.command(arguments, ranks), env=self.environment(environment),
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                text=True, errors="replace", start_new_session=True, **popen)

    def run(self, arguments, ranks=0, environment=None, timeout=300, beside=None, **popen):
        """`beside`, where given, is called with the process in a thread of its own while it runs."""
        began = time.monotonic()
        process = self.start(arguments, ranks, environment, **popen)
        timed_out = False
        if beside:
            threading.Thread(target=beside, args=(process,), daemon=True).start()
        try:
            out, err = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            timed_out = True
            os.killpg(process.pid, signal.SIGKILL)
            out, err = process.communicate()
        return Result(process.returncode, out, err, time.monotonic() - began, timed_out)


def _folder(name):
    path = Path(name).resolve()
    path.mkdir(parents=True, exist_ok=True)
    return path


def arguments(description):
    """The options that every check shares."""
    parser = argparse.ArgumentParser(description=description,
                                     formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--mpienc", required=True, help="the program to test")
    parser.add_argument("--mpirun", default="mpirun", help="how to start ranks")
    parser.add_argument("--work", type=_folder, default=None,
                        help="folder for results and made clips (a temporary one by default)")
    parser.add_argument("--keep", action="store_true", help="leave outputs behind for a look")
    return parser


def media_folder():
    """$MPIENC_MEDIA, or nothing where no folder of real clips was named."""
    named = os.environ.get("MPIENC_MEDIA")
    return Path(named) if named and Path(named).is_dir() else None


class Tally:
    """Counts verdicts and prints each as it comes."""

    def __init__(self):
        self.failures = []
        self.passed = 0

    def check(self, good, what, detail=""):
        if good:
            self.passed += 1
            print(f"ok    {what}", flush=True)
        else:
            self.failures.append(what)
            print(f"FAIL  {what}" + (f": {detail}" if detail else ""), flush=True)
        return good

    def finish(self):
        print(f"{self.passed} passed, {len(self.failures)} failed")
        sys.exit(1 if self.failures else 0)
