"""Another path of `brainpy_lab.connect`, for programs that import it so."""

from .connect import *  # noqa: F403
from .connect import __all__  # noqa: F401
