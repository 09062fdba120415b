"""Ways to connect two groups, and ways to write down who is connected."""

from .base import Connector
from .formatters import ij2mat, mat2ij, post2pre, post2syn, post_slice_syn, pre2post, pre2syn, pre_slice_syn
from .given import CSRConn, IJConn, MatConn, SparseMatConn
from .graphs import ScaleFree, SmallWorld
from .growing import PowerLaw, ScaleFreeBA, ScaleFreeBADual
from .near import ProbDist
from .random import FixedPostNum, FixedPreNum, FixedProb, FixedTotalNum
from .regular import All2All, GridEight, GridFour, GridN, One2One
from .spatial import DOG, GaussianProb, GaussianWeight
from .structures import (
    CONN_MAT,
    COO,
    CSC,
    CSR,
    POST2PRE,
    POST2SYN,
    POST_IDS,
    PRE2POST,
    PRE2SYN,
    PRE_IDS,
)

all2all = All2All(include_self=True)
grid_eight = GridEight()
grid_four = GridFour()
one2one = One2One()

TwoEndConnector = Connector

__all__ = [
    "All2All",
    "CONN_MAT",
    "COO",
    "CSC",
    "CSR",
    "CSRConn",
    "Connector",
    "DOG",
    "FixedPostNum",
    "FixedPreNum",
    "FixedProb",
    "FixedTotalNum",
    "GaussianProb",
    "GaussianWeight",
    "GridEight",
    "GridFour",
    "GridN",
    "IJConn",
    "MatConn",
    "One2One",
    "POST2PRE",
    "POST2SYN",
    "POST_IDS",
    "PRE2POST",
    "PRE2SYN",
    "PRE_IDS",
    "PowerLaw",
    "ProbDist",
    "ScaleFree",
    "ScaleFreeBA",
    "ScaleFreeBADual",
    "SmallWorld",
    "SparseMatConn",
    "TwoEndConnector",
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
