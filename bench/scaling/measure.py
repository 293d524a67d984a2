#!/usr/bin/env python3
"""Measures how mpienc scales on emulated hosts; docs/scaling.md tells the method.

Every configuration runs once per repeat. Writes results.csv and results.h5 and prints tables of ratios.
"""

import argparse
import os
import platform
import sys
import tempfile
import time
from pathlib import Path

import hosts
import inputs
import results
import runs
import suites
import summary

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests" / "e2e"))
import program  # noqa: E402


def numbers(kind):
    return lambda text: tuple(kind(x) for x in text.split(","))


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0],
                                     formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--mpienc", required=True)
    parser.add_argument("--mpirun", default="mpirun")
    parser.add_argument("--out", type=Path, default=Path("build/scaling"), help="folder for the results")
    parser.add_argument("--suites", type=numbers(str), default=tuple(suites.SUITES), help="some of "
                        + ",".join(suites.SUITES))
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=64, help="length of the made title")
    parser.add_argument("--input", type=Path, help="a title to encode instead, of --seconds; not for weak")
    parser.add_argument("--size", default="720x576", help="of the made title's pictures")
    parser.add_argument("--preset", default="medium", help="x264's")
    parser.add_argument("--ranks", type=numbers(int), default=(1, 2, 4, 8))
    parser.add_argument("--chunk", type=float, default=1, help="chunk length where a suite does not vary it")
    parser.add_argument("--cores", type=int, default=len(os.sched_getaffinity(0)), help="to take quotas from")
    parser.add_argument("--way", choices=["any", *hosts.WAYS], default="any", help="of limiting ranks")
    parser.add_argument("--quick", action="store_true", help="smallest size of everything, to see that it works")
    options = parser.parse_args()
    if unknown := set(options.suites) - set(suites.SUITES):
        parser.error(f"no such suite: {', '.join(sorted(unknown))}")
    if options.input and "weak" in options.suites:
        parser.error("--input has one length: leave the suite weak out by --suites")
    if options.quick:
        options.repeats, options.seconds, options.ranks = 1, 8, (1, 2)
        options.size, options.preset = "352x288", "ultrafast"
    return options


def quiet(options):
    """Warns where the machine has not the cores free that the quotas need; the mean share got."""
    wanted = [suites.shares.LOAD * options.cores / 4] * 4
    got = [have / want for want, have in hosts.check(wanted, options.way, 1.0)]
    part = sum(got) / len(got)
    if abs(part - 1) > 0.03:
        print(f"warning: spinning processes got {100 * part:.0f} % of their quotas: other work disturbs the figures",
              file=sys.stderr)
    return part


def titles(options, folder):
    """{units: (path, seconds)}: the whole title under 0, for the suite weak shorter ones that repeat one unit."""
    media = program.media_folder()
    if options.input:
        return {0: (options.input, options.seconds)}
    made = {0: (inputs.make_title(folder / "title.vob", options.seconds, options.size, media), options.seconds)}
    if "weak" in options.suites:
        unit = options.seconds / max(options.ranks)
        for n in options.ranks:
            path = inputs.make_title(folder / f"title{n}.vob", unit, options.size, media, times=n)
            made[n] = (path, unit * n)
    return made


def about(options, limits, share):
    return {"machine": f"{options.cores} cores, {platform.machine()}, {platform.system()} {platform.release()}",
            "date": time.strftime("%Y-%m-%d"), "cores": str(options.cores), "hosts emulated by": limits,
            "quota got before the runs": f"{share:.4f}",
            "title": str(options.input.name if options.input else f"made, {options.size}"),
            "seconds of title": f"{options.seconds:g}", "preset": options.preset, "repeats": str(options.repeats),
            "chunk seconds": f"{options.chunk:g}"}


def measure(options, runner, configurations, store):
    rows, began = [], time.monotonic()
    whole = options.repeats * len(configurations)
    for repeat in range(options.repeats):
        done = []
        for configuration in suites.order(configurations, repeat):
            row, path = runner.run(configuration, len(rows))
            row.update(run=len(rows), repeat=repeat)
            store.add_run(row["run"], path)
            rows.append(row)
            done.append((configuration, row, path))
            passed = time.monotonic() - began
            print(f"{len(rows):4}/{whole}  {row['suite']:10} {row['hosts']:8} {row['ranks']} x {row['lanes_per_rank']}"
                  f"  {row['label']:30} {row['makespan_seconds']:7.2f} s {100 * row['efficiency']:5.1f} %"
                  f"   {passed:.0f} s passed, about {passed / len(rows) * (whole - len(rows)):.0f} s left", flush=True)
        runner.predict_all(done)
        store.set_table(rows)
        for _, _, path in done:
            path.unlink()
    return rows


def main():
    options = parse()
    hosts.end_by_signal()
    mpienc = runs.make_mpienc(options.mpienc, options.mpirun)
    size = suites.Size(options.cores, options.ranks, options.chunk, options.seconds,
                       min(4, max(options.ranks)), (1.0,) if options.quick else (1.0, 2.0, 5.0))
    configurations = [c for name in options.suites for c in suites.SUITES[name](size)]
    with hosts.Hosts([0.1], options.way) as limits:
        how = limits.how
    share = quiet(options)
    options.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="mpienc-scaling-") as scratch:
        folder = Path(scratch)
        known = about(options, how, share)
        runner = runs.Runner(mpienc, folder, titles(options, folder), options.way, options.preset)
        store = results.Store(options.out / "results.h5", known)
        try:
            rows = measure(options, runner, configurations, store)
        finally:
            store.close()
    results.write_csv(options.out / "results.csv", rows, known)
    for suite, table in summary.all_tables(rows).items():
        print(f"\n{suite}: median (least to most)\n{table}")
    if some := summary.disturbed(rows):
        print(f"\nwarning: in {len(some)} of {len(rows)} runs the lanes got less than {summary.DISTURBED:.0%} of their"
              " quotas (column lane_rate): measure again on a quiet machine", file=sys.stderr)


if __name__ == "__main__":
    try:
        main()
    except (hosts.Unavailable, RuntimeError, ValueError) as error:
        sys.exit(f"measure.py: {error}")
    except KeyboardInterrupt:
        sys.exit(130)
