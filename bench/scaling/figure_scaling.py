"""Speed-up and efficiency against the number of ranks."""

import style
import summary
from summary import groups, of_suite, spread

SUITES = {"strong": ("same title", style.BLUE, "o"),
          "weak": ("title as long as there are ranks", style.VERMILION, "s")}


def draw(rows):
    """None where no suite has two numbers of ranks."""
    found = {}
    for suite in SUITES:
        some = [row for row in of_suite(rows, suite) if row["hosts"] == "equal"]
        if len(groups(some, "ranks")) > 1:
            found[suite] = some
    if not found:
        return None
    figure, (left, right) = style.new(1, 2, 3.6)
    ticks = sorted({row["ranks"] for some in found.values() for row in some})
    left.plot([1, ticks[-1]], [1, ticks[-1]], color=style.GREY, linewidth=1, linestyle=(0, (5, 3)), label="ideal")
    for suite, some in found.items():
        name, colour, marker = SUITES[suite]
        ups = summary.speed_ups(some, weak=suite == "weak")
        part = {key[0]: spread(100 * row["efficiency"] for row in group)
                for key, group in groups(some, "ranks").items()}
        for axes, values in ((left, ups), (right, part)):
            x = sorted(values)
            axes.fill_between(x, [values[n].least for n in x], [values[n].most for n in x], color=colour, alpha=0.2,
                              linewidth=0)
            axes.plot(x, [values[n].median for n in x], color=colour, marker=marker, label=f"{suite}: {name}")
    right.axhline(100, color=style.GREY, linewidth=1, linestyle=(0, (5, 3)))
    for axes in (left, right):
        axes.set_xlabel("ranks of one lane, equal quotas")
        axes.set_xticks(ticks)
        axes.grid(axis="y")
        axes.set_ylim(bottom=0)
    left.set_title("Speed-up")
    left.set_ylabel("times one rank")
    left.set_yticks(ticks)
    right.set_title("Efficiency")
    right.set_ylabel("share of the ideal, %")
    right.set_ylim(0, 105)
    style.legend(figure, *left.get_legend_handles_labels(), 3)
    return figure
