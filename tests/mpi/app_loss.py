#!/usr/bin/env python3
"""Kills or stops ranks of app_loss under mpirun and checks that the job ends by itself, and all its processes.

usage: app_loss.py MPIEXEC PROGRAM none|kill|stop|kill-zero|stop-zero|thaw shm|tcp [MORE MPIEXEC OPTIONS]
"""

import os
import re
import signal
import subprocess
import sys
import threading
import time

RANKS = 4
VICTIM = {"none": None, "kill": 2, "stop": 2, "kill-zero": 0, "stop-zero": 0, "thaw": 2}
LIMIT = 60
LEASE = 4
TRAFFIC = {"thaw": 16}


def alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def wait_until_gone(pids, seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end and any(map(alive, pids)):
        time.sleep(0.05)
    return [pid for pid in pids if alive(pid)]


def main():
    mpiexec, program, scenario, transport, *options = sys.argv[1:]
    victim = VICTIM[scenario]
    losses = 1 if victim else 0
    command = [mpiexec, "--enable-recovery", "--allow-run-as-root", "--oversubscribe", "--bind-to", "none"]
    command += ["--mca", "btl", "self,tcp" if transport == "tcp" else "self,vader"]
    job = subprocess.Popen([*command, *options, "-np", str(RANKS), program, str(losses), str(TRAFFIC.get(scenario, 2))], stdout=subprocess.PIPE,
                           stderr=subprocess.DEVNULL, text=True, bufsize=1)
    timer = threading.Timer(LIMIT, job.kill)
    timer.start()
    lines, pids = [], {}
    while len(pids) < RANKS:
        line = job.stdout.readline()
        if not line:
            sys.exit("mpirun ended early:\n" + "".join(lines))
        lines.append(line)
        if match := re.search(r"rank (\d+) pid (\d+)", line):
            pids[int(match[1])] = int(match[2])
    timer.cancel()
    time.sleep(1)
    hit = time.monotonic()
    if victim is not None:
        os.kill(pids[victim], signal.SIGSTOP if scenario in ("stop", "stop-zero", "thaw") else signal.SIGKILL)
    others = [pid for rank, pid in pids.items() if rank != victim]
    failures = []
    if scenario == "stop-zero":
        if wait_until_gone(others, LIMIT):
            failures.append("ranks without rank 0 live on")
        time.sleep(1)  # mpirun passes their last lines on
        os.kill(pids[0], signal.SIGKILL)
    if scenario == "thaw":
        time.sleep(1.5 * LEASE)
        os.kill(pids[victim], signal.SIGCONT)
        if wait_until_gone([pids[victim]], 1.5 * LEASE):
            failures.append("a rank that was frozen for longer than its lease does not leave by itself")
        if job.poll() is not None:
            failures.append("the job did not outlive the rank that was frozen")
    try:
        lines += job.communicate(timeout=LIMIT)[0].splitlines(True)
    except subprocess.TimeoutExpired:
        failures.append("mpirun does not end")
    ended = time.monotonic() - hit
    left = wait_until_gone(pids.values(), 3)
    if left and scenario.startswith("stop"):
        stopped = [rank for rank, pid in pids.items() if pid in left]
        print(f"alive after mpirun: ranks {stopped}")
        os.kill(pids[victim], signal.SIGCONT)
        left = wait_until_gone(left, LIMIT)
    if left:
        failures.append(f"left behind: {left}")
        for pid in left:
            os.kill(pid, signal.SIGKILL)
    if job.poll() is None:
        job.kill()
    text = "".join(lines)
    print(text, f"mpirun returned {job.returncode} after {ended:.1f} s", sep="")
    if job.returncode != 0:
        failures.append(f"mpirun returned {job.returncode}")
    if ("complete\n" in text) != (victim != 0):
        failures.append("rank 0's last word is wrong")
    if losses and f"lost {victim}\n" not in text or text.count("\nlost ") != losses:
        failures.append("the wrong ranks were lost")
    for rank in range(1, RANKS):
        wanted = f"rank {rank} leaves with {6 if victim == 0 else 0}\n"
        if rank != victim and wanted not in text:
            failures.append(f"missing: {wanted.strip()}")
    print("\n".join(failures) or "ok")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
