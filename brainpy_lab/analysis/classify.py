"""Names of fixed points, by the trace and the determinant of the Jacobian, in the spelling of the BrainPy manual."""

from __future__ import annotations

import numpy as np

# A double root is known to about the square root of rounding only (1e-8 of the box), and so is a slope that
# vanishes there; traces and discriminants at simple roots are known to rounding.
ZERO_SLOPE = 1e-7
ZERO = 1e-9

STABLE_POINT = "stable-point"
UNSTABLE_POINT = "unstable-point"
SADDLE_NODE = "saddle-node"

NAMES_1D = (STABLE_POINT, UNSTABLE_POINT, SADDLE_NODE)
NAMES_2D = (
    "stable-node",
    "unstable-node",
    "stable-focus",
    "unstable-focus",
    SADDLE_NODE,
    "center",
    "stable-star",
    "star",
    "stable-line",
    "unstable-line",
)


def name_1d(slope: float, scale: float = 1.0) -> str:
    """The name of a fixed point on a line.

    Parameters
    ----------
    slope : float, 1/ms
        f' at the point: it is stable where f falls.
    scale : float, 1/ms
        The usual size of f' around; slopes below 1e-7 of it count as 0.
    """
    if abs(slope) <= ZERO_SLOPE * scale:
        return SADDLE_NODE
    return STABLE_POINT if slope < 0 else UNSTABLE_POINT


def name_2d(trace: float, determinant: float, scale: float = 1.0) -> str:
    """The name of a fixed point in a plane.

    Parameters
    ----------
    trace, determinant : float
        Of the Jacobian, 1/ms and 1/ms^2.
    scale : float, 1/ms
        The usual size of the entries of the Jacobian, each variable measured by its range.

    Notes
    -----
    'saddle-node' is the manual's word for a saddle, 'star' for an unstable star.
    """
    p, q = trace, determinant
    if abs(q) <= ZERO_SLOPE * scale * scale:
        return "stable-line" if p < 0 else "unstable-line"
    if q < 0:
        return SADDLE_NODE
    if abs(p) <= ZERO * scale:
        return "center"
    e = p * p - 4 * q
    if abs(e) <= ZERO * scale * scale:
        return "stable-star" if p < 0 else "star"
    return f"{'stable' if p < 0 else 'unstable'}-{'focus' if e < 0 else 'node'}"


def names(jacobians: np.ndarray, scales: np.ndarray) -> list[str]:
    """Names of many points, from Jacobians (n, d, d) and scales (n,)."""
    if jacobians.shape[-1] == 1:
        return [name_1d(float(j[0, 0]), float(s)) for j, s in zip(jacobians, scales)]
    return [
        name_2d(float(np.trace(j)), float(j[0, 0] * j[1, 1] - j[0, 1] * j[1, 0]), float(s))
        for j, s in zip(jacobians, scales)
    ]
