"""Another path of models, groups and networks, for programs that import them so; `brainpy_lab` itself has them all."""

from .. import Network
from ..frontends.types_api import (
    Ensemble,
    NeuGroup,
    NeuSubGroup,
    NeuType,
    ObjType,
    ParsUpdate,
    SynConn,
    SynType,
    delayed,
)
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
