"""Limits processes without control groups: stops them when they are ahead of their share, else continues.

Coarser than a kernel's quota: it reads processor times every few milliseconds and costs some processor itself.
"""

import os
import signal
import threading
import time
from pathlib import Path

INTERVAL = 0.004  # seconds between looks
SAVED = 0.02      # seconds: unused share that a process may catch up


def processor_seconds(process):
    """User and system time of all threads; None where the process has gone."""
    total = 0
    try:
        for thread in os.listdir(f"/proc/{process}/task"):
            with open(f"/proc/{process}/task/{thread}/schedstat") as file:
                total += int(file.read().split()[0])
    except (OSError, IndexError, ValueError):
        return None
    return total / 1e9


class Account:
    """What one process may still use; threads that have ended make its time fall, which is no refund."""

    def __init__(self, share, now, used):
        self.share, self.now, self.used, self.credit = share, now, used, 0.0

    def update(self, now, used):
        """True where the process may run on."""
        self.credit += self.share * (now - self.now) - max(0.0, used - self.used)
        self.credit = min(self.credit, self.share * SAVED)
        self.now, self.used = now, used
        return self.credit > 0


class Throttle(threading.Thread):
    """Watches `folder`, in which rank r writes its process number into the file r; see hosts.TELL."""

    def __init__(self, folder, cores_per_rank):
        super().__init__(daemon=True)
        self.folder, self.shares = Path(folder), cores_per_rank
        self.accounts, self.stopped = {}, set()
        self.ending = threading.Event()

    def run(self):
        while not self.ending.wait(INTERVAL):
            self._find()
            for process, account in list(self.accounts.items()):
                used = processor_seconds(process)
                if used is None:
                    del self.accounts[process]
                    self.stopped.discard(process)
                else:
                    self._signal(process, account.update(time.monotonic(), used))
        for process in list(self.stopped):
            self._signal(process, True)

    def _find(self):
        if len(self.accounts) == len(self.shares):
            return
        for rank, share in enumerate(self.shares):
            try:
                process = int((self.folder / str(rank)).read_text())
            except (OSError, ValueError):
                continue
            if process not in self.accounts and (used := processor_seconds(process)) is not None:
                self.accounts[process] = Account(share, time.monotonic(), used)

    def _signal(self, process, run):
        if run != (process in self.stopped):
            return
        try:
            os.kill(process, signal.SIGCONT if run else signal.SIGSTOP)
        except OSError:
            return
        (self.stopped.discard if run else self.stopped.add)(process)

    def stop(self):
        self.ending.set()
        self.join()
