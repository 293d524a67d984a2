"""A job that is killed goes on where it was: the same bytes, and only what was in flight is encoded again."""

import contextlib
import filecmp
import os
import random
import re
import shutil
import signal
import tempfile
import time
from pathlib import Path

import clips
import program
import ranks

try:
    import h5py
except ImportError:
    h5py = None

OPTIONS = ["--preset", "fast", "--chunk", "1"]
KEPT = re.compile(r"going on from \S+, which has (\d+) finished chunk")
RESUMED = re.compile(r"resumed +([\d,]+) chunk")


COMPLETE = "is complete"


def numbers(folder):
    """Chunks that are in the journal for good."""
    return {int(path.stem.split("-")[1]) for path in folder.glob("chunk-*.h5")} if folder.exists() else set()


def journalled(folder):
    return len(numbers(folder))


class EncoderLog:
    """The encoders of a job's processes, told by a preloaded library, where there is one."""

    def __init__(self, library, path):
        self.preload, self.path = library, path

    def environment(self):
        return {"LD_PRELOAD": self.preload, "ENCODER_LOG": str(self.path)} if self.preload else {}

    def begun(self, until):
        """Chunks whose encoding had begun at that time; the first encoder of a job only settles the parameter sets."""
        lines = self.path.read_text().splitlines() if self.path.exists() else []
        return max(0, sum(line.startswith("open") and float(line.split()[1]) <= until for line in lines) - 1)


def encoded(record):
    """Chunks that a run has encoded, by its record."""
    with h5py.File(record) as file:
        events = file["events"][:]
    return [int(chunk) for kind, chunk in zip(events["kind"], events["chunk"]) if kind == b"finish"]


def kill_job(process, mpienc, number):
    """SIGKILL to mpirun (number None) or to one rank, then to all that is left of the job. When rank 0 was gone."""
    watch = ranks.Watch(process, mpienc.binary)
    watch.sample()
    pids = {rank.number: pid for pid, rank in watch.ranks.items()}
    victim = process.pid if number is None else pids.get(number, process.pid)
    with contextlib.suppress(ProcessLookupError):
        os.kill(victim, signal.SIGKILL)
    gone = time.monotonic() if number == 0 or not pids.keys() - {0} else float("inf")
    time.sleep(0.5)
    for pid in [*pids.values(), process.pid]:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    return gone


def until_named(process, output, seconds):
    """Waits, at most so long; whether the job ended by itself meanwhile."""
    with contextlib.suppress(Exception):
        process.wait(seconds)
    return process.poll() is not None


def kill(mpienc, tally, arguments, np, number, limit, log, what):
    """Kills a job at a random moment, at most `limit` seconds after its start; whether it came to that, and how many
    chunks were begun for nothing."""
    journal = Path(f"{arguments[1]}.journal")
    before = numbers(journal)
    log.path.unlink(missing_ok=True)
    process = mpienc.start([*arguments, "-q"], np, log.environment())
    if until_named(process, arguments[1], limit):
        process.communicate()
        return False, 0
    gone = kill_job(process, mpienc, number)
    in_vain = log.begun(gone) - len(numbers(journal) - before)
    lanes = max(np, 1)
    if arguments[1].exists():
        return True, 0
    tally.check(in_vain <= 2 * lanes, f"{what}: each lane loses what it encodes and what is on its way to the disk at most",
                f"{in_vain} chunks of {lanes} lanes")
    return True, in_vain


def check_encoded(tally, what, record, before, count):
    """The run has encoded all that was not kept and nothing else."""
    if h5py is None:
        return
    chunks = sorted(encoded(record)) if record.exists() else []
    tally.check(chunks == sorted(set(range(count)) - before), f"{what}: what was not kept is encoded, once",
                f"{chunks} encoded, {sorted(before)} kept")


def kill_and_resume(mpienc, tally, source, reference, folder, dice, duration, count, log, run):
    """One to three kills at random moments, then a run to the end. The kills, and the chunks begun in vain."""
    np = dice.choice((0, 2, 4))
    number = dice.choice((None, 0)) if np else None
    output, journal = folder / "out.mkv", folder / "out.mkv.journal"
    record = folder.parent / "record.h5"
    what = f"run {run}, {f'np {np}, ' + ('mpirun' if number is None else 'rank 0') if np else 'one process'} killed"
    kills, in_vain = 0, 0
    arguments = [source, output, *OPTIONS, "--lanes", "1"]
    for _ in range(dice.randint(1, 3)):
        killed, lost = kill(mpienc, tally, arguments, np, number, dice.uniform(0.1, 1.1 * duration), log, what)
        kills, in_vain = kills + killed, in_vain + lost
        if not killed:
            break
    record.unlink(missing_ok=True)
    kept = numbers(journal)
    finished = output.exists() and not list(folder.glob(".*.commit"))
    done = mpienc.run([*arguments, "--record", record, *(["--overwrite"] if finished else [])], np, timeout=180)
    good = done.status == 0 and output.exists() and filecmp.cmp(reference, output, shallow=False)
    tally.check(good, f"{what}: {len(kept)} chunks were kept; same bytes", done.tail())
    if COMPLETE not in done.stderr:
        resumed = RESUMED.search(done.stderr)
        tally.check(int(resumed[1].replace(",", "")) == len(kept) if resumed else not kept,
                    f"{what}: what was kept is not encoded again", done.tail())
        check_encoded(tally, what, record, kept, count)
    left = sorted(p.name for p in folder.iterdir() if p != output)
    tally.check(not left, f"{what}: nothing is left beside the output", str(left))
    shutil.rmtree(journal, ignore_errors=True)
    output.unlink(missing_ok=True)
    return kills, in_vain


