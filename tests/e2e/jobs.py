#!/usr/bin/env python3
"""The job files of jobs/, run by bash where mpienc and the schedulers' commands are stand-ins that note how they are called:
what they start, on which hosts, when they ask for another run, and the status that they end with. The options in the
schedulers' comments are checked against those that the schedulers know. shellcheck reads the files where it is installed."""

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import program
from job_file import JOBS, JobFile

# A stand-in for mpienc and all schedulers' commands: notes its words; as mpienc it finishes $CHUNKS chunks and ends
# with $STATUS, or, without it, with $STATUS_BY_SIGNAL when it has got $SIGNALS signals of different kinds.
STAND_IN = """#!{python}
import json, os, pathlib, signal, sys
name, words = os.path.basename(sys.argv[0]), sys.argv[1:]
hosts = words[words.index("--hostfile") + 1] if "--hostfile" in words else None
with open(os.environ["NOTES"], "a") as notes:
    notes.write(json.dumps([name, words, hosts and pathlib.Path(hosts).read_text()]) + "\\n")
if name == "scontrol" and words[0] == "requeue": os.kill(os.getppid(), signal.SIGTERM)
if name == "scontrol" and words[0] == "show": print("n1\\nn2\\nn3")
if name == "qstat" and "STATE" in os.environ: print(f" 7 0.5 mpienc me {{os.environ['STATE']}} 11/21/2026 all.q@n1 5 2")
if name == "flux" and words[0] == "hostlist": print("n1\\nn2\\nn3")
if name == "mpienc":
    kinds = set()
    def take(number, _):
        kinds.add(number)
        pathlib.Path(os.environ["READY"] + str(len(kinds))).touch()
        if len(kinds) == int(os.environ["SIGNALS"]): os._exit(int(os.environ["STATUS_BY_SIGNAL"]))
    for number in (signal.SIGUSR1, signal.SIGTERM): signal.signal(number, take)
    journal = pathlib.Path(os.environ["OUTPUT"] + ".journal")
    journal.mkdir(exist_ok=True)
    known = len(list(journal.iterdir()))
    for chunk in range(known, known + int(os.environ["CHUNKS"])): (journal / f"chunk-{{chunk:06}}.h5").touch()
    pathlib.Path(os.environ["READY"]).touch()
    if "STATUS" in os.environ: os._exit(int(os.environ["STATUS"]))
    while True: signal.pause()
"""
COMMANDS = ("mpienc", "scontrol", "qsub", "qresub", "qstat", "flux", "sleep")
NEVER = 20  # restarts, after which a job file gives up


@dataclass
class Scheduler:
    """How it would start the file: the environment, the signal that tells of the time limit (None: the file keeps the time
    itself) and those of a cancel; what mpienc is to get; and how the file asks for another run."""

    file: str
    environment: dict
    time_signal: int | None
    mpienc: list          # words, with INPUT and OUTPUT in them
    hosts: str | None     # lines of the hostfile
    asks: object          # a status, or the words of a command
    counted: dict = field(default_factory=dict)  # environment of a job that was restarted too often
    values: dict = field(default_factory=dict)
    cancel: tuple = (signal.SIGTERM,)
    other_limit: int | None = None  # a second signal after which it is to go on


