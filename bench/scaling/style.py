"""One look for all figures: Okabe and Ito's colours, which colour-blind readers tell apart; no frames."""

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot  # noqa: E402

SKY, ORANGE, GREEN, BLUE, VERMILION, PINK = "#56B4E9", "#E69F00", "#009E73", "#0072B2", "#D55E00", "#CC79A7"
INK, GREY, PALE = "#222222", "#777777", "#DDDDDD"
STRATEGY = {"steal": BLUE, "dynamic": ORANGE, "guided": GREEN, "static": PINK}
KIND = {"own": SKY, "stolen": ORANGE, "copied": GREEN, "lost": "white"}
WIDTH = 8.0  # inches: 800 pixels at 100 per inch

RULES = {
    "font.family": "DejaVu Sans", "font.size": 9.5, "axes.titlesize": 10.5, "axes.titleweight": "bold",
    "axes.titlelocation": "left", "axes.labelsize": 9.5, "legend.fontsize": 9, "legend.frameon": False,
    "axes.spines.top": False, "axes.spines.right": False, "axes.edgecolor": GREY, "axes.linewidth": 0.8,
    "axes.labelcolor": INK, "text.color": INK, "xtick.color": INK, "ytick.color": INK, "xtick.major.size": 3,
    "ytick.major.size": 3, "axes.axisbelow": True, "grid.color": PALE, "grid.linewidth": 0.6, "lines.linewidth": 1.8,
    "lines.markersize": 5.5, "svg.fonttype": "none", "svg.hashsalt": "mpienc", "figure.facecolor": "white",
    "hatch.linewidth": 0.6,
}


def new(rows, columns, height, **more):
    pyplot.rcParams.update(RULES)
    return pyplot.subplots(rows, columns, figsize=(WIDTH, height), layout="constrained", **more)


def legend(figure, handles, names, columns):
    """Below the panels, in room of its own."""
    lines = -(-len(names) // columns)
    room = (0.09 + 0.2 * lines) / figure.get_figheight()
    figure.get_layout_engine().set(rect=(0, room, 1, 1 - room))
    figure.legend(handles, names, loc="lower center", ncols=columns, borderaxespad=0.2)


def save(figure, folder, name):
    """Both forms; the same bytes for the same data."""
    paths = [folder / f"{name}.svg", folder / f"{name}.png"]
    figure.savefig(paths[0], metadata={"Date": None})
    figure.savefig(paths[1], dpi=200, metadata={"Software": None})
    pyplot.close(figure)
    return paths
