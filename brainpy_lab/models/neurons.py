"""All neuron models under one name."""

from .bursting import get_HindmarshRose
from .excitable import get_FitzHughNagumo, get_HH, get_MorrisLecar, get_WangBuzsaki
from .generalized import get_GIF, get_ResonateFire
from .integrate_and_fire import get_AdExIF, get_ExpIF, get_Izhikevich, get_LIF, get_QuaIF
from .pools import get_background
from .rates import get_linear_rate, get_rate, get_WongWang

__all__ = [
    "get_AdExIF",
    "get_ExpIF",
    "get_FitzHughNagumo",
    "get_GIF",
    "get_HH",
    "get_HindmarshRose",
    "get_Izhikevich",
    "get_LIF",
    "get_MorrisLecar",
    "get_QuaIF",
    "get_ResonateFire",
    "get_WangBuzsaki",
    "get_WongWang",
    "get_background",
    "get_linear_rate",
    "get_rate",
]
