"""The interactive lab: magics, live labs, their frames and their pictures."""

from .lab import Lab, labs

__all__ = ["Lab", "labs"]