def interrupted(mpienc, folder, source, options=()):
    """A job that INT stopped with some chunks in its journal."""
    output = folder / "stopped.mkv"
    process = mpienc.start([source, output, *OPTIONS, "--lanes", "1", *options])
    journal = Path(options[1]) / "stopped.mkv.journal" if options else folder / "stopped.mkv.journal"
    while process.poll() is None and journalled(journal) < 3:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    return output, journal, program.Result(process.returncode, out, err, 0)


def check_refusals(mpienc, tally, source, other, folder):
    output, journal, done = interrupted(mpienc, folder, source)
    tally.check(done.status == 130 and "the same command goes on" in done.stderr, "INT tells how to go on", done.tail())
    tally.check(not output.exists() and journalled(journal) > 0, "INT leaves a journal and no output")
    for what, arguments, says in (
            ("other options", [source, output, *OPTIONS, "--crf", "30"], "--crf"),
            ("another input", [other, output, *OPTIONS], "input 1"),
            ("other chunks", [source, output, "--preset", "fast", "--chunk", "2"], "--chunk")):
        done = mpienc.run(arguments)
        lines = done.own_lines()
        tally.check(done.status == 3 and len(lines) == 1 and says in lines[0] and "--restart" in lines[0],
                    f"a journal of {what} is refused", done.tail())
    kept = journalled(journal)
    (sorted(journal.glob("chunk-*.h5"))[1]).write_bytes(b"damaged")
    done = mpienc.run([source, output, *OPTIONS])
    resumed = RESUMED.search(done.stderr)
    tally.check(done.status == 0 and resumed and int(resumed[1]) == kept - 1, "a damaged chunk is encoded again",
                done.tail())
    tally.check(not journal.exists(), "the journal goes with the job")


def check_choices(mpienc, tally, source, reference, folder):
    elsewhere = folder / "elsewhere"
    elsewhere.mkdir()
    output, journal, _ = interrupted(mpienc, folder, source, ("--journal", str(elsewhere)))
    tally.check(journalled(journal) > 0 and not (folder / "stopped.mkv.journal").exists(), "--journal names the folder")
    done = mpienc.run([source, output, *OPTIONS, "--journal", elsewhere, "--restart"])
    same = output.exists() and filecmp.cmp(reference, output, shallow=False)
    tally.check(done.status == 0 and same and not RESUMED.search(done.stderr), "--restart begins anew", done.tail())
    output.unlink(missing_ok=True)
    process = mpienc.start([source, output, *OPTIONS, "--no-journal"])
    time.sleep(1.5)
    kept = (folder / "stopped.mkv.journal").exists()
    process.communicate(timeout=120)
    tally.check(not kept and process.returncode == 0, "--no-journal keeps none")


def main():
    parser = program.arguments(__doc__)
    parser.add_argument("--runs", type=int, default=6, help="jobs to kill, each one to three times")
    parser.add_argument("--preload", help="encoder_log.so, to count the chunks that were begun in vain")
    parser.add_argument("--seconds", type=int, default=12, help="length of the made title")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    mpienc, tally = program.Mpienc(options.mpienc, options.mpirun), program.Tally()
    dice = random.Random(options.seed)
    if h5py is None or not options.preload:
        print("not counted: chunks encoded twice need h5py and --preload")
    with tempfile.TemporaryDirectory(prefix="mpienc-resume-", dir=options.work, ignore_cleanup_errors=True) as scratch:
        folder = Path(scratch)
        source = clips.dvd_vob(folder / "made.vob", options.seconds)
        other = clips.dvd_vob(folder / "other.vob", options.seconds + 1)
        reference = folder / "reference.mkv"
        quiet = mpienc.run([source, reference, *OPTIONS, "--lanes", "1"])
        tally.check(quiet.status == 0, "the undisturbed run", quiet.tail())
        for name, check in (("refused", check_refusals), ("chosen", check_choices)):
            (folder / name).mkdir()
            check(mpienc, tally, source, *((other,) if check is check_refusals else (reference,)), folder / name)
        (folder / "killed").mkdir()
        count, kills, in_vain = quiet.chunks(), 0, []
        log = EncoderLog(options.preload, folder / "encoders")
        for run in range(1, options.runs + 1):
            killed, lost = kill_and_resume(mpienc, tally, source, reference, folder / "killed", dice, quiet.wall, count, log,
                                           run)
            kills += killed
            in_vain.append(lost)
        print(f"{options.runs} runs, {kills} kills, {sum(in_vain)} chunks begun in vain, at most {max(in_vain, default=0)} in a run")
    tally.finish()


if __name__ == "__main__":
    main()
