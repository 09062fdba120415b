"""What a compiled Python step calls, with the bits of `brainpy_lab.kernels.reference.arrays`; on arrays and numbers."""

from brainpy_lab.kernels.numba.draws import (  # noqa: F401
    draw_like,
    draw_like_f32,
    draw_normal,
    draw_normal_f32,
    draw_uniform,
    draw_uniform_f32,
)
from brainpy_lab.kernels.numba.elementwise import (  # noqa: F401
    absolute,
    apart,
    clip,
    cos,
    cosh,
    count,
    exp,
    expm1,
    exprel,
    floor_divide,
    heaviside,
    log,
    log1p,
    log10,
    maximum,
    minimum,
    power,
    real,
    remainder,
    sign,
    sin,
    sinh,
    sqrt,
    tan,
    tanh,
    where,
    whole,
)
from brainpy_lab.kernels.numba.orders import (  # noqa: F401
    amax,
    amax_0,
    amax_1,
    amax_last,
    amin,
    amin_0,
    amin_1,
    amin_last,
    arange,
    argsort,
    cumsum,
    sort,
    sort_in_place,
    unique,
)
from brainpy_lab.kernels.numba.sums import (  # noqa: F401
    dot,
    inner,
    mean,
    mean_0,
    mean_1,
    mean_last,
    prod,
    prod_0,
    prod_1,
    prod_last,
    sum,
    sum_0,
    sum_1,
    sum_last,
    vdot,
)
from numba import njit


@njit(error_model="numpy")
def row(starts, members, i):
    """Row `i` of a list that lies in one array: row i is ``members[starts[i]:starts[i + 1]]``."""
    n = starts.shape[0] - 1
    if i < -n or i >= n:
        raise IndexError("list index out of range")
    if i < 0:
        i += n
    return members[starts[i] : starts[i + 1]]
