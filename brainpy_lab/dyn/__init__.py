"""``bp.dyn``: neurons, synapses, projections and inputs as classes."""

from ..frontends.objects_api.align_post import FullProjAlignPostMg, ProjAlignPostMg2
from ..frontends.objects_api.groups import Dynamic, DynView, NeuDyn, Projection, SynDyn
from ..frontends.objects_api.input_groups import InputVar
from ..frontends.objects_api.neurons_lif import Lif, LifLTC, LifRef, LifRefLTC
from ..frontends.objects_api.outs import COBA, CUBA, MgBlock, SynOut
from ..frontends.objects_api.synapse_states import Expon

__all__ = [
    "COBA",
    "CUBA",
    "DynView",
    "Dynamic",
    "Expon",
    "FullProjAlignPostMg",
    "InputVar",
    "Lif",
    "LifLTC",
    "LifRef",
    "LifRefLTC",
    "MgBlock",
    "NeuDyn",
    "ProjAlignPostMg2",
    "Projection",
    "SynDyn",
    "SynOut",
]
