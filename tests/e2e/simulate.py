"""mpienc simulate: what it prints for records of a made and of a real job, and how it refuses others.

The made job has 40 chunks of 8 s of CPU each, so that what the figures ought to be is known.
"""

import csv
import io
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import clips
import program

USAGE, INPUT = 2, 3
CHUNKS, WORK = 40, 320.0
LOSSES = ("reader", "link", "window", "tail", "shared", "copies", "dead")


def rows(text):
    return [{name: float(value) for name, value in row.items()} for row in csv.DictReader(io.StringIO(text))]


class Simulate:
    def __init__(self, mpienc, tally):
        self.mpienc, self.tally = mpienc, tally

    def table(self, record, *options, what):
        """The rows of the CSV; an empty list, and a failure, where there is none."""
        done = self.mpienc.run(["simulate", record, "--csv", *options], timeout=60)
        good = done.status == 0 and not done.stderr and len(rows(done.stdout)) > 0
        self.tally.check(good, what, f"status {done.status}: {done.stderr or done.stdout[:300]}")
        return rows(done.stdout) if good else []

    def refused(self, arguments, status, *words, ranks=0):
        done = self.mpienc.run(["simulate", *arguments], ranks, timeout=60)
        own = done.own_lines()
        good = done.status == status and len(own) == 1 and all(word in own[0] for word in words)
        good = good and not done.stdout and (ranks or not done.other_lines())
        label = " ".join(Path(str(a)).name for a in arguments)
        self.tally.check(good, f"refused{' under mpirun' if ranks else ''}: simulate {label}",
                         f"status {done.status}, {own or done.stderr[-300:]}")
        for line in own[:1]:
            print(f"        {line}")


def sound(tally, table, label):
    """What holds for any row of any table."""
    for row in table:
        lost = sum(row[f"lost_{name}"] for name in LOSSES)
        problems = [f"lost_{name} = {row[f'lost_{name}']}" for name in LOSSES if row[f"lost_{name}"] < -1e-9]
        if not 0 < row["efficiency"] <= 1 + 1e-9:
            problems.append(f"efficiency {row['efficiency']}")
        if abs(row["efficiency"] + lost - 1) > 1e-6:
            problems.append(f"efficiency and losses make {row['efficiency'] + lost}")
        if row["speed_up"] > row["capacity"] * (1 + 1e-9):
            problems.append(f"speed-up {row['speed_up']} of capacity {row['capacity']}")
        if abs(row["speed_up"] - row["efficiency"] * row["capacity"]) > 1e-6 * row["capacity"]:
            problems.append("speed-up is not efficiency times capacity")
        tally.check(not problems, f"{label}: the sums of {row['lanes']:.0f} lanes", "; ".join(problems))


