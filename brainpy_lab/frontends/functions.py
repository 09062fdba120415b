"""Functions that equations need and NumPy does not have; they may stand in a step and outside of one."""

from __future__ import annotations

import numpy as np

from .. import checks


def exprel(x):
    """(exp(x) - 1)/x, which is 1 at 0: the form of rate functions that has no 0/0.

    Parameters
    ----------
    x : float or array_like

    Returns
    -------
    float or ndarray of the shape of `x`

    Examples
    --------
    ``0.1*(V + 40)/(1 - exp(-(V + 40)/10))`` is 0/0 at V = -40. The same without it:

    >>> import brainpy_lab as bp
    >>> V = -40.0
    >>> 1.0 / bp.exprel(-(V + 40.0) / 10.0)
    1.0
    """
    from ..kernels.reference.arrays import exprel as ours

    value = ours(checks.array("x", x, finite=False))
    return value if np.ndim(x) else float(value)
