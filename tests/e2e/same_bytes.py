"""The same bytes whatever runs the job: ranks, lanes, schedules, slow ranks, repeated runs, malloc's fill."""

import filecmp
import itertools
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

import clips
import program
import ranks

PERTURB = (None, "1", "85", "170", "255")
SCHEDULES = ("steal", "dynamic", "guided", "static")


@dataclass(frozen=True)
class Configuration:
    label: str
    ranks: int
    options: tuple = ()
    slow_rank: int | None = None


CONFIGURATIONS = ([Configuration(f"mpirun -np {n}", n) for n in (1, 2, 3, 4)] +
                  [Configuration(f"plain --lanes {n}", 0, ("--lanes", str(n))) for n in (1, 2, 4)])
SCHEDULED = [Configuration(f"mpirun -np {n} --schedule {name}" + (f", rank {slow} slow" if slow is not None else ""),
                           n, ("--schedule", name, "--lanes", "1"), slow)
             for name, (n, slow) in itertools.product(SCHEDULES, ((2, None), (3, 1), (4, 0)))]


def first_difference(one, two):
    """Where two files part, in words."""
    a, b = one.read_bytes(), two.read_bytes()
    at = next((i for i, (x, y) in enumerate(zip(a, b)) if x != y), min(len(a), len(b)))
    return f"{len(a)} and {len(b)} bytes, first difference at byte {at}"


def compare(mpienc, tally, name, source, folder, options):
    """All configurations, each under the next value of MALLOC_PERTURB_, against the first output."""
    perturb = itertools.cycle(PERTURB)
    for extension in (".mkv", ".mp4"):
        reference = None
        for configuration, turn in [*itertools.product(CONFIGURATIONS, (1, 2)),
                                    *((c, 1) for c in SCHEDULED if extension == ".mkv")]:
            fill = next(perturb)
            output = folder / f"{name}{extension}" if reference is None else folder / f"again{extension}"
            environment = {} if fill is None else {"MALLOC_PERTURB_": fill}
            slow = configuration.slow_rank
            beside = slow is not None and (lambda p, r=slow: ranks.slow_down(p, mpienc.binary, r, 0.2))
            done = mpienc.run([source, output, *options, *configuration.options, "--overwrite"], configuration.ranks,
                              environment, timeout=180, beside=beside)
            what = f"{name}{extension}, {configuration.label}, run {turn}, MALLOC_PERTURB_={fill or 'none'}"
            if not tally.check(done.status == 0 and output.exists(), f"{what}: runs",
                               f"status {done.status}{', timed out' if done.timed_out else ''}\n{done.tail()}"):
                continue
            if reference is None:
                reference = output
                continue
            same = filecmp.cmp(reference, output, shallow=False)
            tally.check(same, f"{what}: same bytes", "" if same else first_difference(reference, output))


def main():
    parser = program.arguments(__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=int, default=20, help="length of the made title")
    parser.add_argument("--preset", default="medium", help="x264's")
    parser.add_argument("--input", type=Path, help="one more file; a real MPEG-2 of $MPIENC_MEDIA by default")
    options = parser.parse_args()
    mpienc, tally = program.Mpienc(options.mpienc, options.mpirun), program.Tally()
    media = program.media_folder()
    real = options.input or (media and media / "mpeg2" / "deb_movie-hello_480p_opengop_mp2.mpeg")
    with tempfile.TemporaryDirectory(prefix="mpienc-same-", dir=options.work,
                                     ignore_cleanup_errors=True) as scratch:
        folder = Path(scratch)
        video = (f"mandelbrot=s=352x288:r=25:end_scale=0.05,noise=alls=16:allf=t:all_seed=5,"
                 f"trim=duration={options.seconds}")
        made = clips.dvd_vob(folder / "made.vob", options.seconds, video=video)
        encoding = ["--preset", options.preset, "--chunk", "2"]
        compare(mpienc, tally, "made", made, folder, encoding)
        if real and real.exists():
            compare(mpienc, tally, "real", real, folder, ["--preset", "veryfast", "--chunk", "1"])
        if options.keep:
            os.rename(folder, folder.with_suffix(".kept"))
    tally.finish()


if __name__ == "__main__":
    main()
