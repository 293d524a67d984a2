#!/usr/bin/env python3
"""What waiting costs: processor time of a rank with nothing to do, and of rank 0's coordination.

Read from /proc while a job runs. A rank's main thread is its communication thread and event loop.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "e2e"))
import clips  # noqa: E402
import program  # noqa: E402
import ranks  # noqa: E402

SETTLED = 1.5
HEAVY = ["--preset", "slower", "--lanes", "1"]


def watch(mpienc, arguments, number):
    """Runs a job; each rank's use of every thread between the settled start and the end of the job.

    Answers (seconds watched, {rank: its Rank with the whole job's times}, {rank: busy seconds while watched
    of (main thread, all threads)}).
    """
    process = subprocess.Popen(mpienc.command(arguments, number), env=mpienc.environment(),
                               stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    job = ranks.Watch(process, mpienc.binary)
    settled = {}
    while process.poll() is None:
        job.sample()
        now = time.monotonic()
        if len(job.ranks) == number and not settled:
            began = now
            settled = {pid: None for pid in job.ranks}
        for pid, rank in job.ranks.items():
            state = (now, rank.main(), rank.total())
            if settled and settled.get(pid) is None and now - began >= SETTLED:
                settled[pid] = (state, state)
            elif settled and settled.get(pid):
                settled[pid] = (settled[pid][0], state)
        time.sleep(0.05)
    if process.returncode != 0:
        sys.exit(f"mpienc failed with status {process.returncode}: {process.stderr.read().decode()[-500:]}")
    used = {}
    for pid, pair in settled.items():
        if pair and pair[1][0] > pair[0][0]:
            used[job.ranks[pid].number] = [b - a for a, b in zip(*pair)]
    if not used:
        sys.exit("the job ended before anything could be measured: give more --seconds")
    return used, {rank.number: rank for rank in job.ranks.values()}


def idle(mpienc, source, folder):
    """One chunk, two ranks with a lane each: percent of a core that the rank without work uses."""
    used, _ = watch(mpienc, [source, folder / "one.mkv", *HEAVY, "--chunk", "3600", "--audio-codec", "copy"], 2)
    wall, main, total = min(used.values(), key=lambda u: u[2])
    print(f"idle rank: {100 * total / wall:.2f} % of a core (main thread {100 * main / wall:.2f} %) "
          f"over {wall:.1f} s; aim: under 1 %")
    return 100 * total / wall


def coordination(mpienc, source, folder, number):
    """Percent of the job's processor time that rank 0's main thread, and its other threads, take."""
    used, seen = watch(mpienc, [source, folder / "many.mkv", *HEAVY, "--chunk", "2"], number)
    everything = sum(u[2] for u in used.values())
    main = used[0][1]
    print(f"rank 0's coordination: {100 * main / everything:.2f} % of the job's processor time "
          f"({everything:.1f} s on {number} ranks); aim: under 3 %")
    print("threads of the ranks, whole job:")
    for rank in sorted(seen.values(), key=lambda r: r.number):
        for thread_id, thread in sorted(rank.threads.items(), key=lambda t: -t[1].seconds):
            role = "main" if thread_id == rank.pid else thread.name
            print(f"  rank {rank.number}  {thread.seconds:8.2f} s  {role}")
    return 100 * main / everything


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mpienc", required=True)
    parser.add_argument("--mpirun", default="mpirun")
    parser.add_argument("--ranks", type=int, default=2, help="of the coordination measurement")
    parser.add_argument("--seconds", type=int, default=20, help="of the made clip")
    options = parser.parse_args()
    mpienc = program.Mpienc(options.mpienc, options.mpirun)
    with tempfile.TemporaryDirectory(prefix="mpienc-waiting-") as scratch:
        folder = Path(scratch)
        source = clips.dvd_vob(folder / "title.vob", options.seconds,
                               video=clips.motion("720x576", seconds=options.seconds))
        good = idle(mpienc, source, folder) < 1
        good = coordination(mpienc, source, folder, options.ranks) < 3 and good
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
