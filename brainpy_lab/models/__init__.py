"""Ready neurons, synapses and networks, written with the public front end.

``get_...`` functions take the parameters of a model as keywords and return its type; each docstring gives the
equations, the units and where they come from.
"""

from .networks import cann_network, ei_network, gamma_network
from .neurons import (
    get_AdExIF,
    get_ExpIF,
    get_FitzHughNagumo,
    get_GIF,
    get_HH,
    get_HindmarshRose,
    get_Izhikevich,
    get_LIF,
    get_linear_rate,
    get_MorrisLecar,
    get_QuaIF,
    get_rate,
    get_ResonateFire,
    get_WangBuzsaki,
)
from .rings import ring_bump, ring_positions
from .synapses import (
    get_alpha,
    get_AMPA,
    get_BCM,
    get_conductance,
    get_dual_exponential,
    get_exponential,
    get_GABAa,
    get_GABAb,
    get_gap_junction,
    get_NMDA,
    get_Oja,
    get_rate_coupling,
    get_STDP,
    get_STP,
    get_voltage_jump,
)

__all__ = [
    "cann_network",
    "ei_network",
    "gamma_network",
    "get_AMPA",
    "get_AdExIF",
    "get_BCM",
    "get_ExpIF",
    "get_FitzHughNagumo",
    "get_GABAa",
    "get_GABAb",
    "get_GIF",
    "get_HH",
    "get_HindmarshRose",
    "get_Izhikevich",
    "get_LIF",
    "get_MorrisLecar",
    "get_NMDA",
    "get_Oja",
    "get_QuaIF",
    "get_ResonateFire",
    "get_STDP",
    "get_STP",
    "get_WangBuzsaki",
    "get_alpha",
    "get_conductance",
    "get_dual_exponential",
    "get_exponential",
    "get_gap_junction",
    "get_linear_rate",
    "get_rate",
    "get_rate_coupling",
    "get_voltage_jump",
    "ring_bump",
    "ring_positions",
]
