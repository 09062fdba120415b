"""Rows about the phase plane of a lab: what a frame computes when a slider has moved, and a diagram over a slider."""

from __future__ import annotations

import numpy as np

import brainpy_lab as bp
from brainpy_lab.analysis.branches import diagram
from brainpy_lab.analysis.grid import box
from brainpy_lab.analysis.problem import Problem, leaf_names
from brainpy_lab.analysis.sketch import flow_arrows, sketch
from brainpy_lab.dynamics.subjects import subject_of

from .report import CheckFailed, Row
from .timing import interleave, median, spread

CELLS = 200
FRAME_MS = 16.0

# Parameters and what is known of them: FitzHugh and Nagumo's Hopf point, Morris and Lecar's fold (class I set), and the
# reduction of Hodgkin and Huxley's model to V and n, with m at rest and h = 0.8 - n.
MODELS = {
    "FitzHugh-Nagumo": (
        "dv/dt = v - v**3/3 - w + I\ndw/dt = (v + a - b*w)/tau\nI = 0.8; a = 0.7; b = 0.8; tau = 12.5",
        [(-3.0, 3.0), (-2.0, 3.0)],
        (-0.5, 1.0),
        0.3312813374547458,
    ),
    "Morris-Lecar": (
        "C = 20; VL = -60; VK = -84; VCa = 120; gL = 2; gK = 8; V1 = -1.2; V2 = 18; V3 = 12; V4 = 17.4; gCa = 4\n"
        "phi = 0.067; I = 35\n"
        "dV/dt = (I - gL*(V-VL) - gCa*(1/2)*(1+tanh((V-V1)/V2))*(V-VCa) - gK*w*(V-VK))/C\n"
        "dw/dt = phi*((1/2)*(1+tanh((V-V3)/V4)) - w)*cosh((V-V3)/(2*V4))",
        [(-80.0, 60.0), (-0.2, 1.0)],
        (0.0, 80.0),
        39.96315309274535,
    ),
    "Hodgkin-Huxley reduced": (
        "am = (V+40)/10/(1-exp(-(V+40)/10))\nbm = 4*exp(-(V+65)/18)\n"
        "C = 1; gNa = 120; gK = 36; gL = 0.3; ENa = 50; EK = -77; EL = -54.4; I = 10\n"
        "dV/dt = (I - gNa*(am/(am+bm))**3*(0.8-n)*(V-ENa) - gK*n**4*(V-EK) - gL*(V-EL))/C\n"
        "dn/dt = (V+55)/100/(1-exp(-(V+55)/10))*(1-n) - (1/8)*exp(-(V+65)/80)*n",
        [(-100.0, 70.0), (-0.1, 1.0)],
        (0.0, 20.0),
        None,
    ),
}


def planes(tiny: bool, rounds: int) -> list[Row]:
    """Nullclines, equilibria, separatrices and arrows on 201 x 201 nodes, for three models."""
    rows = []
    for name, (text, sides, ends, known) in MODELS.items():
        subject = subject_of(bp.neuron(text, "model"), None, 0)
        equations = list(subject.equations.values())
        variables = list(subject.equations)
        read = dict.fromkeys(one for equation in equations for one in leaf_names(equation))
        free = [one for one in read if one not in variables]
        problem = Problem(equations, {}, free)
        values = {one: {**subject.states, **subject.params}[one] for one in free}
        where, cells = box(sides), 60 if tiny else CELLS

        def frame(problem=problem, where=where, values=values, cells=cells):
            return sketch(problem, where, values, cells), flow_arrows(problem, where, values)

        def over(problem=problem, where=where, values=values, ends=ends):
            return diagram(problem, "I", ends, where, values)

        drawn, _ = frame()
        rest = np.abs(np.array(problem.fields(drawn.points.T, values)))
        if not len(drawn.points) or rest.max() > 1e-6 or not all(len(line) for line in drawn.nullclines):
            raise CheckFailed(f"{name}: the plane is empty, or {rest.max():.2g} is left of the slopes at equilibria")
        special = [one.parameter for one in over().specials]
        if known is not None and min(abs(one - known) for one in special) > 1e-7:
            raise CheckFailed(f"{name}: {special} are special, {known} was expected")
        seconds = interleave({"frame": frame, "over": over}, rounds)
        figures = [
            f"{spread(seconds['frame'])} s a frame",
            f"{spread(seconds['over'])} s a diagram over I, in a thread",
        ]
        rows.append(Row(f"Phase plane, {name}", figures, 1e3 * median(seconds["frame"]), FRAME_MS, unit="ms"))
    return rows
