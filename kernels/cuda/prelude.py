"""The CUDA C++ text that stands before every printed kernel: constants, mathematics and random numbers.

The functions are written by hand in the ``.cuh`` files of this folder, over structs of constants that are printed
here from ``kernels/constants_f64.py``, ``constants_f32.py`` and ``philox.py``: those tables stay the only ones. The
text includes no header and needs none: a kernel compiles in tens of milliseconds that way, and in seconds with headers.
"""

import functools
from pathlib import Path

import numpy as np
from brainpy_lab.kernels import constants_f32, constants_f64, philox

FILES = ("numbers", "math", "random", "random_edges", "together")
"""The hand-written files, each using those before it."""

_TYPES = {np.float64: "double", np.float32: "float", np.uint64: "uint64", np.uint32: "uint32"}


def literal(value):
    """A NumPy number as C++ text of its type; floats in hexadecimal, which is exact.

    Parameters
    ----------
    value : numpy.float64, float32, uint64, uint32 or bool
        Infinities and NaN, which C++ cannot spell, become calls of ``from_bits``, and are no constants for it.

    Examples
    --------
    >>> literal(np.float32(0.1)), literal(np.float64(-np.inf))
    ('0x1.99999a0000000p-4f', 'from_bits(0xFFF0000000000000ULL)')
    """
    if isinstance(value, np.floating) and not np.isfinite(value):
        return f"from_bits({literal(value.view(np.uint64 if isinstance(value, np.float64) else np.uint32))})"
    if isinstance(value, np.float64):
        return float(value).hex()
    if isinstance(value, np.float32):
        return float(value).hex() + "f"
    if isinstance(value, np.bool_):
        return "true" if value else "false"
    return f"0x{int(value):X}" + ("ULL" if isinstance(value, np.uint64) else "U")


def _table(name, values, real):
    """A tuple of constants as a function, because device code cannot index a constant array of the host."""
    numbers = ", ".join(literal(value) for value in values)
    if name == "HALF_PI_PARTS":
        head, body = f"Parts<{real}> {name}({real} x, {real} k)", f"subtract_multiples(x, k, {numbers})"
    else:
        head, body = f"{real} {name}({real} z)", f"horner_from(z, {numbers})"
    return f"  static BPL_INLINE {head} {{ return {body}; }}"


def _constant(name, value):
    return f"  static constexpr {_TYPES[type(value)]} {name} = {literal(value)};"


def _floats(name, constants):
    """The struct of the constants of a float type. Infinity and NaN, which C++ cannot spell, are given as bits."""
    real = _TYPES[constants.F]
    lines = [f"struct {name} {{", f"  typedef {real} F;", f"  typedef {_TYPES[constants.U]} U;"]
    for key, value in vars(constants).items():
        if not key.isupper() or key in ("F", "U"):
            continue
        if isinstance(value, tuple):
            lines.append(_table(key, value, real))
        elif isinstance(value, constants.F) and not np.isfinite(value):
            lines.append(_constant(f"{key}_BITS", value.view(constants.U)))
        else:
            lines.append(_constant(key, value))
    return "\n".join([*lines, "};"])


def _philox():
    """The struct of Philox: its words are 32 bits wide here, which the reference keeps in 64."""
    lines = ["struct Philox {"]
    for key, value in vars(philox).items():
        if key.isupper():
            lines.append(_constant(key, value if isinstance(value, (np.float64, np.float32)) else np.uint32(value)))
    return "\n".join([*lines, "};"])


@functools.cache
def prelude():
    """What every printed translation unit begins with.

    Returns
    -------
    str
        CUDA C++ for NVRTC, and for a C++17 compiler behind a header that defines ``__device__``, ``__forceinline__``,
        ``__double_as_longlong``, ``__longlong_as_double``, ``__float_as_uint``, ``__uint_as_float`` and the C library's
        fabs, floor, sqrt, fabsf, floorf, sqrtf. It defines ``exp_f64`` and the others of ``ir/functions.py``,
        ``ipow<n>``, ``select``, ``to_f64``, ``to_f32``, ``to_int64``, ``floor_mod``, ``uniform_f64``, ``normal_f64``,
        ``skip`` and their kin.
    """
    folder = Path(__file__).parent
    numbers, *others = ((folder / f"{name}.cuh").read_text("utf-8") for name in FILES)
    return "\n".join([numbers, _floats("F64", constants_f64), _floats("F32", constants_f32), _philox(), "", *others])
