"""Another path of `brainpy_lab.types`."""

from ..types import *  # noqa: F403
from ..types import __all__  # noqa: F401
