"""Emulated hosts on one machine: each has its own name, network, processes, /dev/shm and /tmp; all else is shared.

    with hosts.Hosts(3, shared=[folder]) as cluster:
        cluster.run("h1", ["mpirun", "--hostfile", cluster.hostfile, ...], env=cluster.environment())
        cluster.cut("h2")

Needs root. Nothing is added to the machine's own network. All processes of all hosts end with this one, however it ends.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import namespaces
from host_groups import HostGroups
from namespaces import Unavailable
from rsh_server import RshServer

HERE = Path(__file__).resolve().parent
PREFIX = "mpienc-hosts-"
NETWORK = "10.77.0"
ENTER = 'groups=$1; shift; for group in $groups; do echo $$ >"$group" || exit 255; done; exec "$@"'


def end_by_signal():
    """Lets TERM and HUP unwind as INT does, so that control groups and folders are removed."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda got, _: sys.exit(128 + got))


class Hosts:
    """Hosts h1, h2, ..., on one bridge. Unavailable, with the reason, where they cannot be had."""

    def __init__(self, count, slots=2, shared=()):
        """`shared`: folders that all hosts see although they are below /tmp."""
        self.names = [f"h{number}" for number in range(1, count + 1)]
        self.addresses = {name: f"{NETWORK}.{number}" for number, name in enumerate(self.names, 1)}
        self._slots, self._shared = slots, [HERE, *map(Path, shared)]
        self._switch, self._hosts, self._cut = None, {}, set()
        self._groups = self._server = self.folder = None

    def __enter__(self):
        namespaces.check_tools()
        for stale in Path(tempfile.gettempdir()).glob(PREFIX + "*"):  # of one that was killed
            if not Path("/proc", stale.name[len(PREFIX):].split("-")[0]).exists():
                shutil.rmtree(stale, ignore_errors=True)
        self.folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-"))
        try:
            self._write_files()
            self._groups = HostGroups(self.names)
            self._switch = namespaces.Switch()
            for name in self.names:
                self.power_on(name)
            self._server = RshServer(self.folder / "rsh.socket", self._passes, self.command)
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_):
        self.close()

    def _write_files(self):
        lines = ["127.0.0.1 localhost", *(f"{address} {name}" for name, address in self.addresses.items())]
        (self.folder / "hosts").write_text("\n".join(lines) + "\n")
        self.hostfile = self.folder / "hostfile"
        self.hostfile.write_text("".join(f"{name} slots={self._slots}\n" for name in self.names))
        self.rsh = self.folder / "rsh"
        self.rsh.write_text(f'#!/bin/sh\nexec "{sys.executable}" -S -E "{HERE}/rsh_client.py" "{self.folder}/rsh.socket" "$@"\n')
        self.rsh.chmod(0o755)

    def close(self):
        if self._server:
            self._server.close()
        for name, host in self._hosts.items():
            self._end(name, host)
        if self._switch:
            self._switch.end()
        if self._groups:
            self._groups.close()
        if self.folder:
            shutil.rmtree(self.folder, ignore_errors=True)

    # Running

    def command(self, host, words):
        """The command that runs these words on the host."""
        if not self._hosts[host].runs():
            raise OSError(f"{host} is off")
        groups = " ".join(self._groups.entries(host))
        return ["/bin/sh", "-c", ENTER, "sh", groups, *self._hosts[host].enter, *map(str, words)]

    def environment(self, more=None):
        """For mpirun on one of the hosts: how it reaches the others."""
        return {**os.environ, "OMPI_MCA_plm": "rsh", "OMPI_MCA_plm_rsh_agent": str(self.rsh), "TMPDIR": "/tmp",
                "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1", **(more or {})}

    def start(self, host, words, **popen):
        """A process on the host, in a session of its own; a daemon, if nobody waits for it. Keywords as of Popen."""
        popen.setdefault("cwd", "/")
        popen.setdefault("stdin", subprocess.DEVNULL)
        return subprocess.Popen(self.command(host, words), start_new_session=True, **popen)

    def run(self, host, words, timeout=60, **keywords):
        """As subprocess.run, with captured text."""
        return subprocess.run(self.command(host, words), cwd="/", stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=timeout, **keywords)

    # Looking

    def processes(self, host):
        """{process number on this machine: its words}, what kernel and emulation need left out."""
        return self._hosts[host].processes()

    def files(self, host):
        """What stands in the host's own /dev/shm and /tmp, shared folders left out."""
        return self._hosts[host].files(self._shared + [self.folder])

    def missing(self, ability):
        """Why "freeze", "slow" or "limit_link" is not to be had, or None."""
        if ability == "limit_link":
            return self._switch.why_no_limit()
        return self._groups.missing.get(ability)

    def _passes(self, one, other):
        return one == other or all(self._hosts[h].runs() and h not in self._cut for h in (one, other) if h in self._hosts)

    # Faults

    def _end(self, name, host):
        host.kill()
        if "freeze" not in self._groups.missing:
            self.thaw(name)  # what is frozen by version 1 dies only then
        host.end()

    def power_off(self, host):
        """From one moment to the next; the others hear nothing of it. /dev/shm and /tmp are lost."""
        self.cut(host)
        self._end(host, self._hosts[host])

    def power_on(self, host):
        """A host that is off starts afresh."""
        self._hosts[host] = namespaces.Host(host, self.folder / "hosts", self._shared + [self.folder])
        self._switch.plug_in(host, self._hosts[host], self.addresses[host])
        self._cut.discard(host)

    def end_processes(self, host, patience=10):
        """SIGKILL to all, as by an administrator; the kernel lives and tells the others."""
        end = time.monotonic() + patience
        while (running := self.processes(host)) and time.monotonic() < end:
            namespaces.kill(running)
            time.sleep(0.01)

    def freeze(self, host):
        """Nothing runs; the kernel still answers for it, as with a host that thrashes or waits for its disk."""
        self._ability("freeze").freeze(host, True)

    def thaw(self, host):
        self._ability("freeze").freeze(host, False)

    def cut(self, host):
        """The link is down: nothing passes in either direction."""
        self._switch.link(host, False)
        self._cut.add(host)

    def mend(self, host):
        self._switch.link(host, True)
        self._cut.discard(host)

    def slow(self, host, cores):
        """That many cores, such as 0.2, for all the host's processes together; None ends it."""
        self._ability("slow").slow(host, cores)

    def limit_link(self, host, rate):
        """Such as "100mbit", in both directions; None ends it. Unavailable where the kernel cannot."""
        self._switch.limit(host, self._hosts[host], rate)

    def _ability(self, name):
        if reason := self.missing(name):
            raise Unavailable(f"{name}: {reason}")
        return self._groups
