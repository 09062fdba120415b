"""``bp.dnn``: connections without states of their own."""

from .frontends.objects_api.comm import CSRLinear, EventCSRLinear, OneToOne
from .frontends.objects_api.comm_dense import AllToAll, Dense, Identity, Linear, MaskedLinear
from .frontends.objects_api.comm_random import (
    EventJitFPHomoLinear,
    EventJitFPNormalLinear,
    EventJitFPUniformLinear,
    JitFPHomoLinear,
    JitFPNormalLinear,
    JitFPUniformLinear,
)

__all__ = [
    "AllToAll",
    "CSRLinear",
    "Dense",
    "EventCSRLinear",
    "EventJitFPHomoLinear",
    "EventJitFPNormalLinear",
    "EventJitFPUniformLinear",
    "Identity",
    "JitFPHomoLinear",
    "JitFPNormalLinear",
    "JitFPUniformLinear",
    "Linear",
    "MaskedLinear",
    "OneToOne",
]
