"""Figures and animations."""

import numpy as np

from tests.bad_input.arrays import TIMES
from tests.bad_input.table import (
    COUNT,
    FLAG,
    NEEDED,
    NUMBER,
    POSITIVE,
    RAGGED,
    TABLE,
    TEXT,
    Call,
    Wrong,
    nan,
)

TS, VALUES = np.arange(4.0), np.arange(24.0).reshape(4, 6)
COLOUR = ["blakc", 3, {}]
LIMITS = [[1.0, [2.0, 3.0]], 3, "ab", [1.0], (0.0, 1.0, 2.0), (0.0, "1"), (0.0, nan), (1.0, 1.0), {}]
SIZE = [[1.0, [2.0, 3.0]], 3, "ab", [1.0], (1.0, 2.0, 3.0), (1.0, "2"), (1.0, nan), (1.0, 0), (-1.0, 2.0), {}]
AX = [3, "ax", {}]
COLUMNS = [RAGGED, "0", 0.5, nan, -1, 6, [0, 6], ["V"], {}]
LABELS = {"xlim": LIMITS, "ylim": LIMITS, "xlabel": TEXT, "ylabel": TEXT, "title": TEXT, "show": FLAG}
FILM = {
    "dt": POSITIVE,
    "frame_delay": POSITIVE + NEEDED,
    "frame_step": COUNT + NEEDED,
    "title_size": POSITIVE + NEEDED,
    "figsize": SIZE,
    "gif_dpi": POSITIVE,
    "video_fps": POSITIVE,
    "save_path": [3, "", ["a.gif"], "no/such/folder/film.gif"],
    "show": FLAG,
}
LINES = [
    3, "ab", Wrong({}, "[]"), {"y": [1.0]}, {"xs": [0.0]}, ["a"], [["a", "b"]], Wrong(np.zeros((2, 2, 2)), "(2, 2, 2)"),
]  # fmt: skip

ROWS = [
    Call(
        "visualization.get_figure",
        {"n_row": 1, "n_col": 2},
        {
            "n_row": COUNT + NEEDED,
            "n_col": COUNT + NEEDED,
            "len_row": POSITIVE + NEEDED,
            "len_col": POSITIVE + NEEDED,
        },
    ),
    Call(
        "visualization.plot_style1",
        {},
        {
            "fontsize": POSITIVE + NEEDED,
            "axes_edgecolor": COLOUR,
            "figsize": [*SIZE, "5", "5,a", Wrong("0,1", "0.0"), None],
            "lw": [*NUMBER, -1.0, None],
        },
    ),
    Call(
        "visualization.line_plot",
        {"ts": TS, "val_matrix": VALUES},
        {
            "ts": TIMES,
            "val_matrix": [RAGGED, "V", 3.0, [["a"]], {}, None, Wrong(np.zeros((3, 2)), "3 rows", "ts")],
            "plot_ids": COLUMNS,
            "ax": AX,
            "legend": TEXT,
            **LABELS,
        },
    ),
    Call(
        "visualization.raster_plot",
        {"ts": TS, "sp_matrix": VALUES},
        {
            "ts": TIMES,
            "sp_matrix": [*TABLE, None, Wrong(np.full((4, 2), nan), "NaN"), Wrong(np.zeros((3, 2)), "3 rows")],
            "ax": AX,
            "marker": ["dot", {}, 3.5],
            "markersize": POSITIVE + NEEDED,
            "color": [*COLOUR, None],
            **LABELS,
        },
    ),
    Call(
        "visualization.animate_2D",
        {"values": VALUES, "net_size": (2, 3), "show": False},
        {
            "values": [*TABLE, None, Wrong(np.zeros((1, 6)), "1", "steps"), Wrong(np.zeros((4, 5)), "5 columns")],
            "net_size": [6, "23", None, (6,), (2, 2), (1, 2, 3), (2, "3"), (0, 3), (2.0, 3.0), {}],
            "val_min": NUMBER,
            "val_max": NUMBER,
            "cmap": ["viridi", 3, {}],
            **FILM,
        },
    ),
    Call(
        "visualization.animate_1D",
        {"dynamical_vars": VALUES, "show": False},
        {
            "dynamical_vars": [
                *LINES,
                [],
                [1.0, 2.0],
                Wrong([VALUES, VALUES[:3]], "[3, 4]"),
                Wrong({"ys": VALUES, "xs": [1.0]}, "(1,)"),
                Wrong({"ys": VALUES, "legend": 3}, "3", "legend"),
                Wrong(VALUES[:1], "1", "steps"),
            ],
            "static_vars": [*LINES, Wrong(VALUES, "(4, 6)"), Wrong({"ys": [1.0, 2.0], "xs": [1.0]}, "(1,)")],
            **{name: LABELS[name] for name in ("xlim", "ylim", "xlabel", "ylabel")},
            **FILM,
        },
    ),
]
