"""Another path of what neurons and synapses have in common."""

from . import Ensemble, ObjType, ParsUpdate  # noqa: F401