def figures(simulate, tally, record):
    table = simulate.table(record, what="made job: default table")
    sound(tally, table, "made job")
    if not table:
        return
    tally.check([row["lanes"] for row in table] == [2**k for k in range(9)], "made job: 1 to 256 lanes")
    tally.check([row["ranks"] for row in table] == [max(1, 2**k // 4) for k in range(9)],
                "made job: ranks like rank 0, which has 4 processors", str([row["ranks"] for row in table]))
    one = table[0]["makespan_seconds"]
    tally.check(WORK <= one <= 1.01 * WORK, "made job: one lane takes the CPU seconds", f"{one} s")
    times = [row["makespan_seconds"] for row in table]
    tally.check(all(b <= a * 1.001 for a, b in zip(times, times[1:])), "made job: more lanes, no longer", str(times))
    tally.check(times[-1] >= 8, "made job: no shorter than its longest chunk", str(times[-1]))
    tally.check(table[-1]["lost_reader"] + table[-1]["lost_tail"] > 0.5,
                "made job: 256 lanes starve on 40 chunks", str(table[-1]))


def clusters(simulate, tally, record):
    (fast,) = simulate.table(record, "--hosts", "a:4,b:4", what="hosts alone") or [None]
    (mixed,) = simulate.table(record, "--hosts", "a:4,b:4@0.25", what="hosts of two speeds") or [None]
    cut = simulate.table(record, "--hosts", "a:4,b:3@0.5", "--lanes", "2,9,12", what="hosts in turn")
    for table, label in (([fast, mixed], "hosts"), (cut, "hosts in turn")):
        sound(tally, [row for row in table if row], label)
    if fast and mixed and cut:
        tally.check((fast["lanes"], fast["ranks"]) == (8, 2), "hosts: all their lanes, a rank each", str(fast))
        tally.check(mixed["capacity"] == 5 and mixed["makespan_seconds"] > fast["makespan_seconds"],
                    "hosts: slow ones count less and take longer", str(mixed))
        tally.check([(row["ranks"], row["capacity"]) for row in cut] == [(1, 2), (3, 7.5), (4, 10)],
                    "hosts in turn: ranks and capacity", str(cut))
    thin = simulate.table(record, "--lanes", "32", "--link", "10Mbit", what="thin link")
    wide = simulate.table(record, "--lanes", "32", "--link", "10GB", what="wide link")
    if thin and wide:
        tally.check(thin[0]["makespan_seconds"] > 1.5 * wide[0]["makespan_seconds"] and thin[0]["lost_link"] > 0.2,
                    "a thin link takes longer, and the loss is the link's", str(thin[0]))
    whole = simulate.table(record, "--lanes", "8", what="nobody lost")
    lost = simulate.table(record, "--lanes", "8", "--kill", "1@20", what="a rank lost")
    if whole and lost:
        tally.check(lost[0]["makespan_seconds"] > whole[0]["makespan_seconds"] and lost[0]["lost_dead"] > 0.1,
                    "a lost rank takes longer, and the loss is its", str(lost[0]))
        sound(tally, lost, "a rank lost")
    for schedule in ("dynamic", "static", "guided", "steal"):
        sound(tally, simulate.table(record, "--lanes", "16", "--schedule", schedule, what=schedule), schedule)


def printed(simulate, tally, mpienc, record):
    done = mpienc.run(["simulate", record, "--lanes", "1,2,...,8"], timeout=60)
    lines = done.stdout.splitlines()
    body = [line.split() for line in lines if re.match(r" +\d+ +\d+ ", line)]
    tally.check(done.status == 0 and not done.stderr, "table: status 0", done.stderr)
    tally.check([line[0] for line in body] == ["1", "2", "4", "8"], "table: a row per number of lanes", done.stdout)
    tally.check(any("40 chunks" in line and "0:05:20.0" in line and "4 lanes of 2 ranks" in line for line in lines),
                "table: says what was recorded", done.stdout)
    tally.check(any("10 Gbit/s" in line and "50 us" in line and "steal" in line for line in lines),
                "table: says what is simulated", done.stdout)
    tally.check(lines[-1].startswith("At 8 lanes "), "table: closes with the largest loss", lines[-1])
    again = mpienc.run(["simulate", record, "--lanes", "1,2,...,8"], timeout=60)
    tally.check(again.stdout == done.stdout, "table: the same each time")
    team = mpienc.run(["simulate", record, "--lanes", "1,2,...,8"], ranks=3, timeout=60)
    tally.check(team.status == 0 and team.stdout == done.stdout and not team.own_lines(),
                "table: once under mpirun", team.stdout + team.stderr)
    text = mpienc.run(["simulate", "--help"], timeout=60)
    tally.check(text.status == 0 and "mpienc simulate [OPTIONS] RUN.h5" in text.stdout, "help", text.stderr)
    text = mpienc.run(["--help"], timeout=60)
    tally.check("mpienc simulate" in text.stdout, "mpienc --help names it", text.stdout)


def refusals(simulate, folder, record, make):
    (folder / "text.h5").write_text("This is no record.\n" * 400)
    (folder / "nothing.h5").write_bytes(b"")
    data = record.read_bytes()
    (folder / "half.h5").write_bytes(data[:len(data) // 2])
    incomplete, empty = make("incomplete"), make("empty")
    simulate.refused([folder / "absent.h5"], INPUT, "absent.h5")
    simulate.refused([folder], INPUT, folder.name)
    for name in ("text.h5", "nothing.h5", "half.h5"):
        simulate.refused([folder / name], INPUT, name)
    simulate.refused([incomplete], INPUT, incomplete.name, "did not finish")
    simulate.refused([empty], INPUT, empty.name, "nothing to simulate")
    simulate.refused([], USAGE, "no run record")
    simulate.refused([record, "out.mkv"], USAGE, "out.mkv", "./simulate")
    simulate.refused([record, "--lanes", "1,3,...,9"], USAGE, "--lanes")
    simulate.refused([record, "--link", "10"], USAGE, "--link", "10Gbit")
    simulate.refused([record, "--kill", "0@5"], USAGE, "--kill", "rank 0")
    simulate.refused([record, "--lanes", "8", "--kill", "2@5"], USAGE, "--kill", "rank 2", "2 ranks")
    simulate.refused([record, "--schedule", "fair"], USAGE, "--schedule", "fair")
    simulate.refused([record, "--crf", "20"], USAGE, "--crf")
    simulate.refused([folder / "absent.h5"], INPUT, "absent.h5", ranks=2)
    simulate.refused([record, "--lanes", "0"], USAGE, "--lanes", ranks=2)


def real(simulate, tally, mpienc, folder):
    clip, record = clips.dvd_vob(folder / "clip.vob", 12), folder / "real.h5"
    made = mpienc.run([clip, folder / "clip.mkv", "--chunk", "1", "--lanes", "2", "--record", record])
    if not tally.check(made.status == 0 and record.exists(), "a real job writes its record", made.tail()):
        return
    text = mpienc.run(["simulate", record], timeout=60)
    tally.check(f"recorded    {made.chunks()} chunks" in text.stdout, "real job: all of its chunks", text.stdout)
    table = simulate.table(record, what="real job: default table")
    sound(tally, table, "real job")
    if table:
        work = table[0]["speed_up"] * table[0]["makespan_seconds"]
        tally.check(work <= table[0]["makespan_seconds"] * (1 + 1e-9) and table[0]["makespan_seconds"] <= 2 * work,
                    "real job: one lane takes about its CPU seconds", f"{table[0]}")
    shutil.copy(clip, folder / "simulate")
    named = mpienc.run(["./simulate", "named.mkv"], cwd=folder)
    tally.check(named.status == 0 and (folder / "named.mkv").exists(), "./simulate names a file", named.tail())


def main():
    parser = program.arguments(__doc__.splitlines()[0])
    parser.add_argument("--made-record", required=True, help="the program that writes the made job's record")
    options = parser.parse_args()
    mpienc, tally = program.Mpienc(options.mpienc, options.mpirun), program.Tally()
    simulate = Simulate(mpienc, tally)
    with tempfile.TemporaryDirectory(prefix="mpienc-simulate-", dir=options.work) as scratch:
        folder = Path(scratch)

        def make(kind):
            subprocess.run([options.made_record, folder / f"{kind}.h5", kind], check=True)
            return folder / f"{kind}.h5"

        record = make("complete")
        figures(simulate, tally, record)
        clusters(simulate, tally, record)
        printed(simulate, tally, mpienc, record)
        refusals(simulate, folder, record, make)
        real(simulate, tally, mpienc, folder)
    tally.finish()


if __name__ == "__main__":
    main()
