"""Connections, currents, groups that spike, measures and pools: what takes and gives arrays."""

import numpy as np

import brainpy_lab as bp
from tests.bad_input.frontend import GEOMETRY, MONITORS, NAME
from tests.bad_input.table import (
    COUNT,
    FLAG,
    FUNCTION,
    NEEDED,
    NOT_NEGATIVE,
    NUMBER,
    POSITIVE,
    RAGGED,
    SEED,
    SHARE,
    TABLE,
    Call,
    Wrong,
    inf,
    nan,
)

TWO = {"pre_indices": 4, "post_indices": 4}
SHEETS = {"pre_indices": (2, 2), "post_indices": (2, 2)}
INDICES = [
    "4", 0.5, nan, True, -1, {}, [-1, 2], [0.5], ["0"], [[[0]]], (2, -1), (2, 2, 2),
    Wrong([[0], [1, 2]], "[[0], [1, 2]]"),
    Wrong(np.zeros(3), "array([0., 0., 0.])"),
]  # fmt: skip
IDS = ["0", 3, None, -1, [0, -1], [0.5, 1.0], ["0", "1"], [[0, 1]], {}, [True, False]]
SIZE = [*COUNT, -1]
SIZE.remove(0)


def connector(name: str, good: dict, bad: dict) -> Call:
    return Call(f"connect.{name}", good, bad)


RULES = [
    connector("All2All", {}, {"include_self": FLAG + NEEDED}),
    connector("GridFour", {}, {"include_self": FLAG + NEEDED}),
    connector("GridEight", {}, {"include_self": FLAG + NEEDED}),
    connector("GridN", {}, {"n": COUNT + NEEDED, "include_self": FLAG + NEEDED}),
    connector("FixedProb", {"prob": 0.5}, {"prob": SHARE + NEEDED, "include_self": FLAG, "seed": SEED}),
    *(
        connector(
            name,
            {"num": 2},
            {"num": ["2", -1, 1.5, -0.5, nan, inf, True, [2], None], "include_self": FLAG, "seed": SEED},
        )
        for name in ("FixedPreNum", "FixedPostNum")
    ),
    connector(
        "GaussianProb",
        {"sigma": 0.5},
        {
            "sigma": POSITIVE + NEEDED,
            "p_min": NUMBER + NEEDED,
            "normalize": FLAG,
            "include_self": FLAG,
            "seed": SEED,
        },
    ),
    connector(
        "GaussianWeight",
        {"sigma": 0.5, "w_max": 1.0},
        {
            "sigma": POSITIVE + NEEDED,
            "w_max": POSITIVE + NEEDED,
            "w_min": NUMBER,
            "normalize": FLAG,
            "include_self": FLAG,
        },
    ),
    connector(
        "DOG",
        {"sigmas": (0.5, 1.0), "ws_max": (1.0, 0.5)},
        {
            "sigmas": [
                3,
                "ab",
                None,
                [1.0],
                [1.0, 2.0, 3.0],
                [1.0, "2"],
                [1.0, nan],
                [1.0, 0.0],
                [True, 1.0],
                [1.0, [2.0, 3.0]],
            ],
            "ws_max": [3, "ab", None, [1.0], [1.0, 2.0, 3.0], [1.0, "2"], [1.0, nan]],
            "w_min": NUMBER,
            "normalize": FLAG,
            "include_self": FLAG,
        },
    ),
    connector(
        "SmallWorld", {}, {"num_neighbor": [*COUNT, 1, 3], "prob": SHARE + NEEDED, "directed": FLAG, "seed": SEED}
    ),
    connector("ScaleFree", {}, {"m": COUNT + NEEDED, "directed": FLAG, "seed": SEED}),
]

