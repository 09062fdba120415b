"""Arrays and functions of the object style, usually imported as ``bm``."""

from . import random

__all__ = ["random"]
