"""Another path of `brainpy_lab.visualize`, for programs that import it so."""

from .visualize import *  # noqa: F403
from .visualize import __all__  # noqa: F401
