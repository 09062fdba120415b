"""What a person is asked for when something does not work: versions, caches, comms, and what to fix."""

from __future__ import annotations

import platform
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from .. import __version__
from .checkup import _page_half, problems, this_kernel

PACKAGES = (
    "numpy", "numba", "llvmlite", "sympy", "matplotlib", "ipython", "ipykernel", "ipywidgets", "jupyterlab_widgets",
    "anywidget", "bqplot", "bqscales", "jupyterlab", "notebook", "joblib", "distributed", "cloudpickle",
)  # fmt: skip


def report() -> str:
    """Versions and settings, one a line, and what to fix."""
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
    rows.append(("JupyterLab plug-in", _page_half("brainpy-lab") or "not found"))
    rows.append(("imported from", str(Path(__file__).resolve().parents[1])))
    rows += devices()
    rows.append(("kernel cache", _cache()))
    rows.append(("page", "none (headless)" if is_headless() else "widgets"))
    rows.append(("comms", _comms()))
    rows.append(("subshells", _subshells()))
    for lab in labs.values():
        counts = lab.sender.counts
        frames = f"{counts.sent} frames sent, {counts.acknowledged} drawn, {counts.lost} lost"
        rows.append((f"lab {lab.name}", f"{lab.status}, {lab.backend_name}, {frames}"))
    width = max(len(name) for name, _ in rows)
    lines = [f"{name:<{width}}  {value}" for name, value in rows]
    found = problems()
    lines += ["", "To fix:" if found else "Nothing to fix."]
    lines += [f"{k}. {problem}" for k, problem in enumerate(found, 1)]
    return "\n".join(lines)


def _cache() -> str:
    """The folder of compiled programs, how many there are, and their size."""
    from ..backends.numba.cache import folder

    place = folder()
    sizes = [path.stat().st_size for path in place.rglob("*") if path.is_file()] if place.is_dir() else []
    programs = len(list(place.rglob("*.py"))) if place.is_dir() else 0
    return f"{place}: {programs} programs, {sum(sizes) / 2**20:.1f} MB"


def _comms() -> str:
    """Which way messages of a page take."""
    kernel = this_kernel()
    if kernel is None:
        return "no kernel"
    manager = getattr(kernel, "comm_manager", None)
    kinds = ", ".join(sorted(getattr(manager, "targets", {}))) or "no targets"
    return f"{type(manager).__module__}.{type(manager).__name__}, {len(getattr(manager, 'comms', {}))} open ({kinds})"


def devices() -> list[tuple[str, str]]:
    """What programs for a GPU need: CuPy, driver, card, NVRTC; and the compiler of the emulated device."""
    from ..backends.cuda import devices as found
    from ..backends.cuda import nvrtc

    rows = [("CuPy", _cupy_version())]
    driver = None
    try:
        cupy, driver = found.find_card()
        device = cupy.cuda.Device()
        properties = cupy.cuda.runtime.getDeviceProperties(device.id)
        free, total = cupy.cuda.runtime.memGetInfo()
        memory = f"{free / 2**30:.1f} of {total / 2**30:.1f} GiB free"
        card = f"{properties['name'].decode()}, {found.architecture(cupy)}, {memory}"
        rows += [("NVIDIA driver", f"CUDA {driver // 1000}.{driver % 1000 // 10}"), ("GPU", card)]
    except Exception as error:  # a report of what is wrong never ends with it
        rows.append(("GPU", str(error)))
    try:
        compiler = nvrtc.load(driver=None if driver is None else driver // 1000)
        rows.append(("NVRTC", f"{compiler}, for sm_{compiler.architectures[0]} to sm_{compiler.architectures[-1]}"))
    except Exception as error:
        rows.append(("NVRTC", str(error)))
    rows.append(("emulator", _gxx()))
    return rows


def _cupy_version() -> str:
    """Version and wheel; CuPy has one wheel for each version of CUDA."""
    names = [f"cupy-cuda{major}x" for major in (13, 12)] + ["cupy"]
    for name in names:
        try:
            return f"{version(name)} ({name})"
        except PackageNotFoundError:
            continue
    return "not installed"


def _gxx() -> str:
    from ..backends.cuda.emulator.build import compiler

    try:
        path = compiler()
        told = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=10).stdout
    except Exception as error:
        return str(error)
    return (told.splitlines() or [path])[0]


def _subshells() -> str:
    kernel = this_kernel()
    if kernel is None:
        return "no kernel"
    on = getattr(kernel, "_supports_kernel_subshells", False)
    return "yes: sliders act while a cell is busy" if on else "no: sliders act between cells"
