"""Earlier names of projections: they work, and name the new one."""

from __future__ import annotations

import warnings
from typing import Any

from . import align_post, align_pre
from .groups import Projection

RENAMED = {
    "ProjAlignPostMg1": align_post.HalfProjAlignPostMg,
    "ProjAlignPostMg2": align_post.FullProjAlignPostMg,
    "ProjAlignPost1": align_post.HalfProjAlignPost,
    "ProjAlignPost2": align_post.FullProjAlignPost,
    "ProjAlignPreMg1": align_pre.FullProjAlignPreSDMg,
    "ProjAlignPreMg2": align_pre.FullProjAlignPreDSMg,
    "ProjAlignPre1": align_pre.FullProjAlignPreSD,
    "ProjAlignPre2": align_pre.FullProjAlignPreDS,
}


def _old(name: str, new: type[Projection]) -> type[Projection]:
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        warnings.warn(f"{name} is now called {new.__name__}.", DeprecationWarning, stacklevel=2)
        new.__init__(self, *args, **kwargs)

    return type(
        name,
        (new,),
        {"__init__": __init__, "__doc__": f"The earlier name of `{new.__name__}`.", "__module__": __name__},
    )


for _name, _new in RENAMED.items():
    globals()[_name] = _old(_name, _new)

__all__ = list(RENAMED)
