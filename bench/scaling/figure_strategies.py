"""Bars: how much of the ideal each strategy reaches, on equal hosts and with a slow one."""

import style
from suites import STRATEGIES
from summary import groups, of_suite, spread

HOSTS = {"equal": "Equal hosts", "one slow": "The last host at a fifth of the speed"}
AIM = 90


def draw(rows):
    rows = of_suite(rows, "strategies")
    if not rows:
        return None
    figure, panels = style.new(1, 2, 3.7, sharey=True)
    ranks = sorted({row["ranks"] for row in rows})
    wide = 0.8 / len(STRATEGIES)
    for axes, (hosts, title) in zip(panels, HOSTS.items()):
        found = groups([row for row in rows if row["hosts"] == hosts], "ranks", "schedule")
        for n, schedule in enumerate(STRATEGIES):
            at = [x + (n - (len(STRATEGIES) - 1) / 2) * wide for x in range(len(ranks))]
            have = [spread(100 * row["efficiency"] for row in found[r, schedule]) for r in ranks]
            middle = [s.median for s in have]
            axes.bar(at, middle, 0.9 * wide, color=style.STRATEGY[schedule], label=schedule)
            axes.errorbar(at, middle, [[s.median - s.least for s in have], [s.most - s.median for s in have]],
                          fmt="none", ecolor=style.INK, elinewidth=0.9, capsize=2)
            for x, s in zip(at, have):
                axes.text(x, s.most + 1.5, f"{s.median:.0f}", ha="center", va="bottom", fontsize=8.5,
                          bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6})
        line = axes.axhline(AIM, color=style.INK, linewidth=1, linestyle=(0, (5, 3)), label=f"aim: {AIM} %",
                            zorder=0.9)
        line.set_clip_on(False)
        axes.set_title(title)
        axes.set_xticks(range(len(ranks)), [f"{n} ranks" for n in ranks])
        axes.tick_params(axis="x", length=0)
        axes.set_ylim(0, 112)
        axes.set_yticks(range(0, 101, 20))
        axes.grid(axis="y")
    panels[0].set_ylabel("share of the ideal, %")
    handles, names = panels[0].get_legend_handles_labels()
    order = sorted(range(len(names)), key=lambda n: (names[n] not in STRATEGIES, n))
    style.legend(figure, [handles[n] for n in order], [names[n] for n in order], 5)
    return figure
