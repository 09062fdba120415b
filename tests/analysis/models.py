"""Equations whose equilibria are known."""

from functools import cache

import brainpy_lab as bp
from brainpy_lab.analysis.equilibria import equilibria
from brainpy_lab.analysis.grid import box
from brainpy_lab.analysis.problem import Problem
from brainpy_lab.ir.statements import Integrate


@cache
def equations(text):
    """Variable -> Equation, and parameter -> value, of the text of a neuron cell."""
    model = bp.neuron(text, "M").ir
    found = {e.variable: e for s in model.steps[0].body if isinstance(s, Integrate) for e in s.system.equations}
    return found, {p.name: p.value for p in model.params}


def problem(text, free=(), **constants):
    found, params = equations(text)
    return Problem([found[name] for name in sorted(found)], {**params, **constants}, free)


def find(text, *ranges, free=None, cells=200, **constants):
    return equilibria(problem(text, tuple(free or ()), **constants), box(ranges), free, cells=cells)


FITZHUGH_NAGUMO = """
a = 0.7; b = 0.8; tau = 12.5; I = 0.8
v' = v - v**3/3 - w + I
w' = (v + a - b*w)/tau
"""

MORRIS_LECAR = """
C=20; VL=-60; VK=-84; VCa=120; gL=2; gK=8; V1=-1.2; V2=18; I=0; V3=12; V4=17.4; gCa=4; phi=0.067
V' = (I - gL*(V-VL) - gCa*(1/2)*(1+tanh((V-V1)/V2))*(V-VCa) - gK*w*(V-VK))/C
w' = phi*((1/2)*(1+tanh((V-V3)/V4)) - w)*cosh((V-V3)/(2*V4))
"""

RATE_UNIT = """
J = 1; h = 0
x' = -x + tanh(J*x + h)
"""

WONG_WANG = """
mu0 = 30; a = 270; b = 108; d = 0.154; g = 0.641; tau = 0.1; JS = 0.2609; JX = 0.0497; JA = 0.00052; I0 = 0.3255
u1 = a*(JS*s1 - JX*s2 + I0 + JA*mu0) - b
u2 = a*(JS*s2 - JX*s1 + I0 + JA*mu0) - b
s1' = -s1/tau + (1 - s1)*g*u1/(1 - exp(-d*u1))
s2' = -s2/tau + (1 - s2)*g*u2/(1 - exp(-d*u2))
"""
