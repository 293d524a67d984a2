"""Short chunks on demand against a training stage and large shares: time against size."""

import style
from summary import groups, of_suite, spread

HOSTS = {"equal": "Equal hosts", "one slow": "The last host at a fifth of the speed"}
MARKS = ("o", "s", "^", "D", "v", "P", "X")


def draw(rows):
    rows = of_suite(rows, "seed")
    if not rows:
        return None
    figure, panels = style.new(1, 2, 3.9, sharey=True, sharex=True)
    marks = {label: MARKS[n % len(MARKS)] for n, (label,) in enumerate(groups(rows, "label"))}
    default = min(r["output_bytes"] for r in rows if r["schedule"] == "steal")
    for axes, (hosts, title) in zip(panels, HOSTS.items()):
        for (label,), some in groups([row for row in rows if row["hosts"] == hosts], "label").items():
            time = spread(r["makespan_seconds"] for r in some)
            size = spread(100 * (r["output_bytes"] / default - 1) for r in some)
            colour = style.STRATEGY[some[0]["schedule"]]
            axes.plot([time.least, time.most], [size.median] * 2, color=colour, linewidth=1.2)
            axes.plot(time.median, size.median, marks[label], color=colour, markersize=8, markeredgecolor="white",
                      markeredgewidth=0.8, label=label, linestyle="none")
        axes.set_title(title)
        axes.set_xlabel("time to encode, s")
        axes.set_xlim(0, 1.06 * max(row["makespan_seconds"] for row in rows))
        axes.grid()
    panels[0].set_ylabel("size of the file, % above the default's")
    style.legend(figure, *panels[0].get_legend_handles_labels(), 3)
    return figure
