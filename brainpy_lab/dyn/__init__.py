"""``bp.dyn``: neurons, channels, synapses, projections and inputs as classes."""

from .. import channels as _channels
from ..channels import *  # noqa: F403
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
from ..frontends.objects_api.input_groups import (
    InputGroup,
    InputVar,
    OutputGroup,
    PoissonGroup,
    PoissonInput,
    SpikeTimeGroup,
)
from ..frontends.objects_api.membrane.base import HHTypedNeuron
from ..frontends.objects_api.membrane.group import CondNeuGroup, CondNeuGroupLTC
from ..frontends.objects_api.neurons_exponential import (
    AdExIF,
    AdExIFLTC,
    AdExIFRef,
    AdExIFRefLTC,
    ExpIF,
    ExpIFLTC,
    ExpIFRef,
    ExpIFRefLTC,
)
from ..frontends.objects_api.neurons_gif import Gif, GifLTC, GifRef, GifRefLTC
from ..frontends.objects_api.neurons_hh import (
    HH,
    HHLTC,
    MorrisLecar,
    MorrisLecarLTC,
    WangBuzsakiHH,
    WangBuzsakiHHLTC,
)
from ..frontends.objects_api.neurons_lif import Lif, LifLTC, LifRef, LifRefLTC
from ..frontends.objects_api.neurons_quadratic import (
    AdQuaIF,
    AdQuaIFLTC,
    AdQuaIFRef,
    AdQuaIFRefLTC,
    Izhikevich,
    IzhikevichLTC,
    IzhikevichRef,
    IzhikevichRefLTC,
    QuaIF,
    QuaIFLTC,
    QuaIFRef,
    QuaIFRefLTC,
)
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
    *_channels.__all__,
    "AMPA",
    "AdExIF",
    "AdExIFLTC",
    "AdExIFRef",
    "AdExIFRefLTC",
    "AdQuaIF",
    "AdQuaIFLTC",
    "AdQuaIFRef",
    "AdQuaIFRefLTC",
    "Alpha",
    "BioNMDA",
    "COBA",
    "CUBA",
    "CondNeuGroup",
    "CondNeuGroupLTC",
    "DualExpon",
    "DualExponV2",
    "DynView",
    "Dynamic",
    "ExpIF",
    "ExpIFLTC",
    "ExpIFRef",
    "ExpIFRefLTC",
    "Expon",
    "FullProjAlignPost",
    "FullProjAlignPostMg",
    "FullProjAlignPreDS",
    "FullProjAlignPreDSMg",
    "FullProjAlignPreSD",
    "FullProjAlignPreSDMg",
    "FullProjDelta",
    "GABAa",
    "Gif",
    "GifLTC",
    "GifRef",
    "GifRefLTC",
    "HH",
    "HHLTC",
    "HHTypedNeuron",
    "HalfProjAlignPost",
    "HalfProjAlignPostMg",
    "HalfProjDelta",
    "InputGroup",
    "InputVar",
    "Izhikevich",
    "IzhikevichLTC",
    "IzhikevichRef",
    "IzhikevichRefLTC",
    "Lif",
    "LifLTC",
    "LifRef",
    "LifRefLTC",
    "MgBlock",
    "MorrisLecar",
    "MorrisLecarLTC",
    "NMDA",
    "NeuDyn",
    "OutputGroup",
    "PoissonGroup",
    "PoissonInput",
    "ProjAlignPost1",
    "ProjAlignPost2",
    "ProjAlignPostMg1",
    "ProjAlignPostMg2",
    "ProjAlignPre1",
    "ProjAlignPre2",
    "ProjAlignPreMg1",
    "ProjAlignPreMg2",
    "Projection",
    "QuaIF",
    "QuaIFLTC",
    "QuaIFRef",
    "QuaIFRefLTC",
    "STD",
    "STP",
    "SpikeTimeGroup",
    "SynDyn",
    "SynOut",
    "VanillaProj",
    "WangBuzsakiHH",
    "WangBuzsakiHHLTC",
]
