"""A recording's job that is killed, stopped or given other lanes and ranks: the same bytes in the end."""

import filecmp
import re
import signal
import tempfile
import time
from pathlib import Path

import program
import recordings

RESUMED = re.compile(r"resumed +([\d,]+) chunk")
JOBS = (("flac", ["--compression", "8"]), ("mp3", ["--audio-quality", "4"]),
        ("mp3", ["--audio-bitrate", "192k"]))


def chunks(folder):
    return len(list(folder.glob("chunk-*.h5"))) if folder.exists() else 0


def kill_and_resume(mpienc, tally, arguments, reference, output, what):
    """SIGKILL once a chunk is in the journal; the next run takes it from there."""
    journal = output.with_name(output.name + ".journal")
    process = mpienc.start([*arguments, output, "--lanes", "1"])
    while process.poll() is None and chunks(journal) < 1:
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=60)
    done = mpienc.run([*arguments, output, "--lanes", "2"], timeout=120)
    same = output.exists() and filecmp.cmp(reference, output, shallow=False)
    tally.check(done.status == 0 and same, f"{what}: killed and resumed, the same bytes", done.tail())
    if process.returncode == -signal.SIGKILL:
        tally.check(RESUMED.search(done.stderr), f"{what}: what was kept is not encoded again", done.tail())
    tally.check(not journal.exists(), f"{what}: the journal goes with the job")
    output.unlink(missing_ok=True)


def main():
    parser = program.arguments(__doc__)
    parser.add_argument("--seconds", type=int, default=200, help="length of the recording")
    options = parser.parse_args()
    mpienc, tally = program.Mpienc(options.mpienc, options.mpirun), program.Tally()
    with tempfile.TemporaryDirectory(prefix="mpienc-recording-", dir=options.work, ignore_cleanup_errors=True) as scratch:
        folder = Path(scratch)
        source = recordings.record(folder / "in.wav", "made", recordings.Form(), options.seconds * 44100 + 11)
        for kind, more in JOBS:
            reference = folder / f"reference.{kind}"
            what = f"{kind} {' '.join(more)}"
            done = mpienc.run([source, *more, reference, "--lanes", "1", "--overwrite"])
            tally.check(done.status == 0, f"{what}: undisturbed", done.tail())
            for ranks, lanes, extra in ((0, 2, []), (0, 4, ["--isolate"]), (2, 1, []), (4, 2, [])):
                other = folder / f"other.{kind}"
                done = mpienc.run([source, *more, other, "--lanes", lanes, "--overwrite", *extra], ranks)
                same = done.status == 0 and filecmp.cmp(reference, other, shallow=False)
                tally.check(same, f"{what}: the same bytes with np {ranks}, lanes {lanes} {' '.join(extra)}", done.tail())
            kill_and_resume(mpienc, tally, [source, *more], reference, folder / f"killed.{kind}", what)
        for arguments, says in ((["x.mp3", "--compression", "8"], "--compression"), (["x.flac", "--audio-options", "crc=1"], "--audio-options"),
                                (["x.mp3", "--audio-options", "speed=1"], "speed"), (["x.flac", "-b", "9999"], "block"),
                                (["x.flac", "--on-bad-chunk", "skip"], "--on-bad-chunk")):
            done = mpienc.run([source, folder / arguments[0], *arguments[1:]])
            lines = done.own_lines()
            tally.check(done.status == 2 and len(lines) == 1 and says in lines[0], f"{' '.join(arguments)} is refused", done.tail())
    tally.finish()


if __name__ == "__main__":
    main()
