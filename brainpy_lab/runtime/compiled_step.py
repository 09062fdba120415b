"""One step of an integrator as a compiled function, for compiled functions of a user's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..backends.equation_text import numba_text
from ..backends.numba.kernel_text import INNER
from ..backends.python_text import power_source
from ..ir.python_step import EquationCall
from ..passes.equation import straight


def compiled_step(call: EquationCall, params: Mapping[str, Any], dt: float, seed: int, stream: int) -> Any:
    """Compile a step.

    Parameters
    ----------
    call : EquationCall
    params : mapping of str to float or ndarray
        They and `dt` become constants.
    dt : float, ms
    seed, stream : int
        Of the noise; each call draws new numbers.

    Returns
    -------
    numba.core.registry.CPUDispatcher
        ``step(x, t, ...)`` of numbers or arrays.
    """
    import numba

    from ..backends.numba import cache
    from ..kernels.numba.memory import flat_i64
    from ..kernels.reference.arrays import AT_HEAD

    inner = getattr(cache.load(_module(call)), call.name)
    # Seed, stream, step and element of a draw, then how many numbers were drawn: compiled code counts them up here.
    place = np.zeros(AT_HEAD + max(call.site, 0) + 1, np.int64)
    place[:2] = seed, stream
    constants = [params[name] for name in call.params]
    names = [f"constant_{number}" for number in range(len(constants))]
    given = ", ".join(call.arguments)
    text = (
        f"def make(njit, inner, flat, addresses, sizes, dt, {', '.join([*names, '*_'])}):\n"
        f"    @njit(error_model='numpy')\n"
        f"    def step({given}):\n"
        f"        return inner({', '.join([given, *names, 'dt', 'flat(addresses, sizes, 0)'])})\n"
        f"    return step\n"
    )
    scope: dict[str, Any] = {}
    exec(compile(text, f"<one step of {call.title}>", "exec"), scope)
    table = np.array([place.ctypes.data], np.int64), np.array([place.size, 0], np.int64)
    step = scope["make"](numba.njit, inner, flat_i64, *table, float(dt), *constants)
    step.__name__ = call.title
    step.draws = place  # lives as long as the function that writes to it
    return step


def _module(call: EquationCall) -> str:
    body, functions = numba_text(call, straight(call))
    math = sorted(name for name in functions if name.endswith(("_f64", "_f32")) and not name.startswith("to_"))
    powers = sorted(int(name[5:]) for name in functions if name.startswith("ipow_"))
    head = [
        "import numpy as np",
        "from numba import njit, vectorize",
        "from brainpy_lab.kernels.numba.intrinsics import select",
        "from brainpy_lab.kernels.numba.arrays import draw_like",
        *(f"from brainpy_lab.kernels.numba.math import {name}" for name in math),
        "to_f64 = np.float64",
        f"inner = njit({INNER})",
        *("\n\n" + power_source(power, "@njit(forceinline=True)") for power in powers),
    ]
    return "\n".join([*head, *body]) + "\n"
