"""Neurons under the names of `bp.neurons`: those of `bp.dyn` that collect input in a variable ``input``."""

from __future__ import annotations

from typing import Any

from .neurons_base import Spiking
from .neurons_exponential import AdExIFRef, ExpIFRef
from .neurons_gif import GifRef
from .neurons_hh import HH as _HH
from .neurons_hh import MorrisLecar as _MorrisLecar
from .neurons_hh import WangBuzsakiHH as _WangBuzsakiHH
from .neurons_lif import LifRef
from .neurons_quadratic import AdQuaIFRef, IzhikevichRef, QuaIFRef


def _collecting(name: str, base: type[Spiking]) -> Any:
    doc = f"`{base.__name__}` neurons with a variable ``input``, which runners add to and `clear_input` empties."
    return type(base)(name, (base,), {"collects_input": True, "__doc__": doc, "__module__": __name__})


LIF = _collecting("LIF", LifRef)
ExpIF = _collecting("ExpIF", ExpIFRef)
AdExIF = _collecting("AdExIF", AdExIFRef)
QuaIF = _collecting("QuaIF", QuaIFRef)
AdQuaIF = _collecting("AdQuaIF", AdQuaIFRef)
GIF = _collecting("GIF", GifRef)
Izhikevich = _collecting("Izhikevich", IzhikevichRef)
HH = _collecting("HH", _HH)
MorrisLecar = _collecting("MorrisLecar", _MorrisLecar)
WangBuzsakiHH = _collecting("WangBuzsakiHH", _WangBuzsakiHH)
WangBuzsakiModel = WangBuzsakiHH
