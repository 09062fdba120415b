"""What is wrong with an installation, each with what to do: for ``%brainpy doctor`` and ``brainpy-lab doctor``.

Every check looks at one thing and returns the sentences to show; a check that cannot look returns none.
"""

from __future__ import annotations

import json
import os
import re
import sys
import tempfile
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from .. import __version__

# Package of the lab -> oldest version that works: those of the extra [lab] in pyproject.toml.
OLDEST = {
    "jupyterlab": "4.4",
    "ipykernel": "7.0",
    "ipywidgets": "8.1",
    "anywidget": "0.11",
    "bqplot": "0.13",
    "sympy": "1.12",
    "matplotlib": "3.8",
    "contourpy": "1.2",
}
CORE = {"numpy": "1.26", "numba": "0.60", "tqdm": "4.60"}
# Python package -> folder of its half in the page.
PAGE_HALVES = {
    "anywidget": "anywidget",
    "bqplot": "bqplot",
    "jupyterlab_widgets": "@jupyter-widgets/jupyterlab-manager",
}


def installed(name: str) -> str | None:
    """Version of a package, None when it is not there."""
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def is_older(found: str, oldest: str) -> bool:
    """Whether a version comes before another, by its leading numbers."""

    def numbers(text: str) -> list[int]:
        return [int(part) for part in re.match(r"[\d.]*", text).group().split(".") if part]  # type: ignore[union-attr]

    first, second = numbers(found), numbers(oldest)
    width = max(len(first), len(second))
    return first + [0] * (width - len(first)) < second + [0] * (width - len(second))


def packages() -> list[str]:
    """Packages that are missing or too old."""
    told = []
    missing = [name for name in OLDEST if installed(name) is None]
    if missing:
        told.append(f'{", ".join(missing)} not installed, which the lab needs: pip install "brainpy-lab[lab]"')
    for name, oldest in {**CORE, **OLDEST}.items():
        found = installed(name)
        if found is not None and is_older(found, oldest):
            told.append(f"{name} {found} is older than {oldest}: pip install --upgrade {name}")
    return told


def own_version() -> list[str]:
    """The package's files and what pip knows of it."""
    found = installed("brainpy-lab")
    if found is None:
        place = Path(__file__).resolve().parents[2]
        return [f"pip does not know brainpy-lab, which is imported from {place}: pip install -e {place}"]
    if found != __version__:
        return [
            f"pip knows brainpy-lab {found}, but {__version__} is imported: install it again, and restart the kernel"
        ]
    return []


def widget_files() -> list[str]:
    """The page's half of the widget."""
    from .widgets import _STATIC

    missing = [name for name in ("widget.js", "widget.css") if not (_STATIC / name).exists()]
    if not missing:
        return []
    return [
        f"{', '.join(missing)} missing in {_STATIC}, so no live lab can be shown: pip install --force-reinstall "
        "--no-deps brainpy-lab, or in a clone npm ci && npm run build"
    ]


def data_folders() -> list[Path]:
    """Where JupyterLab looks for plug-ins, first found first."""
    try:
        from jupyter_core.paths import jupyter_path
    except ImportError:
        return []
    return [Path(place) for place in jupyter_path("labextensions")]


def plug_in() -> list[str]:
    """The plug-in of JupyterLab: there, of this version, not switched off."""
    if installed("jupyterlab") is None:
        return []  # `packages` says so
    found = _page_half("brainpy-lab")
    if found is None:
        return [
            "the JupyterLab plug-in brainpy-lab is not where JupyterLab looks (labs work, cells have no colours): pip "
            "install --force-reinstall --no-deps brainpy-lab, or in a clone jupyter-builder develop . --overwrite"
        ]
    told = []
    if found != __version__:
        told.append(
            f"the JupyterLab plug-in is version {found}, the package is {__version__}: install brainpy-lab again, and "
            "reload the page"
        )
    off = [name for name in _switched_off() if name.partition(":")[0] == "brainpy-lab"]
    if off:
        told.append(f"the plug-in {off[0]} is switched off: jupyter labextension enable {off[0]}")
    return told


