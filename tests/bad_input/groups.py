"""Groups of the 0.3 front end: what their states, parameters and time loops take; and what figures pass on."""

import numpy as np

import brainpy_lab as bp
from tests.bad_input.frontend import NETWORK_INPUTS, by_hand, network, neurons
from tests.bad_input.pictures import AX
from tests.bad_input.table import COUNT, NEEDED, Call, Wrong

FIELD = [Wrong(v, says="defined") for v in ("u", 3, None)]


def queued():
    state = bp.SynState("s", "g")(3)
    state.delay = None
    return state


def axes():
    import matplotlib.pyplot as plt

    return plt.figure().add_subplot()


ROWS = [
    Call(
        "NeuState.get",
        {"name": "V", "default": 3},
        {"name": [["V"], {}]},
        free={"default": "any"},
        on=lambda: bp.NeuState("V")(3),
    ),
    Call(
        "SynState.delay_push",
        {"g": 1.0, "var": "s"},
        {"var": FIELD, "g": ["1", None, {}, Wrong(np.zeros(7), "0., 0.")]},
        on=queued,
    ),
    Call("SynState.delay_pull", {"var": "s"}, {"var": FIELD}, on=queued),
    *(
        Call(
            f"SynConn.{role}_ids=",
            {"ids": [0, 1, 2]},
            {"ids": [Wrong(v, says=f"{role}_ids") for v in ("012", 3, None, [0.5, 1.0, 2.0], [0, -1, 2], [0, 1], {})]},
            on=lambda: bp.SynConn(num=3, model=by_hand()["model"]),
        )
        for role in ("pre", "post")
    ),
    Call("Network.build", {"run_length": 3}, {"run_length": COUNT + NEEDED, "inputs": NETWORK_INPUTS}, on=network),
    Call(
        "group.pars.update",
        {"tau": 5.0},
        {
            "args": [
                Wrong(args=(3,), says="pars", shows="3"),
                Wrong(args=({"tua": 1.0},), says="Parameter", shows="tua"),
            ],
            "kwargs": [
                Wrong(kwargs={"tua": 1.0}, says="Parameter", shows="tua"),
                Wrong(kwargs={"tau": "5"}, says="pars", shows="'5'"),
            ],
        },
        on=lambda: neurons().pars,
    ),
    *(
        Call(
            f"visualize.{name}",
            good,
            {
                "style": [
                    Wrong(kwargs={**good, "colour": "red"}, says="colour", shows="colour"),
                    Wrong(kwargs={**good, "alpha": "much"}, says="alpha", shows="'much'"),
                ]
            },
        )
        for name, good in (
            ("line_plot", {"ts": np.arange(4), "val_matrix": np.zeros((4, 2))}),
            ("raster_plot", {"ts": np.arange(4), "sp_matrix": np.eye(4)}),
        )
    ),
    Call(
        "visualize.remove_axis",
        lambda: {"ax": axes()},
        {"ax": [*AX, None], "pos": [Wrong(args=(axes(), "uper"), says="pos", shows="'uper'")]},
    ),
    Call(
        "core.NeuSubGroup",
        lambda: {"source": neurons(), "indices": np.arange(2)},
        {"source": [3, None, "E"], "indices": ["0", None, 3, [0.5], {}, [7], [-1]]},
    ),
]
