"""Sweeps."""

import numpy as np

import brainpy_lab as bp
from tests.bad_input.table import FLAG, HUGE, NEEDED, NOT_NEGATIVE, POSITIVE, SEED, Call, Wrong, inf, nan

LEAK = bp.neuron("dv/dt = I - v\nI = 1\ninit v = 0\nspike when v > 5", "Leak")
AXES = [
    "abc", 3.0, None, [], [1.0, 1.0], [1.0, nan], [inf], ["a", "b"], [[1.0], [2.0]], [[1.0], [2.0, 3.0]], {}, True,
]  # fmt: skip
ROWS = [
    Call(
        "sweep",
        lambda: {"I": [0.5, 1.0], "duration": 1.0, "progress": False},
        {
            "ranges": [
                Wrong(args=(LEAK, value), kwargs={"duration": 1.0}, shows=repr(value), says="ranges")
                for value in (3, "I", ["I"])
            ],
            "parameters": [
                Wrong(args=(LEAK,), kwargs={"I": axis, "duration": 1.0}, shows=repr(axis), says="I") for axis in AXES
            ],
            "duration": [*[v for v in POSITIVE if v != HUGE], 1e-9],
            "measure": ["rte", 3, None, [], {}, "max", ["rate", 3], {3: "rate"}, {"a": "rte"}, Wrong("max Q", "Q")],
            "n": ["3", 0, -2, 2.5, nan, True, [3]],
            "seed": SEED,
            "dt": [v for v in POSITIVE if v is not None],
            "discard": [*NOT_NEGATIVE, 1.0],
            "record": ["V", 3, [3], ["Q"]],
            "executor": [3.5, None, "dask", 0, -1, True, [2], {}],
            "backend": ["nunba", 3, True],
            "progress": FLAG + NEEDED,
            "wait": FLAG,
        },
        free={"inputs": "refused by the groups and runners that get them"},
        args=(LEAK,),
    ),
    Call("sweep", {"executor": "serial", "progress": False, "x": [1]}, {"model": [
        Wrong(args=(value,), says="model", shows=shown)
        for value, shown in ((3, "3"), (None, "None"), ("FHN", "'FHN'"), (np.zeros(2), "array"))
    ]}, args=(lambda x: x,)),
]  # fmt: skip
