"""One model, many values of its parameters: where the points of a sweep are computed, and what is measured there."""

from .recording import Recording
from .sweep import PointError, Run

__all__ = ["PointError", "Recording", "Run"]