def page_halves() -> list[str]:
    """Widgets have a half in the page, which must be there and switched on."""
    told = []
    for name, folder in PAGE_HALVES.items():
        if installed(name) is None:
            continue
        if _page_half(folder) is None:
            told.append(f"the page's half of {name} ({folder}) is not installed: pip install --force-reinstall {name}")
        off = [item for item in _switched_off() if item.partition(":")[0] == folder]
        if off:
            told.append(f"the plug-in {off[0]} is switched off: jupyter labextension enable {off[0]}")
    return told


def _page_half(folder: str) -> str | None:
    for place in data_folders():
        try:
            return str(json.loads((place / folder / "package.json").read_text("utf-8"))["version"])
        except (OSError, ValueError, KeyError):
            continue
    return None


def _switched_off() -> list[str]:
    try:
        from jupyter_core.paths import jupyter_config_path
    except ImportError:
        return []
    found: list[str] = []
    for place in jupyter_config_path():
        try:
            text = (Path(place) / "labconfig" / "page_config.json").read_text("utf-8")
            listed = json.loads(text).get("disabledExtensions", {})
        except (OSError, ValueError, AttributeError):
            continue
        found += [name for name, off in listed.items() if off] if isinstance(listed, dict) else list(listed)
    return found


def server() -> list[str]:
    """A server of another environment must have the widgets' halves too."""
    parent = os.environ.get("JPY_PARENT_PID")
    if not parent:
        return []
    program = program_of(int(parent))
    if program is None or Path(program).parent == Path(sys.executable).parent:
        return []
    places = f"({Path(program).parent}) than this kernel ({Path(sys.executable).parent})"
    return [
        f"the server runs from another environment {places}: install the page's halves there as well, pip install "
        "anywidget ipywidgets bqplot brainpy-lab, and reload the page"
    ]


def this_kernel():
    """The kernel that this process is, None when it is none."""
    if "IPython" not in sys.modules:
        return None
    from IPython import get_ipython

    return getattr(get_ipython(), "kernel", None)


def program_of(pid: int) -> str | None:
    """The Python that runs a process, as it was called; None where that cannot be seen."""
    try:
        import psutil

        words = psutil.Process(pid).cmdline()
    except Exception:  # not there, not allowed, or already gone: nothing to compare
        return None
    return words[0] if words and os.path.isabs(words[0]) and "python" in os.path.basename(words[0]) else None


def cache() -> list[str]:
    """Compiled programs are kept in a folder."""
    from ..backends.numba.cache import folder

    place = folder()
    try:
        place.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=place):
            pass
    except OSError as error:
        return [
            f"compiled programs cannot be kept in {place} ({error}), so each process compiles anew: set "
            "BRAINPY_LAB_CACHE to a folder that can be written"
        ]
    return []


def page() -> list[str]:
    """Whether labs of this kernel can reach a page."""
    kernel = this_kernel()
    told = []
    if kernel is not None and os.environ.get("LAB_HEADLESS", "") not in ("", "0"):
        told.append("LAB_HEADLESS is set, so cells leave pictures and no live labs: unset it and restart the kernel")
    if kernel is not None and not getattr(kernel, "_supports_kernel_subshells", False):
        told.append("this kernel has no subshells, so sliders wait while a cell is busy: pip install -U ipykernel")
    return told


def bits() -> list[str]:
    """What would make results differ from those of other machines."""
    from ..runtime.build import _lost_denormals

    return _lost_denormals()


CHECKS: tuple[Callable[[], list[str]], ...] = (
    packages, own_version, widget_files, plug_in, page_halves, server, cache, page, bits,
)  # fmt: skip


def problems() -> list[str]:
    """Everything that is wrong, one sentence each."""
    found: list[str] = []
    for check in CHECKS:
        try:
            found += check()
        except Exception as error:  # a report of what is wrong never ends with it
            found.append(f"the check of {check.__name__} itself failed ({type(error).__name__}: {error}): report this")
    return found
