"""A Grid Engine over emulated hosts: the first has the master, the others run jobs, with a queue all.q and the parallel
environments mpi (over all hosts) and smp (on one).

    with hosts.Hosts(4, shared=[folder]) as emulated, grid_cluster.GridEngine(emulated) as grid:
        job = grid.submit(["-pe", "mpi", "3", script])
        grid.exit_statuses(job)
"""

import os
import re
from pathlib import Path

from namespaces import Unavailable
from slurm_cluster import wait_until

INSTALLED = Path("/var/lib/gridengine")
SHARE = Path("/usr/share/gridengine")
PROGRAMS = Path("/usr/lib/gridengine")
SLOTS = 2  # of each host

BOOTSTRAP = """admin_user none
default_domain none
ignore_fqdn true
spooling_method classic
spooling_lib libspoolc
spooling_params {root}/default/common;{root}/spool
binary_path /usr/sbin
qmaster_spool_dir {root}/spool
security_mode none
listener_threads 2
worker_threads 2
scheduler_threads 1
"""
CHANGES = {"execd_spool_dir": "/tmp/execd", "min_uid": "0", "min_gid": "0", "load_report_time": "00:00:02",
           "max_unheard": "00:00:10", "reschedule_unknown": "00:00:05", "mailer": "/bin/true",
           "reporting_params": "accounting=true reporting=false flush_time=00:00:01 joblog=false sharelog=00:00:00 "
                               "accounting_flush_time=00:00:00"}
ENVIRONMENTS = {"mpi": "$round_robin", "smp": "$pe_slots"}
ENVIRONMENT = """pe_name {name}
slots 999
user_lists NONE
xuser_lists NONE
start_proc_args /bin/true
stop_proc_args /bin/true
allocation_rule {rule}
control_slaves TRUE
job_is_first_task FALSE
urgency_slots min
accounting_summary FALSE
qsort_args NONE
"""


def check_tools():
    for tool, package in (("sge_qmaster", "master"), ("sge_execd", "exec"), ("qsub", "client")):
        if not (PROGRAMS / tool).exists():
            raise Unavailable(f"no '{PROGRAMS / tool}' (Debian: gridengine-{package})")


