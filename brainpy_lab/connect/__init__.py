"""Ways to connect two groups, and ways to write down who is connected."""

from .base import Connector
from .formatters import ij2mat, mat2ij, post2pre, post2syn, post_slice_syn, pre2post, pre2syn, pre_slice_syn
from .random import FixedProb
from .regular import All2All, One2One

all2all = All2All(include_self=True)
one2one = One2One()

__all__ = [
    "All2All",
    "Connector",
    "FixedProb",
    "One2One",
    "all2all",
    "ij2mat",
    "mat2ij",
    "one2one",
    "post2pre",
    "post2syn",
    "post_slice_syn",
    "pre2post",
    "pre2syn",
    "pre_slice_syn",
]
