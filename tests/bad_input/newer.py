"""Connections, currents and measures that BrainPy has from 2.x on, and the ready networks."""

import numpy as np

import brainpy_lab as bp
from tests.bad_input.arrays import IDS, NUMBERS, PAIR, SHORT, SPIKES, TIMES
from tests.bad_input.table import (
    COUNT,
    FLAG,
    METHOD,
    NEEDED,
    NOT_NEGATIVE,
    NUMBER,
    POSITIVE,
    SEED,
    SHARE,
    TABLE,
    Call,
    Wrong,
    inf,
    nan,
)
from tests.connect.test_given import SciPyLike

HOW_MANY = ["2", -1, 1.5, -0.5, nan, inf, True, [2], None]
RANGES = [
    "ab", nan, [1.0], [1.0, 0.0], [1.0, nan], [1.0, "2"], (1.0, 1.0), {}, [[0.0, 1.0], [1.0, 0.0]], (0.0, 1.0, 2.0),
    True, -1.0,
]  # fmt: skip
GRID = {"periodic_boundary": FLAG + NEEDED}

RULES = [
    Call("connect.GridFour", {}, GRID),
    Call("connect.GridEight", {}, GRID),
    Call("connect.GridN", {}, GRID),
    Call(
        "connect.FixedProb",
        {"prob": 0.5},
        {"pre_ratio": [v for v in SHARE if v is not True], "allow_multi_conn": FLAG + NEEDED},
    ),
    Call("connect.FixedPreNum", {"num": 1}, {"allow_multi_conn": ["True", 0.5, [True], -1]}),
    Call("connect.FixedPostNum", {"num": 1}, {"allow_multi_conn": ["True", 0.5, [True], -1]}),
    Call(
        "connect.FixedTotalNum",
        {"num": 2},
        {"num": HOW_MANY, "allow_multi_conn": FLAG + NEEDED, "include_self": FLAG + NEEDED, "seed": SEED},
    ),
    Call("connect.GaussianProb", {"sigma": 1.0}, {"encoding_values": RANGES, "periodic_boundary": FLAG + NEEDED}),
    Call("connect.SmallWorld", {}, {"include_self": [True, "True", 0.5, [True], -1]}),
    Call(
        "connect.ScaleFreeBADual",
        {"m1": 1, "m2": 2, "p": 0.5},
        {"m1": COUNT + NEEDED, "m2": COUNT + NEEDED, "p": SHARE + NEEDED, "directed": FLAG, "seed": SEED},
    ),
    Call(
        "connect.PowerLaw",
        {"m": 2, "p": 0.5},
        {"m": COUNT + NEEDED, "p": SHARE + NEEDED, "directed": FLAG, "seed": SEED},
    ),
    Call(
        "connect.ProbDist",
        {"dist": 1, "prob": 0.5},
        {
            "dist": NOT_NEGATIVE + NEEDED,
            "prob": SHARE + NEEDED,
            "pre_ratio": SHARE + NEEDED,
            "seed": SEED,
            "include_self": FLAG,
        },
    ),
    Call("connect.IJConn", PAIR, {"i": IDS + SHORT, "j": IDS + SHORT}),
    Call(
        "connect.CSRConn",
        {"indices": [1, 0], "inptr": [0, 1, 2]},
        {"indices": [*IDS, Wrong([0], "1")], "inptr": [*IDS, [0, 2, 1], [1, 2], [0, 1], []]},
    ),
    Call(
        "connect.MatConn",
        {"conn_mat": np.eye(2)},
        {
            "conn_mat": [
                3,
                None,
                "01",
                [[1.0], [1.0, 2.0]],
                Wrong(np.zeros(3), "(3,)"),
                Wrong(np.full((2, 2), nan), "nan"),
                {},
            ]
        },
    ),
    Call("connect.SparseMatConn", {"csr_mat": SciPyLike()}, {"csr_mat": [3, None, "01", [[1.0]]]}),
]

EXTENT = ["4", 0.5, nan, True, -1, {}, (2, -1), (2, 2, 2), [0.5]]


def sized():
    return bp.connect.All2All(pre=3, post=2)