LAUNCH = ["launch", "-n", "3", "--hostfile", "HOSTS", "--", "INPUT", "OUTPUT"]
ONE_EACH = "n1 slots=1\nn2 slots=1\nn3 slots=1\n"
SLURM = {"SLURM_JOB_ID": "7", "SLURM_JOB_NODELIST": "n[1-3]", "SLURM_JOB_NUM_NODES": "3", "SLURM_CPUS_PER_TASK": "4"}
ARRAY = {"SLURM_ARRAY_TASK_ID": "2", "SLURM_ARRAY_JOB_ID": "6"}
OFTEN = {"SLURM_RESTART_COUNT": str(NEVER)}
USR1 = signal.SIGUSR1
SCHEDULERS = [
    Scheduler("slurm.sh", SLURM, USR1, [*LAUNCH, "--lanes", "4"], ONE_EACH, ["scontrol", "requeue", "7"], OFTEN),
    Scheduler("slurm-srun.sh", SLURM, USR1,
              ["launch", "-n", "3", "--mpirun", "srun", "--mpirun-arg=--mpi=pmix", "--mpirun-arg=--cpus-per-task=4", "--", "INPUT",
               "OUTPUT", "--lanes", "4"], None, ["scontrol", "requeue", "7"], OFTEN),
    Scheduler("slurm-array.sh", {**SLURM, **ARRAY}, USR1, ["INPUT", "OUTPUT", "--lanes", "4"], None,
              ["scontrol", "requeue", "6_2"], OFTEN),
    Scheduler("grid-engine.sh", {"PE_HOSTFILE": "pe", "NSLOTS": "5", "JOB_ID": "7"}, None,
              ["launch", "-n", "5", *LAUNCH[3:], "--lanes", "1"], "n1 slots=3\nn2 slots=2\n", ["qresub", "7"],
              values={"seconds": 1}, cancel=(signal.SIGUSR2, signal.SIGTERM), other_limit=USR1),
    Scheduler("grid-engine-array.sh", {"SGE_TASK_ID": "2", "NSLOTS": "5"}, None, ["INPUT", "OUTPUT", "--lanes", "5"], None, 99,
              values={"seconds": 1}, cancel=(signal.SIGUSR2, signal.SIGTERM), other_limit=USR1),
    Scheduler("pbs.sh", {"PBS_NODEFILE": "nodes", "PBS_O_WORKDIR": "."}, None, [*LAUNCH, "--lanes", "16"], ONE_EACH,
              ["qsub", "-v", "round=2", "pbs.sh"], {"round": str(NEVER)}, {"seconds": 1}),
    Scheduler("lsf.sh", {"LSB_DJOB_HOSTFILE": "slots"}, USR1, [*LAUNCH, "--lanes", "16"], ONE_EACH, 85,
              cancel=(signal.SIGINT, signal.SIGTERM), other_limit=signal.SIGUSR2),
    Scheduler("flux.sh", {}, None, LAUNCH, ONE_EACH, ["flux", "--parent", "batch", "--env=round=2", "flux.sh"],
              {"round": str(NEVER)}, {"seconds": 1}),
    Scheduler("htcondor.sh", {"OMP_NUM_THREADS": "4"}, signal.SIGTERM, ["INPUT", "OUTPUT", "--lanes", "4"], None, 85),
]
FILES = {"nodes": "n1\nn2\nn3\n", "slots": "n1\nn1\nn2\nn2\nn3\nn3\n", "pe": "n1 3 all.q@n1 UNDEFINED\nn2 2 all.q@n2 UNDEFINED\n"}

# What stands behind the schedulers' marks in the files, by the manuals: options with a value, and those without.
DIRECTIVES = {
    "slurm": ("#SBATCH", {"--job-name", "--output", "--open-mode", "--nodes", "--ntasks-per-node", "--ntasks", "--cpus-per-task",
                          "--time", "--signal"}, {"--requeue"}),
    "grid-engine": ("#$", {"-N", "-j", "-S", "-pe", "-l", "-r"}, {"-cwd", "-notify"}),
    "pbs": ("#PBS", {"-N", "-j", "-l", "-r"}, set()),
    "lsf": ("#BSUB", {"-J", "-o", "-n", "-R", "-W", "-wt", "-wa", "-Q"}, {"-r"}),
    "flux": ("# flux:", {"-N", "-t", "--job-name", "--output"}, {"--exclusive"}),
}


