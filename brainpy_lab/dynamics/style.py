"""How figures look: colours that colour-blind people can tell apart, shapes too, and legends beside the data."""

from __future__ import annotations

from dataclasses import dataclass

from .. import checks

# Okabe and Ito's palette, https://jfly.uni-koeln.de/color
BLUE, ORANGE, GREEN, RED, PURPLE, SKY, YELLOW, BLACK = (
    "#0072B2",
    "#E69F00",
    "#009E73",
    "#D55E00",
    "#CC79A7",
    "#56B4E9",
    "#F0E442",
    "#000000",
)
FIELD = "#CBD1D9"
NULLCLINES = (BLUE, ORANGE)


@dataclass(frozen=True)
class Mark:
    """How a class of fixed points is drawn: stable ones are filled."""

    color: str
    marker: str
    filled: bool


MARKS = {
    "stable-point": Mark(BLUE, "o", True),
    "unstable-point": Mark(RED, "o", False),
    "stable-node": Mark(BLUE, "o", True),
    "unstable-node": Mark(RED, "o", False),
    "stable-focus": Mark(GREEN, "s", True),
    "unstable-focus": Mark(ORANGE, "s", False),
    "saddle-node": Mark(PURPLE, "D", False),
    "center": Mark(YELLOW, "P", True),
    "stable-star": Mark(SKY, "*", True),
    "star": Mark(SKY, "*", False),
    "stable-line": Mark(BLACK, "v", True),
    "unstable-line": Mark(BLACK, "^", False),
}

_SHOWN = "_brainpy_lab_shown"


def axes(ax=None, new: bool = False):
    """The axes to draw on: those given, else the current ones, unless their figure was shown already."""
    if checks.axes("ax", ax) is not None:
        return ax
    import matplotlib.pyplot as plt

    current = plt.gcf() if plt.get_fignums() and not new else None
    if current is None or getattr(current, _SHOWN, False):
        current = plt.figure(figsize=(6.4, 4.8), layout="constrained")
    elif not current.axes and current.get_layout_engine() is None:
        current.set_layout_engine("constrained")
    return current.gca()


def legend_above(ax, columns: int = 3, at: float = 1.0) -> None:
    """One legend above the data, which it can therefore not cover; each label once.

    `at` is the height of its lower edge in shares of the axes.
    """
    handles, labels = ax.get_legend_handles_labels()
    once = dict(zip(reversed(labels), reversed(handles)))
    labels = list(dict.fromkeys(labels))
    if not labels:
        return
    legend = ax.legend(
        [once[label] for label in labels],
        labels,
        loc="lower center",
        bbox_to_anchor=(0.5, at),
        ncols=min(columns, len(labels)),
        frameon=False,
        handlelength=1.6,
        columnspacing=1.6,
    )
    for handle in legend.legend_handles:  # marks that are small on a curve are shown in a size that can be seen
        if hasattr(handle, "set_sizes"):
            handle.set_sizes([40])
        elif 0 < handle.get_markersize() < 6 and handle.get_linestyle() == "None":
            handle.set_markersize(6)


def frame(ax) -> None:
    """Only the two axes that carry numbers."""
    ax.spines[["top", "right"]].set_visible(False)


def finish(ax, show: bool) -> None:
    """Show the figure when asked for; what is drawn later gets a new one."""
    if show:
        import matplotlib.pyplot as plt

        plt.show()
        setattr(ax.figure, _SHOWN, True)