USE = [
    Call(
        "connect.All2All.__call__",
        {"pre_size": 4, "post_size": 4},
        {"pre_size": EXTENT, "post_size": EXTENT},
        on=bp.connect.All2All,
    ),
    Call(
        "connect.All2All.__call__",
        {"pre_indices": 4, "post_indices": 4},
        {"pre_size": [4], "post_size": [4]},
        on=bp.connect.All2All,
    ),
    Call(
        "connect.All2All.require",
        {},
        {
            "names": [
                Wrong(args=(), says="require", shows="conn_mat"),
                *(Wrong(args=(value,), says="form", shows=repr(value)) for value in ("pre2pots", 3, None, True)),
            ]
        },
        on=sized,
        args=("csr",),
    ),
    Call(
        "connect.All2All.__getitem__",
        {"k": 0},
        {"k": [2, -3, "0", None, 0.5, [0]]},
        on=sized,
    ),
]

STEP = {"duration": NOT_NEGATIVE + NEEDED, "dt": POSITIVE}
WHEN = {
    "t_start": [*NOT_NEGATIVE, None, Wrong(9.0, "9")],
    "t_end": [*NUMBER, Wrong(9.0, "9"), Wrong(-1.0, "-1")],
}
WAVE = {
    "amplitude": NUMBER + NEEDED,
    "frequency": NOT_NEGATIVE + NEEDED,
    **STEP,
    **WHEN,
    "bias": FLAG + NEEDED,
}
NOISE = {**STEP, **WHEN, "n": COUNT, "seed": SEED}
RISING = {"c_start": 0.0, "c_end": 1.0, "duration": 5.0}

CURRENTS = [
    Call(
        "inputs.section_input",
        {"values": [0.0, 1.0], "durations": [1.0, 2.0]},
        {
            "values": [
                3,
                None,
                "12",
                [],
                {},
                [1.0],
                ["1", 2.0],
                [nan, 1.0],
                [None, 1.0],
                Wrong([np.zeros(2), np.zeros(3)], "(2,), (3,)"),
            ],
            "durations": [3, None, "12", [], {}, ["1", 2.0], [nan, 1.0], [-1.0, 1.0], [None, 1.0], [True, 1.0]],
            "dt": POSITIVE,
            "return_length": FLAG + NEEDED,
        },
    ),
    Call(
        "inputs.constant_input",
        {"I_and_duration": [(1.0, 2.0)]},
        {
            "I_and_duration": [3, None, "12", [], {}, [3], [(1.0,)], [("1", 2.0)], [(1.0, nan)], [(1.0, -2.0)]],
            "dt": POSITIVE,
        },
    ),
    Call(
        "inputs.spike_input",
        {"sp_times": [1.0, 3.0], "sp_lens": 1.0, "sp_sizes": 2.0, "duration": 5.0},
        {
            "sp_times": [3.0, None, "12", {}, ["1", "2"], [nan, 1.0], [-1.0, 1.0], Wrong([[1.0, 2.0]], "(1, 2)")],
            "sp_lens": ["1", None, nan, -1.0, {}, Wrong([1.0], "1 entries"), [1.0, "2"], True],
            "sp_sizes": ["1", None, nan, {}, Wrong([1.0], "1 entries"), [1.0, "2"], True],
            **STEP,
        },
    ),
    Call("inputs.ramp_input", RISING, {"c_start": NUMBER + NEEDED, "c_end": NUMBER + NEEDED, **STEP, **WHEN}),
    Call("inputs.sinusoidal_input", {"amplitude": 1.0, "frequency": 10.0, "duration": 5.0}, WAVE),
    Call("inputs.square_input", {"amplitude": 1.0, "frequency": 10.0, "duration": 5.0}, WAVE),
    Call("inputs.wiener_process", {"duration": 5.0}, NOISE),
    Call(
        "inputs.ou_process",
        {"mean": 0.0, "sigma": 1.0, "tau": 2.0, "duration": 5.0},
        {"mean": NUMBER + NEEDED, "sigma": NOT_NEGATIVE + NEEDED, "tau": POSITIVE + NEEDED, **NOISE},
    ),
]

