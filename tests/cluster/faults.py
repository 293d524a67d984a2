#!/usr/bin/env python3
"""Faults of whole hosts while `mpienc launch` transcodes a title over three of them: the job ends in bounded time with
the bytes of a quiet run in one process, and nothing is left on any host. Prints the time that each took."""

import shutil
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "e2e")]
import clips  # noqa: E402
import hosts  # noqa: E402
import parts  # noqa: E402
from launched_job import Job  # noqa: E402

RANKS = 3
LIMIT = 240  # s for one job; without faults it takes some 10 s of two cores
GONE = 30    # s: a rank that is cut off leaves 20 s after it last heard of rank 0
OPTIONS = ["--preset", "medium", "--chunk", "1"]
LONG = 20    # s that a fault lasts


class Faults:
    def __init__(self, cluster, job, tally):
        self.cluster, self.job, self.tally = cluster, job, tally

    def lasting(self, begin, end):
        def fault():
            begin()
            time.sleep(LONG)
            end()
        return fault

    def check(self, what, fault=None, undo=None, ranks=RANKS, lost=0, hostfile=None):
        """One job with a fault on a worker's host: ends in the same run."""
        output, done = self.job.run(ranks, fault, LIMIT, hostfile=hostfile)
        text = done.text
        chunks = f", which came with {done.chunks} chunks finished" if fault else ""
        print(f"      {what}: {done.seconds:.1f} s, {done.after:.1f} s of them after the fault{chunks}" if fault else
              f"      {what}: {done.seconds:.1f} s", flush=True)
        good = done.status == 0 and not done.timed_out
        self.tally.check(good, f"{what}: done in the same run", f"status {done.status}\n{done.tail()}")
        self.tally.check(self.job.same_bytes(output), f"{what}: the bytes of a quiet run", done.tail())
        if lost is not None:
            # Copies of its chunks may end the job before the rank counts as lost: then it is missed at the farewell.
            found = text.count("has been silent for") + text.count("did not say bye")
            self.tally.check(found == lost, f"{what}: {lost} ranks given up", f"{found}\n{done.tail()}")
        self.nothing_left(what, output, undo)

    def nothing_left(self, what, output, undo=None, and_then=None):
        """On hosts that run at once; on others when they run again."""
        if undo:
            undo()
        left = self.job.left(output, GONE)
        self.tally.check(not left, f"{what}: nothing left on any host", str(left))
        if and_then:
            and_then()
        shutil.rmtree(output.parent)
        for host in self.cluster.names if left else []:
            self.cluster.power_off(host)
            self.cluster.power_on(host)

    def quiet(self):
        self.check("quiet")

    def quiet_six(self):
        self.check("quiet, six ranks", ranks=6)

    def power_off(self):
        c = self.cluster
        self.check("a worker's host powered off", lambda: c.power_off("h2"), lambda: c.power_on("h2"), lost=1)

    def power_off_six(self):
        c = self.cluster
        self.check("a worker's host powered off, six ranks", lambda: c.power_off("h2"), lambda: c.power_on("h2"), ranks=6,
                   lost=2)

    def cut(self):
        """It stays cut off until its ranks have left by themselves; nothing of it may reach the output."""
        c = self.cluster
        self.check("a worker's host cut off", lambda: c.cut("h2"), self.then_mend("h2"), lost=1)

    def then_mend(self, host):
        def undo():
            end = time.monotonic() + GONE
            while self.cluster.processes(host) and time.monotonic() < end:
                time.sleep(0.1)
            running = self.cluster.processes(host)
            self.tally.check(not running, f"{host}, cut off: all processes leave by themselves", str(running))
            self.cluster.mend(host)
        return undo

    def cut_and_mended(self):
        c = self.cluster
        self.check(f"a worker's host cut off for {LONG} s", self.lasting(lambda: c.cut("h2"), lambda: c.mend("h2")), lost=1)

    def frozen(self):
        c = self.cluster
        self.check("a worker's host frozen", lambda: c.freeze("h2"), lambda: c.thaw("h2"), lost=1)

    def frozen_and_thawed(self):
        c = self.cluster
        self.check(f"a worker's host frozen for {LONG} s", self.lasting(lambda: c.freeze("h2"), lambda: c.thaw("h2")), lost=1)

    def slow(self):
        c = self.cluster
        self.check("a worker's host slowed to a fifth of a core", lambda: c.slow("h2", 0.2), lambda: c.slow("h2", None))

    def narrow(self):
        c = self.cluster
        self.check("a worker's link limited to 100 Mbit/s", lambda: c.limit_link("h2", "100mbit"),
                   lambda: c.limit_link("h2", None))

    def first_host_cut(self):
        """Rank 0's, where mpirun and the output are: it goes on alone."""
        c = self.cluster
        self.check("rank 0's host cut off", lambda: c.cut("h1"), self.then_mend_workers, lost=2)

    def then_mend_workers(self):
        self.then_mend("h2")()
        self.then_mend("h3")()
        self.cluster.mend("h1")

    def first_host_frozen(self):
        c = self.cluster
        self.check(f"rank 0's host frozen for {LONG + 5} s",
                   self.lasting(lambda: c.freeze("h1"), lambda: (time.sleep(5), c.thaw("h1"))), lost=None)

    def killed(self):
        """SIGKILL to all on a worker's host, mpirun's daemon among them: what they had in /tmp stays there."""
        c = self.cluster

        def restart():
            self.tally.check(not c.processes("h2"), "all on a worker's host killed: no processes")
            c.power_off("h2")
            c.power_on("h2")

        self.check("all on a worker's host killed", lambda: c.end_processes("h2"), restart, lost=1)

    def first_host_powered_off(self):
        """launch, mpirun and rank 0 are lost. The same command on another host goes on there without it."""
        what, c = "rank 0's host powered off", self.cluster
        output, first = self.job.run(RANKS, lambda: c.power_off("h1"), LIMIT)
        self.tally.check(first.status != 0 and not output.exists(), f"{what}: no output", str(first.status))
        began = time.monotonic()
        while any(c.processes(host) for host in ("h2", "h3")) and time.monotonic() < began + GONE:
            time.sleep(0.1)
        left = {host: c.processes(host) for host in ("h2", "h3")}
        self.tally.check(not any(left.values()), f"{what}: the others leave", str(left))
        print(f"      {what}: the others left after {time.monotonic() - began:.1f} s", flush=True)
        _, done = self.job.run(RANKS, None, LIMIT, host="h2", output=output)
        print(f"      {what}: the same command on h2 took {done.seconds:.1f} s", flush=True)
        good = done.status == 0 and "h1 does not answer: starting again without it" in done.text
        self.tally.check(good and "going on from" in done.text, f"{what}: the same command goes on without it", done.tail())
        self.tally.check(self.job.same_bytes(output), f"{what}: the bytes of a quiet run", done.tail())
        self.nothing_left(what, output, lambda: c.power_on("h1"))

    def h2_first(self):
        """launch and mpirun are on h1, rank 0 is on h2."""
        hostfile = self.job.folder / "h2-first"
        hostfile.write_text("h2 slots=2\nh3 slots=2\n")
        return hostfile

    def coordinator_cut(self):
        """Rank 0 must not write the output beside its successor."""
        what, c = "rank 0 on another host than launch, cut off", self.cluster
        output, done = self.job.run(2, lambda: c.cut("h2"), LIMIT, hostfile=self.h2_first())
        print(f"      {what}: {done.seconds:.1f} s, {done.after:.1f} s of them after the fault", flush=True)
        good = done.status == 0 and "h2 does not answer: starting again without it" in done.text
        self.tally.check(good, f"{what}: a restart without it ends the job", f"status {done.status}\n{done.tail()}")
        self.tally.check(self.job.same_bytes(output), f"{what}: the bytes of a quiet run", done.tail())
        before = output.stat().st_ino if output.exists() else None
        self.nothing_left(what, output, lambda: c.mend("h2"), lambda: self.tally.check(
            before and output.stat().st_ino == before, f"{what}: it does not touch the output when it is back"))

    def coordinator_frozen(self):
        """Rank 0 still has the journal locked, which nobody can take from it: the job ends in one line, and goes on
        when the host is back."""
        what, c = "rank 0 on another host than launch, frozen", self.cluster
        output, done = self.job.run(2, lambda: c.freeze("h2"), LIMIT, hostfile=self.h2_first())
        print(f"      {what}: {done.seconds:.1f} s, {done.after:.1f} s of them after the fault", flush=True)
        good = done.status not in (0, None) and not done.timed_out and "another mpienc is at work" in done.text
        self.tally.check(good, f"{what}: one line tells that it has the journal", f"status {done.status}\n{done.tail()}")
        c.thaw("h2")
        end = time.monotonic() + GONE
        while c.processes("h2") and time.monotonic() < end:
            time.sleep(0.1)
        left = list(c.processes("h2").values())
        self.tally.check(not left and not output.exists(), f"{what}: when it is back it leaves, and writes nothing", str(left))
        _, done = self.job.run(2, None, LIMIT, hostfile=self.h2_first(), output=output)
        good = done.status == 0 and "going on from" in done.text and self.job.same_bytes(output)
        self.tally.check(good, f"{what}: then the same command goes on", f"status {done.status}\n{done.tail()}")
        self.nothing_left(what, output)

    def frozen_at_the_start(self):
        """The remote shell to it never returns."""
        c = self.cluster
        what, host = "a host frozen at the start", "h3"
        c.freeze(host)
        output, done = self.job.run(RANKS, None, LIMIT)
        print(f"      {what}: {done.seconds:.1f} s", flush=True)
        good = done.status == 0 and "h3 does not answer: starting again without it" in done.text
        self.tally.check(good, f"{what}: the job is done without it", f"status {done.status}\n{done.tail()}")
        self.tally.check(self.job.same_bytes(output), f"{what}: the bytes of a quiet run", done.tail())
        self.nothing_left(what, output, lambda: c.thaw(host))


