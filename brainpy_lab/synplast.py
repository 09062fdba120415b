"""``bp.synplast``: short-term plasticity of the synapses in `bp.synapses`."""

from .frontends.objects_api.old_plasticity import STD, STP, OldPlasticity

SynSTP = OldPlasticity

__all__ = ["STD", "STP", "SynSTP"]
