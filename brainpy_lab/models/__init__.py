"""Ready neurons, synapses and networks, written with the public front end.

``get_...`` functions take the parameters of a model as keywords and return its type; each docstring gives the
equations, the units and where they come from.
"""

from .networks import ei_network, gamma_network
from .neurons import (
    get_AdExIF,
    get_ExpIF,
    get_FitzHughNagumo,
    get_HH,
    get_Izhikevich,
    get_LIF,
    get_MorrisLecar,
    get_QuaIF,
    get_WangBuzsaki,
)
from .synapses import get_alpha, get_AMPA, get_conductance, get_exponential, get_GABAa

__all__ = [
    "ei_network",
    "gamma_network",
    "get_AMPA",
    "get_AdExIF",
    "get_ExpIF",
    "get_FitzHughNagumo",
    "get_GABAa",
    "get_HH",
    "get_Izhikevich",
    "get_LIF",
    "get_MorrisLecar",
    "get_QuaIF",
    "get_WangBuzsaki",
    "get_alpha",
    "get_conductance",
    "get_exponential",
]