class Run:
    """One run of a job file in a folder of its own."""

    def __init__(self, scheduler, folder, chunks, ends=None, send=(), by_signal=130, more=None, known=0):
        """`send`: signals that the file gets, each when mpienc has the one before; None is the limit that the file keeps
        itself. `by_signal`: mpienc's status at the last one."""
        self.folder = Path(tempfile.mkdtemp(dir=folder))
        self.input, self.output = self.folder / "film one.vob", self.folder / "film one.mkv"
        for name, text in FILES.items():
            (self.folder / name).write_text(text)
        (self.folder / "films").write_text(f"other\tother.mkv\n{self.input}\t{self.output}\n")
        journal = Path(f"{self.output}.journal")
        if known:
            journal.mkdir()
        for chunk in range(known):
            (journal / f"chunk-{chunk:06}.h5").touch()
        words = self._words(scheduler)
        commands = self.folder / "commands"
        commands.mkdir()
        for name in COMMANDS:
            (commands / name).write_text(STAND_IN.format(python=sys.executable))
            (commands / name).chmod(0o755)
        notes, ready, scratch = self.folder / "notes", self.folder / "ready", self.folder / "scratch"
        scratch.mkdir()
        environment = {"PATH": f"{commands}:{os.environ['PATH']}", "NOTES": str(notes), "READY": str(ready), "CHUNKS": str(chunks),
                       "OUTPUT": str(self.output), "TMPDIR": str(scratch), "SIGNALS": str(max(1, len(send))),
                       "STATUS_BY_SIGNAL": str(by_signal), **scheduler.environment, **(more or {})}
        if ends is not None:
            environment["STATUS"] = str(ends)
        self._run(["bash", *words], environment, ready, send)
        self.calls = [json.loads(line) for line in notes.read_text().splitlines()] if notes.exists() else []
        self.left = sorted(path.name for path in scratch.iterdir())

    def _words(self, scheduler):
        text, file = scheduler.values, JobFile(scheduler.file)
        if "array" in scheduler.file:
            text = {**text, "films": "films"}
        elif scheduler.file != "htcondor.sh":
            text = {**text, "input": self.input, "output": self.output}
        file.edited(self.folder, **text, options=["--crf", "18"])
        return [scheduler.file, *([self.input, self.output] if scheduler.file == "htcondor.sh" else [])]

    def _run(self, words, environment, ready, send):
        process = subprocess.Popen(list(map(str, words)), cwd=self.folder, env=environment, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True)
        try:
            end = time.monotonic() + 30
            for count, number in enumerate(send):
                taken = Path(f"{ready}{count or ''}")
                while number and not taken.exists() and process.poll() is None and time.monotonic() < end:
                    time.sleep(0.01)
                if number:
                    process.send_signal(number)
            self.text = process.communicate(timeout=30)[0]
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            self.text = process.communicate()[0] + "\n(hung)"
        self.status = process.returncode

    def of(self, name):
        """The calls of a command: [words, lines of the hostfile]."""
        return [call[1:] for call in self.calls if call[0] == name]

    def asked(self, scheduler):
        """How often it asked for another run."""
        if isinstance(scheduler.asks, int):
            return int(self.status == scheduler.asks)
        return sum([name, *words] == scheduler.asks for name, words, _ in self.calls)


