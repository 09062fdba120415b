"""``bp.dnn``: connections without states of their own."""

from .frontends.objects_api.comm import CSRLinear, EventCSRLinear, OneToOne

__all__ = ["CSRLinear", "EventCSRLinear", "OneToOne"]
