"""What each lane did when: one panel per strategy over the same time axis, with a slow host."""

from matplotlib.patches import Patch

import record
import style
from suites import STRATEGIES
from summary import of_suite

NAMES = {"own": "chunk", "stolen": "stolen from another rank", "copied": "second copy that counted",
         "lost": "run whose result did not count"}


def chosen(rows, ranks=None):
    """{schedule: row of its median makespan}: with a slow host, on `ranks` ranks, else 4, else the most there are."""
    rows = [row for row in of_suite(rows, "strategies") if row["hosts"] == "one slow"]
    if not rows:
        return {}
    known = {row["ranks"] for row in rows}
    ranks = ranks or (4 if 4 in known else max(known))
    found = {}
    for schedule in STRATEGIES:
        some = sorted((r for r in rows if r["ranks"] == ranks and r["schedule"] == schedule),
                      key=lambda r: r["makespan_seconds"])
        if some:
            found[schedule] = some[(len(some) - 1) // 2]
    return found


def _bars(axes, executions, places):
    for one in executions:
        y = places.index((one["rank"], one["lane"]))
        lost = one["kind"] == "lost"
        axes.broken_barh([(one["begin"], one["end"] - one["begin"])], (y - 0.4, 0.8),
                         facecolor=style.KIND[one["kind"]], edgecolor=style.GREY if lost else "white",
                         hatch="////" if lost else None, linewidth=0.6, zorder=2)


def draw(rows, file, ranks=None):
    runs = chosen(rows, ranks)
    if not runs:
        return None
    lanes = max(row["ranks"] * row["lanes_per_rank"] for row in runs.values())
    figure, panels = style.new(len(runs), 1, 0.9 + len(runs) * (0.55 + 0.2 * lanes), sharex=True, squeeze=False)
    longest = max(row["makespan_seconds"] for row in runs.values())
    kinds = set()
    for axes, (schedule, row) in zip(panels[:, 0], runs.items()):
        executions = record.executions(file[f"runs/{row['run']}"])
        kinds |= {one["kind"] for one in executions}
        cores = [float(c) for c in row["cores_per_rank"].split()]
        places = [(r, lane) for r in range(row["ranks"]) for lane in range(row["lanes_per_rank"])]
        _bars(axes, executions, places)
        end = row["makespan_seconds"]
        axes.plot([end, end], [-0.5, len(places) - 0.5], color=style.INK, linewidth=1.2, zorder=3)
        axes.text(end + 0.008 * longest, (len(places) - 1) / 2,
                  f"{end:.1f} s\n{100 * row['efficiency']:.0f} % of\nthe ideal", va="center", fontsize=9)
        axes.axvline(row["ideal_seconds"], color=style.VERMILION, linewidth=1, linestyle=(0, (4, 2)), zorder=3)
        slow = [max(cores) / c if c else 1 for c in cores] or [1] * row["ranks"]
        axes.set_yticks(range(len(places)), [f"rank {r}" + (f", 1/{slow[r]:.0f} speed" if slow[r] > 1.05 else "")
                                             for r, _ in places])
        axes.set_ylim(len(places) - 0.4, -0.6)
        axes.set_title(f"--schedule {schedule}")
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
    panels[-1, 0].set_xlabel("seconds since the job began")
    panels[-1, 0].set_xlim(0, longest * 1.1)
    keys = [Patch(facecolor=style.KIND[k], edgecolor=style.GREY if k == "lost" else "none",
                  hatch="////" if k == "lost" else None, label=NAMES[k]) for k in NAMES if k in kinds]
    keys += panels[0, 0].plot([], [], color=style.VERMILION, linewidth=1, linestyle=(0, (4, 2)), label="ideal end")
    style.legend(figure, keys, [key.get_label() for key in keys], 3)
    return figure
