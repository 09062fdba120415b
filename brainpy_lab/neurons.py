"""``bp.neurons``: neurons that collect input in a variable ``input``, and groups that stand for input."""

from .frontends.objects_api.input_groups import InputGroup, OutputGroup, PoissonGroup, SpikeTimeGroup
from .frontends.objects_api.neurons_old import (
    GIF,
    HH,
    LIF,
    AdExIF,
    AdQuaIF,
    ExpIF,
    Izhikevich,
    MorrisLecar,
    QuaIF,
    WangBuzsakiHH,
    WangBuzsakiModel,
)

__all__ = [
    "GIF",
    "HH",
    "LIF",
    "AdExIF",
    "AdQuaIF",
    "ExpIF",
    "InputGroup",
    "Izhikevich",
    "MorrisLecar",
    "OutputGroup",
    "PoissonGroup",
    "QuaIF",
    "SpikeTimeGroup",
    "WangBuzsakiHH",
    "WangBuzsakiModel",
]
