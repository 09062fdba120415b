"""Ways to connect two groups, and ways to write down who is connected."""

from .base import Connector
from .formatters import ij2mat, mat2ij, post2pre, post2syn, post_slice_syn, pre2post, pre2syn, pre_slice_syn
from .graphs import ScaleFree, SmallWorld
from .random import FixedPostNum, FixedPreNum, FixedProb
from .regular import All2All, GridEight, GridFour, GridN, One2One
from .spatial import DOG, GaussianProb, GaussianWeight

all2all = All2All(include_self=True)
grid_eight = GridEight()
grid_four = GridFour()
one2one = One2One()

__all__ = [
    "All2All",
    "Connector",
    "DOG",
    "FixedPostNum",
    "FixedPreNum",
    "FixedProb",
    "GaussianProb",
    "GaussianWeight",
    "GridEight",
    "GridFour",
    "GridN",
    "One2One",
    "ScaleFree",
    "SmallWorld",
    "all2all",
    "grid_eight",
    "grid_four",
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
