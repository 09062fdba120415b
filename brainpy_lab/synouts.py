"""``bp.synouts``: what the synapses in `bp.synapses` do at their target."""

from .frontends.objects_api.old_outs import COBA, CUBA, MgBlock, OldOut

SynOut = OldOut

__all__ = ["COBA", "CUBA", "MgBlock", "SynOut"]