class GridEngine:
    def __init__(self, emulated):
        check_tools()
        self.hosts = emulated
        self.head, *self.nodes = emulated.names
        self.root = emulated.folder / "grid-engine"
        self._common = self.root / "default" / "common"
        self._environment = {**os.environ, "SGE_ROOT": str(self.root), "SGE_CELL": "default", "SGE_ND": "true",
                             "SGE_QMASTER_PORT": "6444", "SGE_EXECD_PORT": "6445"}

    def __enter__(self):
        self._common.mkdir(parents=True)
        (self.root / "spool" / "job_scripts").mkdir(parents=True)
        for name in ("bin", "lib", "util", "utilbin"):
            (self.root / name).symlink_to(INSTALLED / name)
        (self._common / "bootstrap").write_text(BOOTSTRAP.format(root=self.root))
        (self._common / "act_qmaster").write_text(self.head + "\n")
        self._fill()
        self._daemon(self.head, "sge_qmaster")
        if not wait_until(lambda: self.call("qconf", "-sconf").returncode == 0, 30):
            raise Unavailable(f"Grid Engine's master does not start: {self.log()}")
        self._configure()
        for node in self.nodes:
            self.boot(node)
        if not wait_until(lambda: self.ask("qstat", "-f").count("lx-") == len(self.nodes), 40):
            raise Unavailable(f"Grid Engine's hosts do not come up: {self.ask('qstat', '-f')}\n{self.log()}")
        return self

    def __exit__(self, *_):
        pass  # its hosts end it

    def _fill(self):
        """What the installation would do: an empty data base with the defaults of the package, and some changes."""
        lines = (SHARE / "default-configuration").read_text().splitlines()
        names = {line.split()[0]: line for line in lines if line and not line.startswith("#")}
        names.update({name: f"{name} {value}" for name, value in CHANGES.items()})
        configuration = self.root / "configuration"
        configuration.write_text("\n".join(names.values()) + "\n")
        resources = SHARE / "util" / "resources"
        for words in (["spoolinit", "classic", "libspoolc", f"{self.root}/default/common;{self.root}/spool", "init"],
                      ["spooldefaults", "configuration", configuration], ["spooldefaults", "complexes", resources / "centry"],
                      ["spooldefaults", "usersets", resources / "usersets"], ["spooldefaults", "managers", "root"]):
            self._must(str(PROGRAMS / words[0]), *words[1:])

    def _configure(self):
        def from_file(option, name, text):
            path = self.root / name
            path.write_text(text)
            self._must("qconf", option, str(path))

        for host in self.hosts.names:
            self._must("qconf", "-ah", host)
            self._must("qconf", "-as", host)
        fast = {"schedule_interval": "0:0:1", "flush_submit_sec": "1", "flush_finish_sec": "1"}
        scheduler = re.sub(r"(?m)^(\w+)( +).*$", lambda line: f"{line[1]} {fast[line[1]]}" if line[1] in fast else line[0],
                           self.ask("qconf", "-ssconf"))
        from_file("-Msconf", "scheduler", scheduler)
        for name, rule in ENVIRONMENTS.items():
            from_file("-Ap", name, ENVIRONMENT.format(name=name, rule=rule))
        from_file("-Ahgrp", "hosts", f"group_name @allhosts\nhostlist {' '.join(self.nodes)}\n")
        queue = {"qname": "all.q", "hostlist": "@allhosts", "slots": str(SLOTS), "pe_list": " ".join(ENVIRONMENTS), "shell": "/bin/bash",
                 "notify": "00:00:05", "rerun": "TRUE", "load_thresholds": "NONE", "tmpdir": "/tmp"}
        template = self.ask("qconf", "-sq") or (SHARE / "util" / "resources" / "queue").read_text()
        from_file("-Aq", "queue", re.sub(r"(?m)^(\w+)( +).*$", lambda line: f"{line[1]} {queue.get(line[1]) or line[0].split(None, 1)[1]}",
                                         template))

    def _must(self, *words):
        done = self.call(*words)
        if done.returncode != 0:
            raise Unavailable(f"{' '.join(map(str, words))}: {(done.stderr or done.stdout).strip()}")

    def _daemon(self, host, name):
        with (self.root / f"{name}-{host}.out").open("a") as out:
            self.hosts.start(host, [f"/usr/sbin/{name}"], env=self._environment, stdout=out, stderr=out)

    def boot(self, node):
        """Starts the host's daemon."""
        self._daemon(node, "sge_execd")

    def log(self):
        return "".join(path.read_text(errors="replace")[-800:] for path in [*self.root.glob("*.out"), self.root / "spool" / "messages"]
                       if path.exists())

    def call(self, *words):
        """A command on the first host, as subprocess.run."""
        return self.hosts.run(self.head, words, env=self._environment)

    def ask(self, *words):
        return self.call(*words).stdout

    def submit(self, words):
        """qsub's words; the number of the job."""
        done = self.call("qsub", "-terse", *words)
        if done.returncode != 0:
            raise RuntimeError(f"qsub: {done.stderr.strip() or done.stdout.strip()}")
        return done.stdout.strip().split(".")[0]

    def state(self, job):
        """As in qstat's column, such as r or qw; "" for one that is over."""
        found = re.search(rf"(?m)^ *{job} +\S+ +\S+ +\S+ +(\S+)", self.ask("qstat", "-u", "*"))
        return found[1] if found else ""

    def master_of(self, job):
        """The host that has the job's script."""
        return re.search(rf"(?m)^ *{job} .*@(\S+) +MASTER", self.ask("qstat", "-u", "*", "-g", "t"))[1]

    def _runs(self, job):
        """Accounting's rows of this job and those submitted after it, in their order; tasks of parallel jobs left out."""
        file = self._common / "accounting"
        rows = [line.split(":") for line in file.read_text().splitlines() if not line.startswith("#")] if file.exists() else []
        return [row for row in rows if int(row[5]) >= int(job) and row[41] == "NONE"]

    def exit_statuses(self, job):
        """[(task, exit status)] of the runs that are over."""
        return [(int(row[35]), int(row[12])) for row in self._runs(job)]

    def slots(self, job):
        """Of each run that is over."""
        return [int(row[34]) for row in self._runs(job)]

    def wait_for(self, job, limit=180):
        """Whether this job and all others were over within the limit in seconds."""
        return wait_until(lambda: not self.ask("qstat", "-u", "*").strip() and self.exit_statuses(job), limit, 0.3)
