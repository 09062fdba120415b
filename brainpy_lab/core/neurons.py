"""Another path of neuron models and groups."""

from . import NeuGroup, NeuSubGroup, NeuType  # noqa: F401
