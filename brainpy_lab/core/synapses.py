"""Another path of synapse models and connections."""

from . import SynConn, SynType, delayed  # noqa: F401
