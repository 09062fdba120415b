"""dt, the float type, and what a step shares: ``t``, ``i``."""

from __future__ import annotations

import numpy as np

from .. import checks, profile


def set_dt(dt: float) -> None:
    """Set the time step, ms, for whatever runs from now on."""
    profile.set_dt(dt)


def get_dt() -> float:
    """The time step, ms."""
    return profile.get_dt()


def set_float(dtype) -> None:
    """Set the type of real numbers, ``np.float64`` or ``np.float32``, for variables made from now on."""
    name = _name_of(dtype)
    if name not in ("float64", "float32"):
        raise checks.wrong("dtype", dtype, "float64 or float32", "Give np.float64, say.")
    profile.set_float_type(name)


def get_float() -> type:
    """The type of real numbers."""
    return np.dtype(profile.get_float_type()).type


def enable_x64(x64: bool | None = None) -> None:
    """Compute in float64, which is the default; ``enable_x64(False)`` computes in float32."""
    if x64 is not None:
        checks.flag("x64", x64)
    set_float(np.float32 if x64 is False else np.float64)


def disable_x64() -> None:
    """Compute in float32."""
    set_float(np.float32)


def set_int(dtype) -> None:
    """Accept the type of whole numbers, which is int64."""
    if _name_of(dtype) not in ("int64", "int32"):
        raise checks.wrong("dtype", dtype, "int64 or int32", "Give np.int64.")


def get_int() -> type:
    """The type of whole numbers."""
    return np.int64


def set(dt: float | None = None, float_=None, int_=None, x64: bool | None = None, platform: str | None = None) -> None:
    """Set several of these at once."""
    if dt is not None:
        set_dt(dt)
    if float_ is not None:
        set_float(float_)
    if int_ is not None:
        set_int(int_)
    if x64 is not None:
        enable_x64(x64)
    if platform is not None:
        set_platform(platform)


def _name_of(dtype) -> str:
    if dtype is None:
        return ""
    try:
        return np.dtype(dtype).name
    except TypeError:
        return ""


def set_platform(platform: str) -> None:
    """Choose where things run: 'cpu', 'gpu' and so on, as ``profile.set(device=...)``."""
    profile.set_device(None, checks.text("platform", platform))


def get_platform() -> str:
    """Where things run."""
    return profile.get_device()
