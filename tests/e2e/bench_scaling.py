"""The scaling bench works end to end at its smallest size, and its pure parts count right.

No figure is judged: timings depend on the machine. Skipped without h5py, numpy and matplotlib, which no other
check needs.
"""

import contextlib
import csv
import io
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import program

BENCH = Path(__file__).resolve().parents[2] / "bench" / "scaling"
MODULES = "h5py, numpy, matplotlib"
EPSILON = 1e-9


def go_on_with_modules():
    """Runs this file again by a Python that has the modules, where ours has not."""
    for python in (sys.executable, "/usr/bin/python3"):
        if subprocess.run([python, "-c", f"import {MODULES}"], capture_output=True, check=False).returncode == 0:
            if python != sys.executable:
                os.execv(python, [python, "-B", *sys.argv])
            return
    program.skip(f"no Python with {MODULES}: apt-get install python3-h5py python3-matplotlib")


def check_shares(tally):
    import shares
    wanted = shares.shares(shares.one_slow(8), 2)
    tally.check(abs(sum(wanted) - 1.7) < EPSILON, "quotas take 85 % of the cores", wanted)
    tally.check(abs(wanted[0] / wanted[-1] - 5) < EPSILON, "a slow rank has a fifth", wanted)
    tally.check(max(shares.shares([1.0, 0.2], 64)) <= shares.MOST, "no quota above what one lane can use")
    period, quotas = shares.period_and_quotas(wanted)
    tally.check(min(quotas) >= 1000 and all(abs(q / period - w) < 0.03 * w for q, w in zip(quotas, wanted)),
                "the kernel's least quota is kept with the ratios", f"{period} {quotas}")
    try:
        shares.shares([1.0] * 8, 2, quota=0.3)
        tally.check(False, "quotas beyond the machine are refused")
    except ValueError:
        tally.check(True, "quotas beyond the machine are refused")


def check_suites(tally):
    import suites
    every = [c for make in suites.SUITES.values() for c in make(suites.Size(2))]
    tally.check(all(sum(c.cores or (0,)) <= 1.7 + EPSILON for c in every), "no configuration asks for too much")
    tally.check(len(set(every)) == len(every), "no configuration twice")
    tally.check(suites.order(every, 0) == list(reversed(suites.order(every, 1))), "repeats go forth and back")
    pairs = {(c.ranks, c.hosts, c.schedule) for c in every if c.suite == "strategies"}
    tally.check(len(pairs) == 3 * 2 * 4, "four strategies, equal and unequal, on 2, 4 and 8 ranks", len(pairs))


def check_summary(tally):
    import summary
    rows = [{"ranks": n, "repeat": r, "makespan_seconds": (12 + r) / n * (1.25 if n > 1 else 1),
             "programme_seconds": 10.0 * n} for n in (1, 4) for r in (0, 1, 2)]
    found = summary.speed_ups(rows)
    tally.check(abs(found[4].median - 3.2) < EPSILON and abs(found[4].most - found[4].least) < EPSILON,
                "a speed-up is taken within its repeat", found)
    tally.check(abs(summary.speed_ups(rows, weak=True)[4].median - 12.8) < EPSILON, "weak speed-up counts the work")


def check_timeline(tally):
    import numpy
    import record
    chunks = numpy.array([(0, 0, 0, 2.0), (1, 1, 1, 3.0), (2, 0, 0, 4.0)],
                         dtype=[("chunk", "i4"), ("rank", "i4"), ("steals", "i4"), ("finished", "f8")])
    events = numpy.array([(0.0, b"start", 0, 0, 0), (1.0, b"start", 1, 1, 0), (2.0, b"start", 2, 1, 0),
                          (2.5, b"copy", 2, 0, -1), (2.6, b"start", 2, 0, 1), (3.9, b"cancel", 2, 1, -1)],
                         dtype=[("time", "f8"), ("kind", "S16"), ("chunk", "i4"), ("rank", "i4"), ("other", "i4")])
    found = {(e["chunk"], e["rank"]): e for e in record.executions({"chunks": chunks, "events": events})}
    kinds = {key: e["kind"] for key, e in found.items()}
    tally.check(kinds == {(0, 0): "own", (1, 1): "stolen", (2, 1): "lost", (2, 0): "copied"},
                "a chunk's stays are told apart", kinds)
    tally.check(found[2, 1]["end"] == 3.9 and found[2, 0]["lane"] == 1, "with their ends and lanes", found)


