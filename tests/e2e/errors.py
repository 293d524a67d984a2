"""What a user sees when a job cannot be done: one clear line, the documented status, nothing left behind."""

import contextlib
import os
import random
import resource
import shutil
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import clips
import program

USAGE, INPUT, OUTPUT, CODEC = 2, 3, 4, 5
LIMIT = 20
NOBODY = 65534


@dataclass
class Case:
    name: str
    arguments: list
    statuses: tuple
    folder: Path = None
    says: tuple = ()
    untouched: list = field(default_factory=list)
    user: int = None
    journal: bool = False  # what it finished before it failed may stay in one, and is told


@contextlib.contextmanager
def tiny_disk(folder, options):
    """A small file system at `folder`; yields whether it could be mounted."""
    folder.mkdir()
    try:
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "mpienc-tiny", str(folder)],
                              capture_output=True)
        mounted = done.returncode == 0
    except FileNotFoundError:
        mounted = False
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", str(folder)], check=False, capture_output=True)


def prepare(folder):
    """The inputs that the cases share."""
    clips.dvd_vob(folder / "good.vob", 6)
    (folder / "text.vob").write_text("This is no film.\n" * 400)
    (folder / "empty.vob").write_bytes(b"")
    (folder / "random.mkv").write_bytes(random.Random(1).randbytes(65536))
    (folder / "folder.vob").mkdir()
    (folder / "secret.vob").write_bytes((folder / "good.vob").read_bytes())
    (folder / "secret.vob").chmod(0)
    titles = folder / "titles.srt"
    titles.write_text("1\n00:00:00,000 --> 00:00:01,000\nNeither seen nor heard\n")
    clips.ffmpeg("-i", titles, "-c", "copy", folder / "titles.mkv")
    (folder / "existing.mkv").write_bytes(b"precious")
    os.link(folder / "good.vob", folder / "same.vob")
    sealed = folder / "sealed"
    sealed.mkdir(mode=0o555)
    folder.chmod(0o755)


def cases(folder, out):
    good, result = folder / "good.vob", out / "result.mkv"
    yield Case("input missing", [folder / "absent.vob", result], (INPUT,), says=("absent.vob",))
    yield Case("second input missing", [good, folder / "absent.vob", result], (INPUT,), says=("absent.vob",))
    yield Case("input is a folder", [folder / "folder.vob", result], (INPUT,), says=("folder.vob",))
    yield Case("input is a text", [folder / "text.vob", result], (INPUT,), says=("text.vob",))
    yield Case("input is empty", [folder / "empty.vob", result], (INPUT,), says=("empty.vob",))
    yield Case("input is random bytes", [folder / "random.mkv", result], (INPUT,), says=("random.mkv",))
    yield Case("neither video nor audio", [folder / "titles.mkv", result], (INPUT,), says=("titles.mkv",))
    yield Case("unknown option", [good, result, "--presett", "slow"], (USAGE,), says=("--presett", "--preset"))
    yield Case("no arguments", [], (USAGE,))
    yield Case("output not named", [good], (USAGE,))
    yield Case("value missing", [good, result, "--crf"], (USAGE,), says=("crf",))
    yield Case("value no number", [good, result, "--crf", "soft"], (USAGE,), says=("crf",))
    yield Case("chunk of no length", [good, result, "--chunk", "0"], (USAGE,), says=("chunk",))
    yield Case("lanes below one", [good, result, "--lanes", "0"], (USAGE,), says=("lanes",))
    yield Case("unknown video codec", [good, result, "--video-codec", "libx246"], (USAGE, CODEC),
               says=("libx246", "libx264"))
    yield Case("unknown audio codec", [good, result, "--audio-codec", "libmp3lam"], (USAGE, CODEC),
               says=("libmp3lam", "libmp3lame"))
    yield Case("unknown preset", [good, result, "--preset", "sluggish"], (USAGE, CODEC), says=("sluggish",))
    yield Case("unknown encoder option", [good, result, "--encoder-options", "no-such-thing=1"],
               (USAGE, CODEC), says=("no-such-thing",))
    yield Case("bad encoder option value", [good, result, "--encoder-options", "bf=many"], (USAGE, CODEC))
    yield Case("unknown pixel format", [good, result, "--pix-fmt", "yuv421p"], (USAGE, CODEC),
               says=("yuv421p",))
    yield Case("map without a stream", [good, result, "--map", "0:a:7"], (USAGE, INPUT), says=("0:a:7",))
    yield Case("unknown container", [good, out / "result.xyzzy"], (USAGE, OUTPUT), says=("xyzzy",))
    yield Case("output folder missing", [good, out / "nowhere" / "result.mkv"], (OUTPUT,), says=("nowhere",))
    yield Case("output is a folder", [good, folder / "folder.vob"], (OUTPUT, USAGE))
    yield Case("output exists", [good, folder / "existing.mkv"], (OUTPUT, USAGE),
               says=("existing.mkv", "--overwrite"), untouched=[folder / "existing.mkv"])
    yield Case("output is the input", [good, good, "--overwrite"], (OUTPUT, USAGE, INPUT), untouched=[good])
    yield Case("output is the input by another name", [good, folder / "same.vob", "--overwrite"],
               (OUTPUT, USAGE, INPUT), untouched=[good, folder / "same.vob"])
    user = NOBODY if os.geteuid() == 0 else None
    yield Case("input unreadable", [folder / "secret.vob", result], (INPUT,), says=("secret.vob",), user=user)
    yield Case("output folder not writable", [good, folder / "sealed" / "result.mkv"], (OUTPUT,),
               folder=folder / "sealed", user=user)


