"""``bp.dyn``: neurons, synapses, projections and inputs as classes."""

from ..frontends.objects_api.align_post import (
    FullProjAlignPost,
    FullProjAlignPostMg,
    HalfProjAlignPost,
    HalfProjAlignPostMg,
)
from ..frontends.objects_api.align_pre import (
    FullProjAlignPreDS,
    FullProjAlignPreDSMg,
    FullProjAlignPreSD,
    FullProjAlignPreSDMg,
)
from ..frontends.objects_api.groups import Dynamic, NeuDyn, Projection, SynDyn
from ..frontends.objects_api.input_groups import InputVar
from ..frontends.objects_api.neurons_lif import Lif, LifLTC, LifRef, LifRefLTC
from ..frontends.objects_api.old_projections import (
    ProjAlignPost1,
    ProjAlignPost2,
    ProjAlignPostMg1,
    ProjAlignPostMg2,
    ProjAlignPre1,
    ProjAlignPre2,
    ProjAlignPreMg1,
    ProjAlignPreMg2,
)
from ..frontends.objects_api.outs import COBA, CUBA, MgBlock, SynOut
from ..frontends.objects_api.plain_projections import FullProjDelta, HalfProjDelta, VanillaProj
from ..frontends.objects_api.synapse_plasticity import STD, STP
from ..frontends.objects_api.synapse_receptors import AMPA, NMDA, BioNMDA, GABAa
from ..frontends.objects_api.synapse_states import Alpha, DualExpon, DualExponV2, Expon
from ..frontends.objects_api.views import DynView

__all__ = [
    "AMPA",
    "Alpha",
    "BioNMDA",
    "COBA",
    "CUBA",
    "DualExpon",
    "DualExponV2",
    "DynView",
    "Dynamic",
    "Expon",
    "FullProjAlignPost",
    "FullProjAlignPostMg",
    "FullProjAlignPreDS",
    "FullProjAlignPreDSMg",
    "FullProjAlignPreSD",
    "FullProjAlignPreSDMg",
    "FullProjDelta",
    "GABAa",
    "HalfProjAlignPost",
    "HalfProjAlignPostMg",
    "HalfProjDelta",
    "InputVar",
    "Lif",
    "LifLTC",
    "LifRef",
    "LifRefLTC",
    "MgBlock",
    "NMDA",
    "NeuDyn",
    "ProjAlignPost1",
    "ProjAlignPost2",
    "ProjAlignPostMg1",
    "ProjAlignPostMg2",
    "ProjAlignPre1",
    "ProjAlignPre2",
    "ProjAlignPreMg1",
    "ProjAlignPreMg2",
    "Projection",
    "STD",
    "STP",
    "SynDyn",
    "SynOut",
    "VanillaProj",
]
