"""A Slurm over emulated hosts: the first has the controller, the others are its nodes.

    with hosts.Hosts(4, shared=[folder]) as emulated, slurm_cluster.Slurm(emulated) as slurm:
        job = slurm.submit(["--nodes=3", script])
        slurm.ended(job)

Its files are in the emulated hosts' folder, its processes on the hosts: both end with them.
"""

import os
import re
import secrets
import shutil
import time

from namespaces import Unavailable

TOOLS = {"munged": "munge", "slurmctld": "slurmctld", "slurmd": "slurmd", "sbatch": "slurm-client"}
OVER = ("COMPLETED", "FAILED", "CANCELLED", "TIMEOUT", "NODE_FAIL", "PREEMPTED")  # states of a job that has ended
CPUS = 2  # that each node claims to have

CONFIGURATION = """
ClusterName=emulated
SlurmctldHost={head}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket,cred_expire=5
StateSaveLocation={folder}/state
SlurmctldPidFile={folder}/slurmctld.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdPidFile=/tmp/slurmd.pid
SlurmdSpoolDir=/tmp/slurmd
SlurmdLogFile={folder}/slurmd-%h.log
TmpFS=/tmp
MailProg=/bin/true
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
SlurmctldParameters=preempt_send_user_signal
SlurmdParameters=config_overrides
SchedulerParameters=batch_sched_delay=0,sched_interval=1,bf_interval=1
KillWait=5
SlurmdTimeout=10
ReturnToService=2
NodeName={nodes} CPUs={cpus} State=UNKNOWN
PartitionName=lo Nodes={nodes} Default=YES PriorityTier=1 PreemptMode=REQUEUE GraceTime=6 MaxTime=INFINITE
PartitionName=hi Nodes={nodes} PriorityTier=10 PreemptMode=OFF MaxTime=INFINITE
"""


def check_tools():
    for tool, package in TOOLS.items():
        if not shutil.which(tool, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin"):
            raise Unavailable(f"no '{tool}' (Debian: {package})")


def wait_until(holds, limit, pause=0.1):
    """Whether it came to hold within the limit in seconds."""
    end = time.monotonic() + limit
    while not (held := holds()) and time.monotonic() < end:
        time.sleep(pause)
    return held


class Slurm:
    def __init__(self, emulated):
        check_tools()
        self.hosts = emulated
        self.head, *self.nodes = emulated.names
        self.folder = emulated.folder / "slurm"
        self._seen = {}  # (job, restarts): when it was first seen to wait
        self._environment = {**os.environ, "SLURM_CONF": str(self.folder / "slurm.conf"),
                             "PATH": os.environ.get("PATH", os.defpath) + ":/usr/sbin:/sbin"}

    def __enter__(self):
        (self.folder / "state").mkdir(parents=True)
        self.folder.chmod(0o755)
        key = self.folder / "munge.key"
        key.write_bytes(secrets.token_bytes(128))
        key.chmod(0o600)
        (self.folder / "slurm.conf").write_text(CONFIGURATION.format(
            head=self.head, folder=self.folder, nodes=",".join(self.nodes), cpus=CPUS))
        self._daemon(self.head, ["munged", "--foreground", "--force", "--key-file", key,
                                 *(f"--{name}-file={self.folder}/munge.{name}" for name in ("pid", "log", "seed")),
                                 "--socket", self.folder / "munge.socket"])
        if not wait_until((self.folder / "munge.socket").exists, 10):
            raise Unavailable(f"munged does not start: {self.log('munged')}")
        self._daemon(self.head, ["slurmctld", "-D"])
        for node in self.nodes:
            self.boot(node)
        if not wait_until(self._all_idle, 30):
            raise Unavailable(f"Slurm does not come up: {self.log('slurmctld')[-600:]}")
        return self

    def __exit__(self, *_):
        pass  # its hosts end it

    def _daemon(self, host, words):
        log = self.folder / f"{words[0]}.out"
        with log.open("a") as out:
            self.hosts.start(host, words, env=self._environment, stdout=out, stderr=out)

    def _all_idle(self):
        return self.ask("sinfo", "-h", "-p", "lo", "-t", "idle", "-o", "%D").strip() == str(len(self.nodes))

    def boot(self, node):
        """Starts the node's daemon."""
        self._daemon(node, ["slurmd", "-D", "-N", node])

    def reconfigure(self, old, new):
        """Another text for one in the configuration, while it runs."""
        file = self.folder / "slurm.conf"
        file.write_text(file.read_text().replace(old, new))
        self.call("scontrol", "reconfigure")

    def log(self, name):
        return "".join(path.read_text(errors="replace") for path in sorted(self.folder.glob(f"{name}*.*"))
                       if path.suffix in (".log", ".out"))

    def call(self, *words, **keywords):
        """A command on the first host, as subprocess.run."""
        return self.hosts.run(self.head, words, env=self._environment, **keywords)

    def ask(self, *words):
        """What a command prints; nothing where the controller does not answer."""
        return self.call(*words).stdout

    def submit(self, words):
        """sbatch's words; the number of the job."""
        done = self.call("sbatch", "--parsable", *words)
        if done.returncode != 0:
            raise RuntimeError(f"sbatch: {done.stderr.strip()}")
        return done.stdout.strip()

    def field(self, job, name):
        """Of `scontrol show job`, such as JobState, ExitCode or Restarts; "" where it is not there."""
        found = re.search(rf"\b{name}=(\S+)", self.ask("scontrol", "show", "job", job))
        return found[1] if found else ""

    def state(self, job):
        return self.field(job, "JobState")

    def wait_for(self, job, states, limit=120):
        """Whether the job came to one of the states within the limit in seconds."""
        return wait_until(lambda: self.state(job) in states, limit, pause=0.2)

    def hurry(self, job):
        """Lets a requeued job start after 2 s: Slurm holds it back for two minutes, as a node refuses what begins in the
        second in which it was told to end that job."""
        times = self.restarts(job)
        if self.state(job) != "PENDING" or times == 0:
            return
        if time.monotonic() > self._seen.setdefault((job, times), time.monotonic()) + 2:
            self.call("scontrol", "update", f"JobId={job}", "StartTime=now")

    def restarts(self, job):
        return int(self.field(job, "Restarts") or 0)

    def restarted(self, job, times, limit=180):
        """Whether it runs after so many restarts; also returns when it is over."""

        def check():
            self.hurry(job)
            return self.restarts(job) >= times and self.state(job) == "RUNNING" or self.state(job) in OVER

        return wait_until(check, limit, pause=0.3) and self.state(job) == "RUNNING"

    def ended(self, job, limit=180):
        """(state, exit status) once the job is over, restarts included; a state "" means not within the limit."""

        def check():
            self.hurry(job)
            return self.state(job) in OVER

        done = wait_until(check, limit, pause=0.5)
        return (self.state(job) if done else "", int(self.field(job, "ExitCode").split(":")[0] or -1))
