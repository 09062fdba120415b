"""``bp.synapses``: synapses between two groups, in one object each."""

from .frontends.objects_api.old_synapses import (
    AMPA,
    NMDA,
    Alpha,
    BioNMDA,
    Delta,
    DualExponential,
    Exponential,
    GABAa,
    GapJunction,
)
from .frontends.objects_api.two_end import TwoEndConn

__all__ = [
    "AMPA",
    "Alpha",
    "BioNMDA",
    "Delta",
    "DualExponential",
    "Exponential",
    "GABAa",
    "GapJunction",
    "NMDA",
    "TwoEndConn",
]
