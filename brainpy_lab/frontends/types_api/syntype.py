"""`SynType`: a model of a synapse."""

from __future__ import annotations

from ...errors import ModelDefError
from ...types import SynState
from .objtype import ObjType


class SynType(ObjType):
    """A synapse model: states on each edge, and the functions that advance them and act on the neurons.

    Parameters
    ----------
    name : str
        Name of the model.
    ST : SynState
        Fields of an edge and their defaults.
    steps : callable, or list or tuple of callables
        Step functions. Besides the arguments of a neuron's step they may take ``pre`` and ``post``, the states of
        the neurons before and after the edge. A step marked with `delayed` sees ``ST`` one synaptic delay ago.
    mode : {'vector', 'scalar', 'matrix'}
        Only 'scalar' (functions written for one edge) is available so far; left out, the mode is 'vector'.
    requires, hand_overs, heter_params_replace
        As for `NeuType`.

    Raises
    ------
    ModelDefError
        When the definition is not sound.
    """

    kind = "synapse"
    modes = ("scalar", "vector", "matrix")
    modes_message = 'SynType only support "scalar", "vector" or "matrix".'
    default_mode = "scalar"
    state_class = SynState

    def __init__(self, name, ST, steps, mode="vector", requires=None, hand_overs=None, heter_params_replace=None):
        if mode in ("vector", "matrix"):
            raise ModelDefError(
                f'Synapse models of mode "{mode}" are not available yet ("{name}"; a SynType without mode is a '
                '"vector" one). Write the steps for one edge and pass mode="scalar".'
            )
        super().__init__(name, ST, steps, mode, requires, hand_overs, heter_params_replace)
