"""Another path of models, groups and networks, for programs that import them so; `brainpy_lab` itself has them all."""

from .. import Network
from ..frontends.types_api import NeuGroup, NeuType, ObjType, SynConn, SynType, delayed
from ..frontends.types_api.group_base import Ensemble
from ..frontends.types_api.parameters import Parameters as ParsUpdate
from ..frontends.types_api.subgroups import NeuSubGroup
from ..types import NeuState, ObjState, SynState

__all__ = [
    "Ensemble",
    "Network",
    "NeuGroup",
    "NeuState",
    "NeuSubGroup",
    "NeuType",
    "ObjState",
    "ObjType",
    "ParsUpdate",
    "SynConn",
    "SynState",
    "SynType",
    "delayed",
]
