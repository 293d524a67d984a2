#!/usr/bin/env python3
"""The emulated hosts themselves: they are apart, their faults are real, and nothing of them stays behind."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "e2e")]
import host_groups  # noqa: E402
import hosts  # noqa: E402
import program  # noqa: E402

LISTEN = ("import socket; s = socket.create_server(('', 7001)); print('ready', flush=True)\n"
          "while True:\n c = s.accept()[0]; n = 0\n"
          " while d := c.recv(65536): n += len(d)\n"
          " c.close()")
ASK = "import socket; socket.create_connection(('{}', 7001), timeout=3).close()"
SEND = ("import socket, time; t = time.time(); c = socket.create_connection(('{}', 7001)); c.sendall(bytes({}))\n"
        "c.shutdown(socket.SHUT_WR); c.recv(1); print(time.time() - t)")
SPIN = "import time; t = time.time()\nwhile time.time() - t < 2: pass\nprint(time.process_time() / 2)"


def python(text):
    return [sys.executable, "-S", "-c", text]


def traces():
    """What emulated hosts leave on this machine if they are not removed."""
    groups = [p for mount, _, _ in host_groups.mounts() for p in mount.glob(host_groups.NAME + "*")]
    links = subprocess.run(["ip", "-o", "link"], capture_output=True, text=True).stdout.splitlines()
    mounts = Path("/proc/self/mountinfo").read_text().count("\n")
    return {"groups": sorted(map(str, groups)), "folders": sorted(map(str, Path(tempfile.gettempdir()).glob("mpienc-hosts-*"))),
            "links": len(links), "mounts": mounts, "resting": resting()}


def resting():
    """Processes that sleep here for the tests below."""
    found = []
    for entry in filter(str.isdigit, os.listdir("/proc")):
        try:
            if b"\0" + NAP.encode() + b"\0" in Path(f"/proc/{entry}/cmdline").read_bytes():
                found.append(int(entry))
        except OSError:
            continue
    return found


NAP = f"3600.{os.getpid()}"
CHILD = (f"import sys; sys.path.insert(0, {str(HERE)!r}); import hosts, time; hosts.end_by_signal()\n"
         f"with hosts.Hosts(2) as c:\n c.start('h1', ['sleep', '{NAP}']); c.run('h2', ['true'])\n"
         f" while 'sleep {NAP}' not in c.processes('h1').values(): time.sleep(0.01)\n"
         " print('up', flush=True); time.sleep(60)")


class Check:
    def __init__(self, cluster, tally):
        self.cluster, self.tally = cluster, tally

    def says(self, host, words):
        return self.cluster.run(host, words).stdout.strip()

    def answers(self, one, other):
        return self.cluster.run(one, python(ASK.format(other))).returncode == 0

    def apart(self):
        c, check = self.cluster, self.tally.check
        check([self.says(h, ["hostname"]) for h in c.names] == c.names, "each has its own name")
        c.run("h1", ["sh", "-c", "echo 1 >/tmp/own; echo 1 >/dev/shm/own; chmod 600 /tmp/own"])
        check(c.files("h1") == ["/dev/shm/own", "/tmp/own"] and not c.files("h2"), "each has its own /tmp and /dev/shm",
              str([c.files(h) for h in c.names]))
        c.run("h1", ["rm", "/tmp/own", "/dev/shm/own"])
        nap = c.start("h2", ["sleep", NAP])
        seen = self.says("h1", ["sh", "-c", "cat /proc/[0-9]*/cmdline | tr '\\0' ' '"])
        found = list(c.processes("h2").values())
        check(found == [f"sleep {NAP}"] and NAP not in seen, "each has its own processes", f"{found} {seen}")
        c.end_processes("h2")
        nap.wait(10)
        check(not c.processes("h2"), "they can be ended")
        check(self.says("h3", ["sh", "-c", f"test -e {c.hostfile} && cat /etc/hosts"]).count("10.77.0.") == 3,
              "shared folders are seen, names are known")
        done = c.run("h1", [c.rsh, "h3", "hostname;", "exit", "7"])
        check((done.stdout, done.returncode) == ("h3\n", 7), "the remote shell runs words and tells the status", str(done))
        check(Path("/etc/hosts").read_text().count("10.77.0.") == 0, "this machine's names are as they were")

    def network(self):
        c, check = self.cluster, self.tally.check
        listening = c.start("h2", python(LISTEN), stdout=subprocess.PIPE, text=True)
        listening.stdout.readline()
        check(self.answers("h1", "h2"), "hosts reach each other")
        c.cut("h2")
        check(not self.answers("h1", "h2"), "a cut host is not reached")
        began = time.monotonic()
        done = c.run("h1", [c.rsh, "h2", "true"])
        check(done.returncode == 255 and "No route" in done.stderr and time.monotonic() - began > 2, "nor by remote shell")
        c.mend("h2")
        check(self.answers("h1", "h2"), "a mended one is")
        if reason := c.missing("limit_link"):
            print(f"skipped: narrow links: {reason}")
        else:
            c.limit_link("h2", "20mbit")
            took = float(self.says("h1", python(SEND.format("h2", 2_500_000))) or 0)
            check(took > 0.8, "2.5 MB over 20 Mbit/s take a second", f"{took:.2f} s")
            c.limit_link("h2", None)
        c.power_off("h2")
        check(listening.wait(10) != 0 and not c.processes("h2") and not self.answers("h3", "h2"), "power off ends all on a host")
        c.power_on("h2")
        check(self.says("h2", ["hostname"]) == "h2" and not self.answers("h1", "h2"), "power on starts it afresh")
        listening = c.start("h2", python(LISTEN), stdout=subprocess.PIPE, text=True)
        listening.stdout.readline()
        check(self.answers("h1", "h2"), "and it is reached")

    def groups(self):
        c, check = self.cluster, self.tally.check
        if reason := c.missing("freeze"):
            print(f"skipped: frozen hosts: {reason}")
        else:
            ticks = c.start("h3", ["sh", "-c", "while :; do echo tick; sleep 0.05; done"], stdout=subprocess.PIPE)
            ticks.stdout.readline()
            c.freeze("h3")
            time.sleep(0.3)
            os.set_blocking(ticks.stdout.fileno(), False)
            ticks.stdout.read()
            time.sleep(0.5)
            check(not ticks.stdout.read(), "a frozen host does nothing")
            c.thaw("h3")
            time.sleep(0.5)
            check(bool(ticks.stdout.read()), "a thawed one goes on")
            c.freeze("h3")  # the end of this test ends it as well
        if reason := c.missing("slow"):
            print(f"skipped: slow hosts: {reason}")
        else:
            c.slow("h1", 0.2)
            share = float(self.says("h1", python(SPIN)) or 9)
            check(share < 0.3, "a fifth of a core is not more", f"{share:.2f}")


def leaves_nothing(tally, before):
    """Also after an exception and after signals."""
    try:
        with hosts.Hosts(2) as cluster:
            cluster.start("h1", ["sleep", NAP])
            while f"sleep {NAP}" not in cluster.processes("h1").values():
                time.sleep(0.01)
            raise KeyError
    except KeyError:
        pass
    tally.check(traces() == before, "after an exception nothing stays", f"{before} {traces()}")
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
        child = subprocess.Popen([sys.executable, "-B", "-c", CHILD], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        child.stdout.readline()
        napping = resting()
        child.send_signal(number)
        child.wait(20)
        end = time.monotonic() + 10
        while resting() and time.monotonic() < end:
            time.sleep(0.05)
        if number == signal.SIGKILL:
            tally.check(napping and not resting(), "after SIGKILL no process stays", str(resting()))
            with hosts.Hosts(1):
                pass
        tally.check(napping and traces() == before, f"after signal {number} {'and a next use ' if number == 9 else ''}nothing stays",
                    f"{before} {traces()}")


def main():
    program.arguments(__doc__).parse_args()
    tally = program.Tally()
    hosts.end_by_signal()
    try:
        with hosts.Hosts(3) as cluster:
            check = Check(cluster, tally)
            check.apart()
            check.network()
            check.groups()
        leaves_nothing(tally, {**traces(), "resting": []})
    except hosts.Unavailable as reason:
        program.skip(reason)
    tally.finish()


if __name__ == "__main__":
    main()
