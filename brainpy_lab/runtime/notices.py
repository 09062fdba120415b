"""What a person should be told while a program goes on."""
from __future__ import annotations

import sys
import warnings
from pathlib import Path

_PACKAGE = str(Path(__file__).parents[1])


def tell(text: str, category: type[Warning] = UserWarning) -> None:
    """Warn, and point at the first line outside the package, so that it is the user's."""
    levels, frame = 1, sys._getframe(0)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_PACKAGE):
        levels, frame = levels + 1, frame.f_back
    warnings.warn(text, category, stacklevel=levels)
