"""``import brainpy_lab.math as bm``: arrays, variables and loops of models that are written as classes.

What a model computes with these is recorded once per run and compiled; computed by themselves, one call at a time, the
same functions work on NumPy arrays, with the same bits.
"""

import numpy as _np

from . import functions as _functions
from . import random
from .arrays import Array, Traced, TracedConditionError
from .environment import (
    disable_x64,
    enable_x64,
    get_dt,
    get_float,
    get_int,
    get_platform,
    set,
    set_dt,
    set_float,
    set_int,
    set_platform,
)
from .equations import Integrator
from .functions import *  # noqa: F403
from .graph import TraceError
from .history import LengthDelay, TimeDelay
from .loops import for_loop
from .share import share
from .variable import Parameter, TrainVar, Variable, VariableError
from .variable_view import VariableView

pi, e, inf, nan, newaxis = _np.pi, _np.e, _np.inf, _np.nan, None
bool_, int_, float_ = bool, _np.int64, _np.float64
int32, int64, float32, float64 = _np.int32, _np.int64, _np.float32, _np.float64
ndarray = Array


def __getattr__(name: str):
    if name == "dt":
        return get_dt()
    raise AttributeError(f"module 'brainpy_lab.math' has no attribute {name!r}")


__all__ = [
    "Array",
    "Integrator",
    "LengthDelay",
    "Parameter",
    "TimeDelay",
    "TraceError",
    "Traced",
    "TracedConditionError",
    "TrainVar",
    "Variable",
    "VariableError",
    "VariableView",
    "disable_x64",
    "enable_x64",
    "for_loop",
    "get_dt",
    "get_float",
    "get_int",
    "get_platform",
    "set",
    "set_dt",
    "set_float",
    "set_int",
    "set_platform",
    "random",
    "share",
    *_functions.__all__,
]
