"""Medians, spreads and ratios of runs, and the tables that a bench prints. Pure."""

import statistics
from dataclasses import dataclass


@dataclass(frozen=True)
class Spread:
    median: float
    least: float
    most: float

    def text(self, digits=2, factor=1.0):
        middle, low, high = (f"{factor * x:.{digits}f}" for x in (self.median, self.least, self.most))
        return middle if low == high else f"{middle} ({low} to {high})"


def spread(values):
    values = list(values)
    return Spread(statistics.median(values), min(values), max(values))


def groups(rows, *names):
    """{values of the named columns: rows}, in order of first appearance."""
    found = {}
    for row in rows:
        found.setdefault(tuple(row[name] for name in names), []).append(row)
    return found


def of_suite(rows, suite):
    return [row for row in rows if row["suite"] == suite]


def speed_ups(rows, measure=lambda row: row["makespan_seconds"], weak=False):
    """{ranks: Spread} of the speed-up against one rank of the same repeat; with `weak`, of work per time."""
    base = {row["repeat"]: row for row in rows if row["ranks"] == min(r["ranks"] for r in rows)}
    found = {}
    for (ranks,), some in groups(rows, "ranks").items():
        ratios = [measure(base[row["repeat"]]) / measure(row)
                  * (row["programme_seconds"] / base[row["repeat"]]["programme_seconds"] if weak else 1)
                  for row in some if row["repeat"] in base]
        found[ranks] = spread(ratios)
    return found


def plain(heads, rows):
    """Columns as wide as they need; the first flush left."""
    cells = [heads, *rows]
    widths = [max(len(row[n]) for row in cells) for n in range(len(heads))]
    return "\n".join("  ".join(c.ljust(w) if n == 0 else c.rjust(w)
                               for n, (c, w) in enumerate(zip(row, widths))).rstrip() for row in cells)


def markdown(heads, rows):
    """Figures flush right."""
    rule = ["---", *["---:"] * (len(heads) - 1)]
    return "\n".join("| " + " | ".join(row) + " |" for row in [heads, rule, *rows])


DISTURBED = 0.9


def disturbed(rows):
    """Runs with quotas whose lanes got less than DISTURBED of them."""
    return [row for row in rows if row["hosts"] != "whole" and row["lane_rate"] < DISTURBED]


def _percent(rows):
    return spread(row["efficiency"] for row in rows).text(1, 100)


def _seconds(rows):
    return spread(row["makespan_seconds"] for row in rows).text()


def _mean(rows, name):
    return f"{statistics.mean(row[name] for row in rows):.1f}"


def scaling(rows, suite):
    rows = of_suite(rows, suite)
    quota = [row for row in rows if row["hosts"] == "equal"]
    ups = speed_ups(quota, weak=suite == "weak") if quota else {}
    lines = [[key[0], f"{some[0]['capacity_cores']:.2f}", _seconds(some),
              ups[some[0]["ranks"]].text() if key[1] == "equal" else "", _percent(some),
              _mean(some, "steals"), _mean(some, "copies")]
             for key, some in groups(rows, "label", "hosts").items()]
    return (["", "cores", "makespan s", "speed-up", "efficiency %", "steals", "copies"], lines)


def strategies(rows):
    lines = [[f"{key[0]} ranks, {key[1]}", key[2], _seconds(some), _percent(some), _mean(some, "steals"),
              _mean(some, "copies")]
             for key, some in groups(of_suite(rows, "strategies"), "ranks", "hosts", "schedule").items()]
    return (["", "schedule", "makespan s", "efficiency %", "steals", "copies"], lines)


def seed(rows):
    """Time and size as ratios to the default of the same repeat and hosts."""
    rows = of_suite(rows, "seed")
    base = {(row["hosts"], row["repeat"]): row for row in rows if row["schedule"] == "steal"}
    lines = []
    for (hosts, label), some in groups(rows, "hosts", "label").items():
        pairs = [(row, base[hosts, row["repeat"]]) for row in some if (hosts, row["repeat"]) in base]
        time = spread(r["makespan_seconds"] / b["makespan_seconds"] for r, b in pairs).text() if pairs else "-"
        size = f"{spread(r['output_bytes'] / b['output_bytes'] for r, b in pairs).median:.4f}" if pairs else "-"
        lines.append([f"{label}, {hosts}", f"{some[0]['chunks']}", _seconds(some), time,
                      f"{some[0]['output_bytes']}", size, _percent(some)])
    return (["", "chunks", "makespan s", "time ratio", "bytes", "size ratio", "efficiency %"], lines)


AIMS = {"1 lane": 5, "2 lanes": 5}  # per cent off; 10 for a cluster of unequal hosts


def simulator(rows):
    lines = []
    for (label,), some in groups(of_suite(rows, "simulator"), "label").items():
        def off(name, some=some):
            return spread(row[name] / row["makespan_seconds"] - 1 for row in some).text(1, 100)
        lines.append([label, _seconds(some), spread(row["predicted_seconds"] for row in some).text(),
                      off("predicted_seconds"), off("predicted_own_seconds"), f"{AIMS.get(label, 10)}"])
    return (["", "real s", "predicted s", "off by %", "from own record, off by %", "aim %"], lines)


TABLES = {"strong": lambda rows: scaling(rows, "strong"), "weak": lambda rows: scaling(rows, "weak"),
          "strategies": strategies, "seed": seed, "simulator": simulator}


def all_tables(rows, form=plain):
    """{suite: its table as text: median (least to most)} of every suite that was run."""
    return {suite: form(*make(rows)) for suite, make in TABLES.items() if of_suite(rows, suite)}
