"""Models from functions, groups of them and networks, under the path that programs of the 0.3 API import them by."""

from .frontends.types_api import (
    Ensemble,
    Network,
    NeuGroup,
    NeuSubGroup,
    NeuType,
    ObjType,
    ParsUpdate,
    SynConn,
    SynType,
    delayed,
)

__all__ = [
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
