"""`NeuType`: a model of a neuron."""

from __future__ import annotations

from ...types import NeuState
from .objtype import ObjType


class NeuType(ObjType):
    """A neuron model: its states and the functions that advance them by one step.

    Parameters
    ----------
    name : str
        Name of the model.
    ST : NeuState
        Fields and defaults.
    steps : callable, or list or tuple of callables
        Step functions, in the order in which they run. Their arguments are ``ST``, ``_t`` (ms), ``_i`` (index of the
        step), ``_dt`` (ms) and names of attributes of the group.
    mode : {'vector', 'scalar'}
        Whether the functions are written for the arrays of a group or for one neuron.
    requires : dict, optional
        Attribute -> type checker: what a group of this model must have.
    hand_overs : dict, optional
        Attributes that every group receives (arrays are copied).
    heter_params_replace : dict of str to str, optional
        Mode 'vector': parameter -> expression that stands for it where a group has one value per neuron of it. The
        expression may use the parameter, which is the array there, and whatever the step sees: ``{'w': 'w[chosen]'}``.
        An integrator takes its value where the step calls it. Without an entry the array itself stands for the
        parameter. In mode 'scalar' each neuron has its own value and nothing is replaced.

    Raises
    ------
    ModelDefError
        When the definition is not sound; the message says where and what to do.

    Examples
    --------
    >>> import brainpy_lab as bp
    >>> tau = 10.
    >>> @bp.integrate
    ... def int_V(V, t, I):
    ...     return (-V + I) / tau
    >>> def update(ST, _t):
    ...     ST['V'] = int_V(ST['V'], _t, ST['input'])
    >>> leak = bp.NeuType('leak', ST=bp.NeuState('V', 'input'), steps=update)
    """

    kind = "neuron"
    modes = ("scalar", "vector")
    modes_message = 'NeuType only support "scalar" or "vector".'
    state_class = NeuState