class Check:
    def __init__(self, tally, folder):
        self.tally, self.folder = tally, folder

    def ends(self, scheduler, what, status, asks, **run):
        """One run: the status, and whether another run was asked for."""
        done = Run(scheduler, self.folder, **run)
        if asks and isinstance(scheduler.asks, int):
            status = scheduler.asks
        elif asks and scheduler.asks[0] == "scontrol":
            status = -signal.SIGTERM  # by Slurm, which ends a job that is requeued
        good = done.status == status and done.asked(scheduler) == asks
        self.tally.check(good, f"{scheduler.file}: {what}", f"status {done.status} not {status}, {done.calls}\n{done.text}")
        self.tally.check(not done.left, f"{scheduler.file}: {what}: no scratch file stays", str(done.left))
        return done

    def calls(self, scheduler):
        done = self.ends(scheduler, "done", 0, 0, chunks=3, ends=0)
        words = [{"INPUT": str(done.input), "OUTPUT": str(done.output)}.get(word, word) for word in scheduler.mpienc]
        got, hosts = (done.of("mpienc") or [[[], None]])[0]
        if scheduler.hosts:
            place = got.index("--hostfile") + 1 if "--hostfile" in got else 0
            got = [*got[:place], "HOSTS", *got[place + 1:]]
        self.tally.check([got, hosts] == [[*words, "--crf", "18"], scheduler.hosts], f"{scheduler.file}: what mpienc gets",
                         f"{got} {hosts}")

    def file(self, scheduler):
        self.calls(scheduler)
        self.ends(scheduler, "a bad input is final", 3, 0, chunks=3, ends=3)
        time_up = {"send": (scheduler.time_signal,)}
        self.ends(scheduler, "at the time limit, with chunks finished, it asks for another run", 130, 1, chunks=3, **time_up)
        done = self.ends(scheduler, "at the time limit with nothing new it does not", 130, 0, chunks=0, known=2, **time_up)
        if scheduler.counted == OFTEN:
            self.tally.check(done.of("sleep"), f"{scheduler.file}: then it stays for Slurm, which requeues it if it is preempted")
        if scheduler.counted:
            self.ends(scheduler, f"nor after {NEVER} runs", 130, 0, chunks=3, more=scheduler.counted, **time_up)
        if "PE_HOSTFILE" in scheduler.environment:
            for state, asks in (("r", 1), ("dr", 0), ("Rr", 0)):
                self.ends(scheduler, f"killed in the state {state}: {'another run' if asks else 'none'}", 130, asks, chunks=3,
                          send=(signal.SIGUSR2,), more={"STATE": state})
        if scheduler.other_limit:
            self.ends(scheduler, f"after {scheduler.other_limit.name} it asks, too", 130, 1, chunks=3, send=(scheduler.other_limit,))
        for cancel in scheduler.cancel if scheduler.time_signal != signal.SIGTERM else ():
            for status in (130, 6, 137):
                self.ends(scheduler, f"cancelled ({cancel.name}) it does not, though mpienc ends with {status}", status, 0, chunks=3,
                          send=(cancel,), by_signal=status)
            self.ends(scheduler, f"nor cancelled ({cancel.name}) after the time limit", 130, 0, chunks=3,
                      send=(scheduler.time_signal, cancel))
        for status in (6, 137) if "array" not in scheduler.file and scheduler.file != "htcondor.sh" else ():
            self.ends(scheduler, f"lost ranks (status {status}), with chunks finished: another run", status, 1, chunks=3, ends=status)
            self.ends(scheduler, f"at the time limit with status {status}: another run", status, 1, chunks=3, by_signal=status, **time_up)
            self.ends(scheduler, f"lost ranks (status {status}) with nothing new: none", status, 0, chunks=0, known=2, ends=status)

    def array(self, scheduler):
        """Films that are done, and lines that are none."""
        done = Run(scheduler, self.folder, 0, ends=0, more={"SLURM_ARRAY_TASK_ID": "9", "SGE_TASK_ID": "9"})
        self.tally.check(done.status == 2 and not done.of("mpienc") and "line 9" in done.text, f"{scheduler.file}: a line too many", done.text)

    def directives(self):
        for file in sorted(JOBS.glob("*.sh")):
            mark, valued, plain = next((known for name, known in DIRECTIVES.items() if file.name.startswith(name)), (None, (), ()))
            lines = [line[len(mark):] for line in file.read_text().splitlines() if mark and line.startswith(mark + " " * (mark[-1] != ":"))]
            unknown, words = [], [word for line in lines for word in shlex.split(line, comments=True)]
            while words:
                name, equals, _ = words.pop(0).partition("=")
                if name in valued and not equals:
                    del words[:2 if name == "-pe" else 1]
                elif name not in valued and name not in plain:
                    unknown.append(name)
            self.tally.check(not unknown and (lines or file.name == "htcondor.sh"), f"{file.name}: options that its scheduler knows",
                             f"{unknown} of {lines}")

    def shellcheck(self):
        if not shutil.which("shellcheck"):
            print("skipped: no shellcheck on the PATH: the files are not read by it", flush=True)
            return
        done = subprocess.run(["shellcheck", *sorted(map(str, JOBS.glob("*.sh")))], capture_output=True, text=True)
        self.tally.check(done.returncode == 0, "shellcheck has nothing to say", done.stdout)

    def condor(self):
        """htcondor.sub, as condor_submit reads it: a job per line of films.txt."""
        text = (JOBS / "htcondor.sub").read_text()
        pairs = dict(re.findall(r"(?m)^(\w+) = (.*)$", text))
        queue = re.search(r"(?m)^queue (.*) from (\S+)$", text)
        self.tally.check(pairs["executable"] == "htcondor.sh" and queue and queue[1].split(", ") == ["input", "output"],
                         "htcondor.sub: runs htcondor.sh with the lines of a list", text)
        names = {"input": "a film.vob", "output": "a film.mkv"}
        words = re.sub(r"\$\((\w+)\)", lambda name: names[name[1]], pairs["arguments"].strip('"'))
        self.tally.check(shlex.split(words) == list(names.values()), "htcondor.sub: names with spaces stay whole", words)
        rule = pairs["on_exit_remove"].replace("=!=", "!=").replace("&&", "and")
        kept = [code for code in range(256) if not eval(rule, {"ExitBySignal": False, "ExitCode": code})]
        self.tally.check(kept == [85], "htcondor.sub: status 85 queues the job again, and no other", str(kept))


def main():
    options = program.arguments(__doc__).parse_args()
    folder = Path(tempfile.mkdtemp(prefix="mpienc-jobs-", dir=options.work))
    tally = program.Tally()
    check = Check(tally, folder)
    try:
        for scheduler in SCHEDULERS:
            check.file(scheduler)
        for scheduler in SCHEDULERS:
            if "array" in scheduler.file:
                check.array(scheduler)
        check.directives()
        check.condor()
        check.shellcheck()
    finally:
        if not options.keep:
            shutil.rmtree(folder, ignore_errors=True)
    tally.finish()


if __name__ == "__main__":
    main()
