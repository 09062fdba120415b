"""``bp.dyn``: neurons, channels, synapses, projections and inputs as classes."""

from .. import channels as _channels
from ..channels import *  # noqa: F403
from ..frontends.objects_api.align_post import FullProjAlignPostMg, ProjAlignPostMg2
from ..frontends.objects_api.groups import Dynamic, DynView, NeuDyn, Projection, SynDyn
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
from ..frontends.objects_api.outs import COBA, CUBA, MgBlock, SynOut
from ..frontends.objects_api.synapse_states import Expon

__all__ = [
    *_channels.__all__,
    "AdExIF",
    "AdExIFLTC",
    "AdExIFRef",
    "AdExIFRefLTC",
    "AdQuaIF",
    "AdQuaIFLTC",
    "AdQuaIFRef",
    "AdQuaIFRefLTC",
    "COBA",
    "CUBA",
    "CondNeuGroup",
    "CondNeuGroupLTC",
    "DynView",
    "Dynamic",
    "ExpIF",
    "ExpIFLTC",
    "ExpIFRef",
    "ExpIFRefLTC",
    "Expon",
    "FullProjAlignPostMg",
    "Gif",
    "GifLTC",
    "GifRef",
    "GifRefLTC",
    "HH",
    "HHLTC",
    "HHTypedNeuron",
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
    "NeuDyn",
    "OutputGroup",
    "PoissonGroup",
    "PoissonInput",
    "ProjAlignPostMg2",
    "Projection",
    "QuaIF",
    "QuaIFLTC",
    "QuaIFRef",
    "QuaIFRefLTC",
    "SpikeTimeGroup",
    "SynDyn",
    "SynOut",
    "WangBuzsakiHH",
    "WangBuzsakiHHLTC",
]
