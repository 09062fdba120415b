"""The 0.3-style front end: models from functions (`NeuType`, `SynType`), groups of them, and networks."""

from ..delayed import delayed
from .group_base import Ensemble
from .groups import NeuGroup
from .network import Network
from .neutype import NeuType
from .objtype import ObjType
from .parameters import ParsUpdate
from .recordings import DictPlus
from .subgroups import NeuSubGroup
from .synconn import SynConn
from .syntype import SynType

__all__ = [
    "DictPlus",
    "Ensemble",
    "NeuGroup",
    "NeuSubGroup",
    "NeuType",
    "Network",
    "ObjType",
    "ParsUpdate",
    "SynConn",
    "SynType",
    "delayed",
]
