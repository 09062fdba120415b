"""What a person is asked for when something does not work: versions, caches, comms."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version

from .. import __version__

PACKAGES = ("numpy", "numba", "sympy", "ipython", "ipykernel", "ipywidgets", "anywidget", "jupyterlab")


def report() -> str:
    """Versions and settings, one a line."""
    from .lab import labs
    from .widgets import _STATIC, is_headless

    rows = [
        ("brainpy_lab", __version__),
        ("Python", f"{platform.python_version()} on {platform.system()} {platform.machine()}"),
    ]
    for name in PACKAGES:
        try:
            rows.append((name, version(name)))
        except PackageNotFoundError:
            rows.append((name, "not installed"))
    bundle = _STATIC / "widget.js"
    rows.append(("page bundle", f"{bundle.stat().st_size // 1024} kB" if bundle.exists() else f"missing: {bundle}"))
    rows.append(("kernel cache", os.environ.get("BRAINPY_LAB_CACHE", "default folder")))
    rows.append(("page", "none (headless)" if is_headless() else "widgets"))
    rows.append(("subshells", _subshells()))
    for lab in labs.values():
        counts = lab.sender.counts
        frames = f"{counts.sent} frames sent, {counts.acknowledged} drawn, {counts.lost} lost"
        rows.append((f"lab {lab.name}", f"{lab.status}, {lab.backend_name}, {frames}"))
    width = max(len(name) for name, _ in rows)
    return "\n".join(f"{name:<{width}}  {value}" for name, value in rows)


def _subshells() -> str:
    from IPython import get_ipython

    kernel = getattr(get_ipython(), "kernel", None)
    if kernel is None:
        return "no kernel"
    on = getattr(kernel, "_supports_kernel_subshells", False)
    return "yes: sliders act while a cell is busy" if on else "no: sliders act between cells"