SHORT = ["quiet", "power_off", "cut"]
ALL = [*SHORT, "quiet_six", "power_off_six", "cut_and_mended", "frozen", "frozen_and_thawed", "slow", "narrow", "killed",
       "first_host_cut", "first_host_frozen", "first_host_powered_off", "coordinator_cut", "coordinator_frozen", "frozen_at_the_start"]
NEEDS = {"frozen": "freeze", "frozen_and_thawed": "freeze", "first_host_frozen": "freeze", "coordinator_frozen": "freeze", "frozen_at_the_start": "freeze",
         "slow": "slow", "narrow": "limit_link"}


def run(options, tally, folder):
    mpienc = Path(options.mpienc).resolve()
    with hosts.Hosts(3, shared=[folder, mpienc.parent]) as cluster:
        film = folder / "film.vob"
        clips.dvd_vob(film, options.seconds, video=clips.motion("640x480", seconds=options.seconds))
        job = Job(cluster, mpienc, film, OPTIONS, folder)
        print(f"      in one process without hosts: {job.make_reference():.1f} s", flush=True)
        faults = Faults(cluster, job, tally)
        for name in options.parts:
            if reason := cluster.missing(NEEDS.get(name)):
                print(f"skipped: {name}: {reason}", flush=True)
            else:
                getattr(faults, name)()


if __name__ == "__main__":
    parts.main(__doc__, "faults", SHORT, ALL, run)
