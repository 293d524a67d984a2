"""Rank 0's memory stays bounded however long the input is.

A program stream is repeated to the wanted size (its clock restarts at each turn) and to twice that.
Rank 0 may take 300 MB beyond what its lanes' encoders take by themselves, for which ffmpeg with one
thread on one copy stands, and the longer input no more than the shorter, but for the chunk or two by which
the peak moves with the timing.
"""

import shutil
import subprocess
import tempfile
from pathlib import Path

import clips
import program
import ranks

UNITS = {"K": 1 << 10, "M": 1 << 20, "G": 1 << 30}
BEYOND_MIB = 300
MORE = 1.05
CHUNKS_MIB = 32  # the peak moves by a chunk or two with the timing


def size(text):
    return int(float(text[:-1]) * UNITS[text[-1].upper()]) if text[-1].upper() in UNITS else int(text)


def repeat(source, path, wanted):
    data = source.read_bytes()
    with open(path, "wb") as out:
        for _ in range(-(-wanted // len(data))):
            out.write(data)


def peak(process, binary):
    """Rank 0's highest resident memory in MiB."""
    watch = ranks.Watch(process, binary)
    seen = watch.until_end(interval=0.02)
    return seen[0].peak_kib / 1024 if seen else 0.0


def ffmpeg_peak(arguments):
    command = ["ffmpeg", "-nostdin", "-v", "error", *map(str, arguments), "-f", "null", "-"]
    return peak(subprocess.Popen(command), shutil.which("ffmpeg"))


def encoder_share(source, preset):
    """MiB of one lane's decoder and encoder: ffmpeg with one thread, less ffmpeg with next to nothing to do."""
    encoding = ["-threads", "1", "-i", source, "-an", "-c:v", "libx264", "-preset", preset, "-x264-params",
                "threads=1"]
    nothing = ["-f", "lavfi", "-i", "nullsrc=s=16x16:d=2", "-c:v", "rawvideo"]
    return max(0.0, ffmpeg_peak(encoding) - ffmpeg_peak(nothing))


def transcode(mpienc, tally, source, output, options):
    """Peak of rank 0 in MiB; None where the job failed."""
    errors = output.with_suffix(".log")
    with open(errors, "w") as log:
        chunk = ["--chunk", options.chunk] if options.chunk else []
        command = mpienc.command([source, output, "--preset", options.preset, "--lanes", options.lanes,
                                  *chunk], options.ranks)
        process = subprocess.Popen(command, env=mpienc.environment(), stdin=subprocess.DEVNULL, stdout=log,
                                   stderr=log)
        highest = peak(process, mpienc.binary)
    good = process.returncode == 0 and output.exists() and highest > 0
    tally.check(good, f"{source.stat().st_size / UNITS['M']:.0f} MiB: transcodes",
                f"status {process.returncode}, peak {highest:.0f} MiB\n" + "\n".join(errors.read_text().splitlines()[-5:]))
    output.unlink(missing_ok=True)
    return highest if good else None


def main():
    parser = program.arguments(__doc__.splitlines()[0])
    parser.add_argument("--size", type=size, default="2G", help="of the shorter input (100M, 2G)")
    parser.add_argument("--lanes", type=int, default=2, help="of each rank")
    parser.add_argument("--ranks", type=int, default=0, help="0: without mpirun")
    parser.add_argument("--preset", default="ultrafast", help="x264's")
    parser.add_argument("--chunk", type=float, help="chunk length in seconds; mpienc's default if not given")
    parser.add_argument("--source", type=Path, help="program stream to repeat; by default a made title of 8 Mb/s")
    options = parser.parse_args()
    mpienc, tally = program.Mpienc(options.mpienc, options.mpirun), program.Tally()
    with tempfile.TemporaryDirectory(prefix="mpienc-memory-", dir=options.work) as scratch:
        folder = Path(scratch)
        source = options.source
        if not source:
            source = clips.dvd_vob(folder / "title.vob", 10, video=clips.motion("720x576", seconds=10)
                                   + ",noise=alls=20:allf=t:all_seed=9",
                                   more=["-b:v", "8M", "-maxrate", "9M"])
        share = encoder_share(source, options.preset)
        allowed = BEYOND_MIB + options.lanes * share
        peaks = []
        for times in (1, 2):
            repeated = folder / f"{times}.vob"
            repeat(source, repeated, options.size * times)
            taken = transcode(mpienc, tally, repeated, folder / "out.mkv", options)
            repeated.unlink()
            if taken is None:
                tally.finish()
            peaks.append(taken)
            print(f"      rank 0: {taken:.0f} MiB, of which {options.lanes} lanes' encoders "
                  f"{options.lanes * share:.0f} MiB by ffmpeg's measure", flush=True)
            tally.check(taken <= allowed, f"rank 0 stays under {allowed:.0f} MiB", f"{taken:.0f} MiB")
        tally.check(peaks[1] <= peaks[0] * MORE + CHUNKS_MIB, "twice the input takes no more memory",
                    f"{peaks[1]:.0f} MiB against {peaks[0]:.0f} MiB")
    tally.finish()


if __name__ == "__main__":
    main()
