"""`explore`."""

import brainpy_lab as bp
from tests.bad_input.engine import COUNTED, FHN, SPEED
from tests.bad_input.table import FLAG, NEEDED, POSITIVE, SEED, TEXT, Call, Wrong


def model():
    return bp.neuron(FHN, "FHN")


ROWS = [
    Call(
        "explore",
        lambda: {"model": model(), "paused": True, "show": False, "backend": "reference", "name": "Explored"},
        {
            "model": [3, None, "FHN", Wrong(int, "int"), Wrong(bp.NeuState("v"), "v")],
            "views": [Wrong(args=(model(), "rastr"), says="views", shows="'rastr'")],
            "params": [3, [("I", 1.0)], {3: 1.0}],
            "inputs": [Wrong(("ST.inptu", 1.0), "inptu", "field"), Wrong(("ST.input", "1"), "'1'", "input")],
            "n": [0, *(value for value in COUNTED if value is not None)],
            "dt": POSITIVE,
            "seed": SEED,
            "backend": ["numpy", 3, None],
            "speed": [value for value in SPEED if value is not None],
            **{key: FLAG + NEEDED for key in ("paused", "together", "background", "projector", "show")},
            "name": TEXT,
            "ranges": [
                *(
                    Wrong(kwargs={"model": model(), "I": v}, says="I", shows=repr(v))
                    for v in ("1", True, (1.0, 0.0), (0.0, 1.0, 2.0, 3.0), [])
                ),
                Wrong(kwargs={"model": model(), "J": 1.0}, says="parameter", shows="'J'"),
            ],
        },
    ),
]
