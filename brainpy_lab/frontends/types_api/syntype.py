"""`SynType`: a model of a synapse."""

from __future__ import annotations

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
        'scalar': functions written for one edge. 'vector': ``ST['s']`` holds all edges, ``pre['x']`` and ``post['x']``
        all neurons. 'matrix': ``ST['s']`` has shape (n_pre, n_post).
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

    @property
    def delay(self) -> float:
        """Delay of connections of this model that name none, ms."""
        return self.ir.delay