def examine(mpienc, tally, case, out, folder, ranks):
    watched = case.folder or out
    label = f"{case.name}, {f'mpirun -np {ranks}' if ranks else 'plain'}"
    before = {path: path.read_bytes() for path in case.untouched}
    present = {p for p in (*watched.rglob("*"), *folder.rglob("*"))}
    cwd = Path(tempfile.mkdtemp(prefix="cwd-", dir=folder))
    cwd.chmod(0o777)
    extra = {"TMPDIR": str(cwd), "HOME": str(cwd)} if case.user else {}
    as_user = {"user": case.user, "group": case.user, "extra_groups": []} if case.user else {}
    done = mpienc.run(case.arguments, ranks, extra, timeout=LIMIT * 2, cwd=cwd, **as_user)
    own, other = done.own_lines(), done.other_lines()
    if case.journal:
        own = [line for line in own if "finished chunk" not in line]
    cores = [p.name for p in cwd.glob("core*")]
    shutil.rmtree(cwd)
    left = [str(p) for p in (*watched.rglob("*"), *folder.rglob("*")) if p not in present]
    journals = [p for p in left if ".journal" in p] if case.journal else []
    left = [p for p in left if p not in journals]
    problems = []
    if done.timed_out or done.wall > LIMIT:
        problems.append(f"took {done.wall:.0f} s")
    if done.crashed() or cores:
        problems.append(f"crashed ({', '.join(cores) or done.status})")
    if done.status not in case.statuses:
        problems.append(f"status {done.status}, not {' or '.join(map(str, case.statuses))}")
    if len(own) != 1:
        problems.append(f"{len(own)} lines of mpienc on standard error")
    if other and not ranks:
        problems.append(f"{len(other)} stray lines")
    if len(other) > 12:
        problems.append(f"{len(other)} lines of mpirun")
    problems += [f"does not say '{word}'" for word in case.says if not any(word in line for line in own)]
    problems += [f"changed {p.name}" for p, data in before.items() if not p.exists() or p.read_bytes() != data]
    if left:
        problems.append(f"left {', '.join(left)}")
    note = f" [{len(other)} lines of mpirun]" if ranks and other else ""
    tally.check(not problems, label + note, "; ".join(problems) + "\n" + done.tail(6))
    for line in own[:1]:
        print(f"        {line}")
    for path in left:
        Path(path).unlink(missing_ok=True)
    for path in journals:
        shutil.rmtree(path, ignore_errors=True)


def main():
    parser = program.arguments(__doc__.splitlines()[0])
    parser.add_argument("--only", help="cases whose name contains this")
    options = parser.parse_args()
    mpienc, tally = program.Mpienc(options.mpienc, options.mpirun), program.Tally()
    resource.setrlimit(resource.RLIMIT_CORE, (resource.getrlimit(resource.RLIMIT_CORE)[1],) * 2)
    with tempfile.TemporaryDirectory(prefix="mpienc-errors-", ignore_cleanup_errors=True) as scratch:
        folder, out = Path(scratch) / "in", Path(scratch) / "out"
        Path(scratch).chmod(0o755)
        folder.mkdir()
        out.mkdir()
        out.chmod(0o777)
        prepare(folder)
        wanted = [c for c in cases(folder, out) if not options.only or options.only in c.name]
        for ranks in (0, 2):
            for case in wanted:
                if case.user and not reachable(mpienc.binary):
                    print(f"left  {case.name}: other users cannot reach {mpienc.binary}")
                    continue
                examine(mpienc, tally, case, out, folder, ranks)
            if not options.only or options.only in "disk full":
                full(mpienc, tally, folder, Path(scratch) / f"full{ranks}", ranks)
    tally.finish()


def reachable(binary):
    """Whether an unprivileged user may run the program."""
    return subprocess.run(["test", "-x", binary], user=NOBODY, group=NOBODY, extra_groups=[]).returncode == 0


def full(mpienc, tally, folder, disk, ranks):
    """The disk fills up while the output is written: on a file system of 256 kB."""
    with tiny_disk(disk, "size=256k") as mounted:
        if not mounted:
            print("left  disk full: no file system may be mounted here")
            return
        words = [folder / "good.vob", disk / "result.mkv", "--crf", "5", "--preset", "ultrafast"]
        examine(mpienc, tally, Case("disk full", [*words, "--no-journal"], (OUTPUT,), folder=disk), disk, folder, ranks)
        examine(mpienc, tally, Case("disk full, with a journal", words, (OUTPUT,), folder=disk, journal=True), disk, folder, ranks)


if __name__ == "__main__":
    main()