SQUARE = np.random.default_rng(1).normal(size=(4, 4))
MEASURES = [
    Call("measure.cross_correlation", {"spikes": SPIKES, "bin": 0.2}, {"bin": POSITIVE, "dt": POSITIVE}),
    Call("measure.cross_correlation", {"spikes": SPIKES, "bin_size": 2}, {"bin": [0.2]}),
    Call(
        "measure.functional_connectivity",
        {"activities": SQUARE},
        {"activities": [*NUMBERS, Wrong(np.zeros((1, 2)), "(1, 2)")]},
    ),
    *(
        Call("measure.matrix_correlation", {"x": SQUARE, "y": SQUARE}, {key: [*NUMBERS, Wrong(np.eye(3), "(3, 3)")]})
        for key in "xy"
    ),
    Call(
        "measure.population_vector",
        {"activity": SQUARE, "angles": [0.0, 1.0, 2.0, 3.0]},
        {
            "activity": [
                "V",
                3.0,
                None,
                [["a"]],
                {},
                [[1.0], [1.0, 2.0]],
                Wrong(np.zeros((4, 3)), "(4, 3)"),
                Wrong(np.full((2, 4), nan), "nan"),
            ],
            "angles": [
                "V",
                3.0,
                None,
                ["a"] * 4,
                {},
                [0.0, 1.0, nan, 2.0],
                Wrong([0.0, 1.0], "2"),
                Wrong(np.zeros((4, 1)), "(4, 1)"),
            ],
        },
    ),
    Call(
        "measure.unitary_LFP",
        {"times": np.arange(4.0), "spikes": SPIKES},
        {
            "times": [*TIMES, [3.0, 2.0, 1.0, 0.0]],
            "spikes": NUMBERS,
            "spike_type": ["excitatory", 3, None],
            **dict.fromkeys(("xmax", "ymax", "va", "lambda_", "sig_i", "sig_e"), POSITIVE + NEEDED),
            "location": ["soma", 3, None],
            "seed": SEED,
        },
    ),
]

ABOVE = [*POSITIVE, None]
NETWORKS = [
    Call(
        "models.cann_network",
        {"n": 8},
        {
            "n": COUNT + NEEDED,
            **dict.fromkeys(("a", "J", "tau"), ABOVE),
            "k": [*SHARE, None, 0.0, 1.0],
            "start": NUMBER,
            "method": METHOD,
        },
    ),
    Call(
        "models.decision_network",
        {"n": 40},
        {
            "n": [*COUNT, None, 3],
            "w_plus": NOT_NEGATIVE + NEEDED,
            "seed": SEED,
            "rate": NOT_NEGATIVE + NEEDED,
            "share": [*SHARE, None, 0.0, 0.6],
            "method": METHOD,
        },
    ),
    Call(
        "models.decision_stimulus",
        {"coherence": 10.0, "duration": 20.0},
        {
            "coherence": [*NUMBER, None, 101.0],
            **dict.fromkeys(("duration", "start", "stop", "mu_0", "sigma"), NOT_NEGATIVE + NEEDED),
            "interval": POSITIVE + NEEDED,
            "seed": SEED,
        },
    ),
    Call(
        "models.ring_bump",
        {"x": [0.0, 1.0], "centre": 0.0, "width": 1.0},
        {
            "x": [*TABLE[:1], None, {}, ["a"], [nan, 1.0], True],
            "centre": ["0", None, nan, {}, True, [0.0, nan]],
            "width": POSITIVE + NEEDED,
        },
    ),
    Call("models.ring_positions", {"n": 4}, {"n": COUNT + NEEDED}),
    Call(
        "models.working_memory_network",
        {"n": 40, "J_plus": 1.5},
        {
            "n": [*COUNT, None, 30],
            "J_plus": [*NOT_NEGATIVE, None, 300.0],
            "sigma": POSITIVE + NEEDED,
            "seed": SEED,
            "rate": NOT_NEGATIVE + NEEDED,
            "method": METHOD,
        },
    ),
]

ROWS = RULES + USE + CURRENTS + MEASURES + NETWORKS
