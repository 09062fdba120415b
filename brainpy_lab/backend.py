"""Which array library steps are written for, by the name that programs of the 0.3 front end import."""

from .profile import get_backend, set_backend

__all__ = ["get_backend", "set_backend"]