USE = [
    Call(
        "connect.All2All.__call__",
        TWO,
        {"pre_indices": INDICES, "post_indices": INDICES},
        on=bp.connect.All2All,
    ),
    Call("connect.One2One.__call__", TWO, {"post_indices": [5]}, on=bp.connect.One2One),
    Call("connect.GridFour.__call__", SHEETS, {"post_indices": [4, (2, 3)]}, on=bp.connect.GridFour),
    Call(
        "connect.SmallWorld.__call__",
        {"pre_indices": 9},
        {"pre_indices": [Wrong(4, "4", "num_neighbor")]},
        on=bp.connect.SmallWorld,
    ),
    Call(
        "connect.ScaleFree.__call__", {"pre_indices": 9}, {"pre_indices": [Wrong(2, "2", "m")]}, on=bp.connect.ScaleFree
    ),
    Call(
        "connect.FixedPreNum.__call__",
        TWO,
        {"pre_indices": [Wrong(1, "1", "num")]},
        on=lambda: bp.connect.FixedPreNum(2),
    ),
    Call(
        "connect.GaussianProb.__call__",
        SHEETS,
        {"pre_indices": [Wrong(4, "(4,)")]},
        on=lambda: bp.connect.GaussianProb(1.0),
    ),
    Call(
        "connect.All2All.set_size",
        {"num_pre": 2, "num_post": 2},
        {"num_pre": COUNT + NEEDED, "num_post": COUNT + NEEDED},
        on=bp.connect.All2All,
    ),
    Call(
        "connect.All2All.set_requires",
        {"syn_requires": ["pre2syn"]},
        {
            "syn_requires": [
                3,
                None,
                ["pre2sym"],
                ["pre_slice_syn", "post_slice_syn"],
                [3],
                "pre2sym",
            ]
        },
        on=bp.connect.All2All,
    ),
    *(
        Call(
            f"connect.All2All.make_{name}",
            on=lambda: _connected(),
        )
        for name in ("pre2post", "mat2ij")
    ),
]


def _connected():
    rule = bp.connect.All2All()
    rule(3)
    return rule


PAIR = {"i": [0, 1], "j": [1, 0]}
SHORT = [Wrong([0], "1")]


def _form(name: str, *sizes: str) -> Call:
    ids = [
        key
        for key in ("i", "j")
        if name not in ("pre2syn", "post2syn")
        or key == name[-4:]
        or name == "pre2syn"
        and key == "i"
        or name == "post2syn"
        and key == "j"
    ]
    bad = {key: IDS + (SHORT if len(ids) == 2 else []) for key in ids}
    good = {key: PAIR[key] for key in ids} | dict.fromkeys(sizes, 2)
    return Call(f"connect.{name}", good, bad | {size: [*SIZE, 1] for size in sizes})


FORMS = [
    _form("ij2mat", "num_pre", "num_post"),
    _form("pre2post", "num_pre"),
    _form("post2pre", "num_post"),
    _form("pre2syn", "num_pre"),
    _form("post2syn", "num_post"),
    _form("pre_slice_syn", "num_pre"),
    _form("post_slice_syn", "num_post"),
    Call(
        "connect.mat2ij",
        {"conn_mat": np.eye(2)},
        {
            "conn_mat": [
                3,
                None,
                "01",
                [[1.0]],
                Wrong(np.zeros(3), "0."),
                Wrong(np.full((2, 2), nan), "nan at [0, 0]"),
                Wrong(np.full((2, 2), "1"), "'1'"),
            ]
        },
    ),
]

DT = POSITIVE
MS = NOT_NEGATIVE
CURRENTS = [
    Call(
        "inputs.constant_current",
        {"Iext": [(1.0, 2.0)]},
        {
            "Iext": [
                3,
                None,
                "12",
                [],
                {},
                [3],
                [(1.0,)],
                [(1.0, 2.0, 3.0)],
                [("1", 2.0)],
                [(1.0, "2")],
                [(nan, 2.0)],
                [(1.0, nan)],
                [(1.0, -2.0)],
                [(1.0, inf)],
                [(None, 2.0)],
                [(1.0, None)],
                [(True, 2.0)],
                Wrong([(np.zeros(2), 1.0), (np.zeros(3), 1.0)], "(2,), (3,)"),
            ],
            "dt": DT,
        },
    ),
    Call(
        "inputs.spike_current",
        {"points": [1.0, 3.0], "lengths": 1.0, "sizes": 2.0, "duration": 5.0},
        {
            "points": [
                3.0,
                None,
                "12",
                {},
                ["1", "2"],
                [nan, 1.0],
                [-1.0, 1.0],
                Wrong([[1.0, 2.0]], "(1, 2)"),
                [inf, 1.0],
            ],
            "lengths": ["1", None, nan, -1.0, {}, Wrong([1.0], "1 entries"), [1.0, "2"], [1.0, nan], [1.0, -2.0], True],
            "sizes": [
                "1",
                None,
                nan,
                {},
                Wrong([1.0], "1 entries"),
                [1.0, "2"],
                [1.0, nan],
                True,
                Wrong([np.zeros(2), np.zeros(3)], "shapes"),
            ],
            "duration": MS + NEEDED,
            "dt": DT,
        },
    ),
    Call(
        "inputs.ramp_current",
        {"c_start": 0.0, "c_end": 1.0, "duration": 5.0},
        {
            "c_start": NUMBER + NEEDED,
            "c_end": NUMBER + NEEDED,
            "duration": MS + NEEDED,
            "t_start": [*MS, Wrong(6.0, "t_start=6"), None],
            "t_end": [*NUMBER, Wrong(6.0, "t_end=6"), Wrong(-1.0, "t_end=-1")],
            "dt": DT,
        },
    ),
]

