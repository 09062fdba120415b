"""All neuron models under one name."""

from .excitable import get_FitzHughNagumo, get_HH, get_MorrisLecar, get_WangBuzsaki
from .integrate_and_fire import get_AdExIF, get_ExpIF, get_Izhikevich, get_LIF, get_QuaIF

__all__ = [
    "get_AdExIF",
    "get_ExpIF",
    "get_FitzHughNagumo",
    "get_HH",
    "get_Izhikevich",
    "get_LIF",
    "get_MorrisLecar",
    "get_QuaIF",
    "get_WangBuzsaki",
]
