"""Another path of `brainpy_lab.Network`."""

from . import Network  # noqa: F401