RATES = ["10", None, nan, inf, -1.0, True, {}, [], ["a"], [1.0, nan, 2.0], [1.0, -1.0, 2.0]]
SOURCES = [
    Call(
        "inputs.PoissonInput",
        {"geometry": 3, "freqs": 10.0},
        {
            "geometry": GEOMETRY + [Wrong(None, "geometry")],
            "freqs": [*RATES, Wrong([1.0, 2.0], "2")],
            "monitors": MONITORS,
            "name": NAME,
        },
    ),
    Call(
        "inputs.FreqInput",
        {"geometry": 3, "freqs": 10.0},
        {
            "geometry": GEOMETRY + [Wrong(None, "geometry")],
            "freqs": [*RATES, Wrong([1.0, 2.0], "2")],
            "start_time": ["1", None, nan, inf, True, {}, [1.0, nan, 2.0], Wrong([1.0, 2.0], "2")],
            "monitors": MONITORS,
            "name": NAME,
        },
    ),
    Call(
        "inputs.SpikeTimeInput",
        {"geometry": 3, "times": [1.0, 2.0]},
        {
            "geometry": GEOMETRY + [Wrong(None, "geometry")],
            "times": [1.0, None, "12", {}, ["1", "2"], [nan, 1.0], [inf, 1.0], Wrong([[1.0, 2.0]], "(1, 2)")],
            "indices": ["0", 0.5, nan, True, {}, 3, -1, [0, 3], [0, [3]], [0, 0.5], ["0", "1"], Wrong([0], "1")],
            "monitors": MONITORS,
            "name": NAME,
        },
    ),
]

SPIKES = np.eye(4)
NUMBERS = [
    *TABLE,
    Wrong(np.zeros(3), "(3,)"),
    Wrong(np.zeros((2, 2, 2)), "(2, 2, 2)"),
    Wrong(np.full((2, 2), nan), "NaN"),
]
TIMES = [
    RAGGED,
    "abcd",
    3.0,
    None,
    {},
    ["a"] * 4,
    [0.0, nan, 1.0, 2.0],
    Wrong([0.0, 1.0], "2"),
    Wrong(np.zeros((4, 1)), "(4, 1)"),
]
MEASURES = [
    Call(
        "measure.cross_correlation",
        {"spikes": SPIKES, "bin_size": 2},
        {"spikes": NUMBERS, "bin_size": POSITIVE + NEEDED},
    ),
    Call(
        "measure.voltage_fluctuation",
        {"potentials": SPIKES},
        {"potentials": [*NUMBERS, Wrong(np.zeros((0, 2)), "(0, 2)")]},
    ),
    Call("measure.raster_plot", {"sp_matrix": SPIKES, "times": np.arange(4)}, {"sp_matrix": NUMBERS, "times": TIMES}),
    Call(
        "measure.firing_rate",
        {"sp_matrix": SPIKES, "width": 1.0},
        {"sp_matrix": NUMBERS, "width": NOT_NEGATIVE + NEEDED, "window": ["gausian", ["flat"]], "dt": POSITIVE},
    ),
]


class Here:
    """An executor that runs at once."""

    def submit(self, func, *args, **kwargs):
        self.value = func(*args, **kwargs)
        return self

    def result(self):
        return self.value


POOLS = [
    Call(
        f"running.{name}",
        lambda: {"func": lambda *args: args, "all_net_params": [(1, 2)], "executor": Here(), "progress": False},
        {
            "func": [*FUNCTION, None],
            "all_net_params": [3, "ab", None, {}, [3], ["ab"]],
            "nb_process": COUNT,
            "executor": [3, "pool"],
            "progress": FLAG,
        },
    )
    for name in ("process_pool", "process_pool_lock")
]

ROWS = RULES + USE + FORMS + CURRENTS + SOURCES + MEASURES + POOLS
