"""The namespaces behind emulated hosts: a host's, and those of the switch between them."""

import contextlib
import os
import select
import shutil
import signal
import subprocess
from pathlib import Path

TOOLS = {"unshare": "util-linux", "nsenter": "util-linux", "mount": "mount", "ip": "iproute2", "hostname": "hostname"}

# The first process of a host ignores CHLD, so that the kernel reaps its orphans, and ends, and with it all
# processes of the host, when the pipe that it reads is closed.
STAY = "echo up; trap '' CHLD INT TERM HUP; exec cat >/dev/null"
BOOT = """set -e
hostname "$1"
mount --bind "$2" /etc/hosts
if [ -e /etc/resolv.conf ]; then mount --bind /dev/null /etc/resolv.conf; fi
mount -t tmpfs -o mode=1777 tmpfs /dev/shm
shift 2
for folder; do mkdir -p "/dev/shm/shared/$folder"; mount --rbind "$folder" "/dev/shm/shared/$folder"; done
mount -t tmpfs -o mode=1777 tmpfs /tmp
for folder; do mkdir -p "$folder"; mount --move "/dev/shm/shared/$folder" "$folder"; done
rm -rf /dev/shm/shared
ip link set lo up
""" + STAY


class Unavailable(Exception):
    """This machine lacks the rights or the tools; the text says which."""


def check_tools():
    for tool, package in TOOLS.items():
        if not shutil.which(tool):
            raise Unavailable(f"no '{tool}' on the PATH (Debian: {package})")
    if os.geteuid() != 0:
        raise Unavailable("namespaces and control groups need root")


def kill(processes):
    for process in processes:
        with contextlib.suppress(OSError):
            os.kill(process, signal.SIGKILL)


def _call(words):
    """Runs it, or raises Unavailable with its words."""
    done = subprocess.run([*map(str, words)], capture_output=True, text=True)
    if done.returncode != 0:
        raise Unavailable(f"{' '.join(map(str, words))}: {(done.stderr or done.stdout).strip()}")


def _stat(process):
    """[state, parent, ...] of a process; nothing where it has gone."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    return []


def _numbers():
    return [int(entry) for entry in os.listdir("/proc") if entry.isdigit()]


class _Holder:
    """Namespaces that live as long as this object and this process; `first` is the number of their first process."""

    def __init__(self, flags, script, *arguments):
        self._process = subprocess.Popen(
            ["unshare", *flags, "--pid", "--fork", "--kill-child", "/bin/sh", "-c", script, "sh", *map(str, arguments)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd="/", start_new_session=True)
        ready = select.select([self._process.stdout], [], [], 20)[0]
        if not ready or self._process.stdout.readline().strip() != "up":
            self._process.kill()
            reason = self._process.communicate()[1].strip() or "no answer within 20 s"
            raise Unavailable(f"namespaces cannot be made: {reason.splitlines()[0]}")
        self.first = next(p for p in _numbers() if _stat(p)[1:2] == [str(self._process.pid)])

    def runs(self):
        return self._process.poll() is None

    def kill(self):
        kill([self.first] if self.runs() else [])

    def end(self):
        """Returns when its processes have ended."""
        self.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            stream.close()


class Host(_Holder):
    def __init__(self, name, hosts_file, shared):
        hidden = [f for f in map(Path.resolve, map(Path, shared)) if f.is_relative_to("/tmp") or f.is_relative_to("/dev/shm")]
        super().__init__(["--net", "--uts", "--ipc", "--mount", "--mount-proc"], BOOT, name, hosts_file,
                         *sorted({f for f in hidden if not any(o in f.parents for o in hidden)}))
        self.enter = ["nsenter", "-t", str(self.first), "-n", "-u", "-i", "-m", "-p", "--"]

    def processes(self):
        if not self.runs():
            return {}
        mine, found = os.readlink(f"/proc/{self.first}/ns/pid"), {}
        for process in _numbers():
            with contextlib.suppress(OSError):
                if process == self.first or os.readlink(f"/proc/{process}/ns/pid") != mine:
                    continue
                words = Path(f"/proc/{process}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
                if _stat(process)[:1] not in ([], ["Z"]):
                    found[process] = words
        return found

    def files(self, shared):
        if not self.runs():
            return []
        root, found = f"/proc/{self.first}/root", []
        kept = [str(Path(f).resolve()) for f in shared]
        for top in ("/dev/shm", "/tmp"):
            for folder, folders, files in os.walk(root + top):
                own = folder[len(root):]
                folders[:] = [f for f in folders if f"{own}/{f}" not in kept]
                leaf = [f for f in folders if not any(k.startswith(f"{own}/{f}/") for k in kept)]
                found += [f"{own}/{name}" for name in [*leaf, *files]]
        return sorted(found)


class Switch(_Holder):
    """A bridge in a network namespace of its own, with one port per host."""

    def __init__(self):
        super().__init__(["--net"], "set -e; ip link set lo up; ip link add br0 type bridge; ip link set br0 up; " + STAY)
        self._here = ["nsenter", "-t", str(self.first), "-n"]

    def plug_in(self, name, host, address):
        subprocess.run([*self._here, "ip", "link", "del", name], capture_output=True)  # of a host that was powered off
        _call([*self._here, "ip", "link", "add", name, "type", "veth", "peer", "name", "eth0", "netns", host.first])
        _call([*self._here, "ip", "link", "set", name, "master", "br0", "up"])
        mac = "02:00:" + ":".join(f"{int(part):02x}" for part in address.split("."))  # others may remember it
        _call([*host.enter[:4], "ip", "link", "set", "eth0", "address", mac])
        _call([*host.enter[:4], "ip", "addr", "add", f"{address}/24", "dev", "eth0"])
        _call([*host.enter[:4], "ip", "link", "set", "eth0", "up"])

    def link(self, name, up):
        _call([*self._here, "ip", "link", "set", name, "up" if up else "down"])

    def limit(self, name, host, rate):
        for here, device in ((self._here, name), (host.enter[:4], "eth0")):
            if rate is None:
                _call([*here, "tc", "qdisc", "del", "dev", device, "root"])
            else:
                _call([*here, "tc", "qdisc", "replace", "dev", device, "root", "tbf", "rate", rate, "burst", "64kb",
                       "latency", "50ms"])

    def why_no_limit(self):
        if not shutil.which("tc"):
            return "no 'tc' on the PATH (Debian: iproute2)"
        try:
            _call([*self._here, "tc", "qdisc", "replace", "dev", "lo", "root", "tbf", "rate", "1gbit", "burst", "64kb",
                   "latency", "50ms"])
        except Unavailable as reason:
            return str(reason)
        return None
