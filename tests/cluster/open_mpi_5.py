#!/usr/bin/env python3
"""Builds mpienc in a Debian 13 of its own, with Open MPI 5, runs the unit tests there and then open_mpi_5_kills.py.

The root is made with debootstrap from the mirror that apt is configured for, once, and used again later. It needs root
rights, 2.5 GB and, with two processors, 20 minutes the first time; later about 5. This source tree is mounted in it read-only.
"""

import argparse
import hashlib
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
SOURCE = HERE.parents[1]
sys.path.insert(0, str(SOURCE / "tests" / "e2e"))
import program  # noqa: E402

RELEASE = "trixie"
VARIABLE = "MPIENC_DEBIAN_13_ROOT"
BUILD = "/var/tmp/build"
ENVIRONMENT = {"HOME": "/root", "TERM": "dumb", "LANG": "C.UTF-8", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
               "DEBIAN_FRONTEND": "noninteractive", "CCACHE_DIR": "/var/cache/ccache", "CMAKE_CXX_COMPILER_LAUNCHER": "ccache",
               "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}
# Processes, /dev/shm and /tmp are its own, so that nothing that is started inside outlives it, and nothing of another job
# is taken for what a job here has left behind.
ENTER = """set -e
root=$1
mount -t proc proc "$root/proc"
mount --rbind /sys "$root/sys"
mount --rbind /dev "$root/dev"
mount -t tmpfs tmpfs "$root/dev/shm"
mount -t tmpfs tmpfs "$root/tmp"
mount --bind "$2" "$root/opt/mpienc"
mount -o remount,bind,ro "$root/opt/mpienc"
exec chroot "$root" bash -ec "$3"
"""
NAMESPACES = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--propagation", "private"]


def text_of(*command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout if done.returncode == 0 else ""


def mirror():
    """The first address from which this machine's apt takes Debian."""
    targets = text_of("apt-get", "indextargets", "--format", "$(SITE) $(COMPONENT) $(ORIGIN) $(RELEASE)", "Identifier: Packages")
    for line in targets.splitlines():
        site, component, origin, release = (line.split(maxsplit=3) + [""] * 4)[:4]
        if (component, origin) == ("main", "Debian") and "-" not in release:
            return site
    return None


def packages():
    """What bootstrap installs, and a cache for the compiler."""
    listed = 'eval "$(sed -n "/^packages=(/,/^)/p" "$1")"; printf "%s\\n" "${packages[@]}"'
    return [*text_of("bash", "-c", listed, "bash", str(SOURCE / "bootstrap")).split(), "ccache"]


class DebianRoot:
    def __init__(self, folder):
        self.folder = folder
        self.made = folder / "var/lib/mpienc-root"  # holds the digest of the package list that is installed

    def make(self):
        """Ends as skipped where the machine cannot."""
        if os.geteuid() != 0:
            program.skip("needs root, for debootstrap and chroot")
        if subprocess.run([*NAMESPACES, "true"], capture_output=True).returncode != 0:
            program.skip("this machine gives no namespaces (unshare --mount --pid)")
        wanted = packages()
        digest = hashlib.sha256(" ".join(wanted).encode()).hexdigest()
        if self.made.is_file() and self.made.read_text() == digest:
            return
        if not self.made.is_file():
            self._bootstrap()
        self._install(wanted)
        self.made.write_text(digest)

    def _bootstrap(self):
        if not shutil.which("debootstrap"):
            program.skip("debootstrap is missing: apt-get install debootstrap")
        site = mirror()
        if not site:
            program.skip("apt knows no Debian mirror: run apt-get update on a Debian")
        if self.folder.is_dir() and any(self.folder.iterdir()) and not (self.folder / "debootstrap").is_dir():
            sys.exit(f"{self.folder} has something else in it: name an empty folder or one that this script has made")
        self.folder.mkdir(parents=True, exist_ok=True)
        print(f"making a Debian 13 in {self.folder}", flush=True)
        done = subprocess.run(["debootstrap", "--variant=minbase", RELEASE, str(self.folder), site], text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if done.returncode != 0:
            program.skip("debootstrap failed:\n" + "\n".join(done.stdout.splitlines()[-5:]))
        apt = self.folder / "etc/apt"
        (apt / "sources.list").write_text(f"deb {site} {RELEASE} main\ndeb {site} {RELEASE}-updates main\n")
        asked = [x for x in text_of("apt-config", "dump").splitlines() if re.match("Acquire::https?::", x)]
        (apt / "apt.conf.d/90host").write_text("".join(x + "\n" for x in asked))
        for name in ("resolv.conf", "hosts"):
            shutil.copy(f"/etc/{name}", self.folder / "etc" / name)
        (self.folder / "opt/mpienc").mkdir(parents=True)
        self.made.write_text("")

    def _install(self, wanted):
        print(f"installing {len(wanted)} packages and what they need", flush=True)
        script = "apt-get -qq update; apt-get -qq -y -o Dpkg::Use-Pty=0 install --no-install-recommends " + shlex.join(wanted)
        done = self.run(script, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode != 0:
            program.skip("the packages could not be installed:\n" + "\n".join(done.stdout.splitlines()[-5:]))

    def run(self, script, **options):
        """Runs a bash script inside."""
        proxies = {k: v for k, v in os.environ.items() if k in ("http_proxy", "https_proxy")}
        return subprocess.run([*NAMESPACES, "bash", "-c", ENTER, "enter", str(self.folder), str(SOURCE), script],
                              env=ENVIRONMENT | proxies, stdin=subprocess.DEVNULL, **options)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", type=Path, default=os.environ.get(VARIABLE), help=f"folder of the Debian 13 (${VARIABLE})")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="compilers at a time")
    parser.add_argument("--no-unit-tests", action="store_true", help="only the build and the kills")
    parser.add_argument("kills", nargs="*", metavar="-- OPTION", help="options of open_mpi_5_kills.py, as --kills 20")
    options = parser.parse_args()
    if not options.root:
        program.skip(f"no folder for a Debian 13 is named: --root DIR or {VARIABLE}=DIR")
    root = DebianRoot(Path(options.root).absolute())
    root.make()
    steps = {"versions": "mpirun --version | head -n 1; g++ --version | head -n 1; ffmpeg -version | head -n 1",
             "build": f"cmake -S /opt/mpienc -B {BUILD} -G Ninja -DCMAKE_BUILD_TYPE=RelWithDebInfo "
                      f"-DMPIENC_WARNINGS_AS_ERRORS=ON >/dev/null; cmake --build {BUILD} -j {options.jobs} >{BUILD}/log 2>&1 || "
                      f"{{ grep -A 9 -E '(error|FAILED):' {BUILD}/log; exit 1; }}",
             "unit tests": f"ctest --test-dir {BUILD} -L unit -j {options.jobs} --output-on-failure --progress | tail -n 40",
             "kills": f"python3 -B /opt/mpienc/tests/cluster/open_mpi_5_kills.py --mpienc {BUILD}/src/mpienc "
                      + shlex.join(options.kills)}
    if options.no_unit_tests:
        del steps["unit tests"]
    for name, script in steps.items():
        print(f"#### {name}", flush=True)
        if root.run("set -o pipefail; " + script).returncode != 0:
            sys.exit(f"failed in Debian 13: {name}")


if __name__ == "__main__":
    main()