def check_groups(tally, folder):
    """Version 2, which few machines let us make, on a folder that looks like it."""
    import hosts
    (folder / "cgroup.controllers").write_text("cpu\n")
    (folder / "cgroup.subtree_control").write_text("")
    prepare, hosts.ControlGroupsV2.prepare = hosts.ControlGroupsV2.prepare, lambda self: None
    try:
        groups = hosts.ControlGroupsV2([0.4, 0.08], mount=folder)
        wrote = [(groups.folder / str(r) / "cpu.max").read_text() for r in (0, 1)]
    finally:
        hosts.ControlGroupsV2.prepare = prepare
    tally.check(wrote == ["8000 20000", "1600 20000"], "version 2 quotas are written in its words", wrote)


def check_limits(tally):
    """An upper bound, so that a busy machine cannot break it."""
    import hosts
    for way in hosts.WAYS:
        try:
            got = hosts.check([0.3, 0.06], way, 1.0)
            tally.check(all(have <= 1.5 * want + 0.02 for want, have in got), f"{way}: ranks keep to their quotas", got)
        except hosts.Unavailable as refused:
            print(f"      {way}: not to be had here ({refused})")


def check_nothing_left(tally):
    import hosts
    made = [folder for root in ("/sys/fs/cgroup/cpu", "/sys/fs/cgroup") for folder in Path(root).glob(hosts.NAME + "*")]
    owners = [folder.name[len(hosts.NAME):].split("-")[0] for folder in made]
    left = [folder for folder, owner in zip(made, owners)
            if owner == str(os.getpid()) or not Path("/proc", owner).exists()]
    tally.check(not left, "no control group is left behind", left)


def run(tally, what, *command):
    done = subprocess.run([sys.executable, "-B", *map(str, command)], capture_output=True, text=True, check=False)
    return tally.check(done.returncode == 0, what, (done.stdout + done.stderr)[-1500:]) and done


def check_whole(tally, options, folder):
    if not run(tally, "measures at its smallest size", BENCH / "measure.py", "--mpienc", options.mpienc, "--mpirun",
               options.mpirun, "--quick", "--out", folder):
        return
    import h5py
    with open(folder / "results.csv", newline="") as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    suites = {row["suite"] for row in rows}
    tally.check(suites == {"strong", "weak", "strategies", "seed", "simulator"}, "rows of every suite", suites)
    tally.check(all(0 < float(r["efficiency"]) for r in rows) and all(int(r["output_bytes"]) > 0 for r in rows),
                "every row has its figures")
    sizes = {r["output_bytes"] for r in rows if r["suite"] == "strategies"}
    tally.check(len(sizes) == 1, "strategies and hosts do not change the output's size", sizes)
    with h5py.File(folder / "results.h5", "r") as file:
        tally.check(len(file["results"]) == len(rows), "as many rows in HDF5")
        tally.check(all(len(file[f"runs/{r['run']}/chunks"]) == int(r["chunks"]) for r in rows),
                    "each run's chunks are there")
    page = folder / "page.md"
    page.write_text("a\n<!-- measured: seed -->\nold\n<!-- end -->\nb\n")
    run(tally, "fills a page", BENCH / "report.py", folder / "results.h5", "--into", page)
    tally.check("steal, default chunks" in page.read_text() and "repeats: 1.*" in page.read_text() and "old" not in page.read_text()
                and page.read_text().endswith("<!-- end -->\nb\n"), "with its tables, between its marks", page.read_text())
    run(tally, "draws", BENCH / "plot.py", folder / "results.h5", folder / "figures")
    for name in ("scaling", "scaling-strategies", "scaling-timeline", "scaling-seed"):
        picture, drawing = (folder / "figures" / f"{name}.{form}" for form in ("png", "svg"))
        tally.check(picture.exists() and picture.stat().st_size > 10000 and picture.read_bytes()[:4] == b"\x89PNG",
                    f"{name}.png")
        tally.check(drawing.exists() and "<text" in drawing.read_text(), f"{name}.svg keeps its text")


def main():
    go_on_with_modules()
    sys.path.insert(0, str(BENCH))
    options = program.arguments(__doc__.splitlines()[0]).parse_args()
    tally = program.Tally()
    check_shares(tally)
    check_suites(tally)
    check_summary(tally)
    check_timeline(tally)
    with tempfile.TemporaryDirectory(prefix="mpienc-bench-scaling-", dir=options.work) as scratch:
        fake = Path(scratch) / "cgroup2"
        fake.mkdir()
        with contextlib.redirect_stderr(io.StringIO()):
            check_groups(tally, fake)
        check_limits(tally)
        check_whole(tally, options, Path(scratch))
        check_nothing_left(tally)
    tally.finish()


if __name__ == "__main__":
    main()
