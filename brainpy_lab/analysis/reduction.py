"""Equations that join neighbours on a ring, and two unknowns that are in all of them, solved with small matrices only.

Every second neighbour is eliminated by orthogonal transformations, all at once, until one is left.

References
----------
Wright (1992), SIAM J. Sci. Stat. Comput. 13, 742-764: stable where products of the transfers are not.
"""

from __future__ import annotations

import numpy as np


def reduced(
    transfers: np.ndarray,
    border: np.ndarray,
    wanted: np.ndarray,
    rows: np.ndarray,
    corner: np.ndarray,
    values: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Solve ``v[i + 1] + transfers[i] v[i] + border[i] u = wanted[i]``, ``sum(rows[:, i] v[i]) + corner u = values``.

    Parameters
    ----------
    transfers : ndarray, shape (n, d, d)
        The last neighbour of ``n - 1`` is 0.
    border : ndarray, shape (n, d, 2)
    wanted : ndarray, shape (n, d, k)
        For k right-hand sides.
    rows : ndarray, shape (2, n, d)
    corner : ndarray, shape (2, 2)
    values : ndarray, shape (2, k)

    Returns
    -------
    v : ndarray, shape (n, d, k)
    u : ndarray, shape (2, k)

    Raises
    ------
    numpy.linalg.LinAlgError
        Where there is no solution.
    """
    n, d, k = wanted.shape
    rows = np.concatenate([rows, np.zeros((2, 1, d))], axis=1)  # place n is place 0, met from the other side
    rest = np.concatenate([corner, values], axis=1)  # u, then what is wanted
    left, right = transfers, np.broadcast_to(np.eye(d), (n, d, d))
    more = np.concatenate([border, wanted], axis=2)
    places, levels = np.arange(n + 1), []
    while len(left) > 1:
        even = len(left) // 2 * 2
        a, b = slice(0, even, 2), slice(1, even, 2)
        begin, middle, end = places[0:even:2], places[1:even:2], places[2 : even + 1 : 2]
        q, r = np.linalg.qr(np.concatenate([right[a], left[b]], axis=1), mode="complete")
        q = q.transpose(0, 2, 1)
        all_of_it = np.concatenate([q[:, :, :d] @ left[a], q[:, :, d:] @ right[b],
                                    q[:, :, :d] @ more[a] + q[:, :, d:] @ more[b]], axis=2)  # fmt: skip
        solved = np.linalg.solve(r[:, :d], all_of_it[:, :d])  # v[middle] = solved - what the others make of it
        weight = np.einsum("rmd,mde->rme", rows[:, middle], solved)
        rows[:, begin] -= weight[:, :, :d]
        rows[:, end] -= weight[:, :, d : 2 * d]
        rest -= weight[:, :, 2 * d :].sum(axis=1)
        levels.append((begin, middle, end, solved))
        kept = all_of_it[:, d:]
        left = np.concatenate([kept[:, :, :d], left[even:]])
        right = np.concatenate([kept[:, :, d : 2 * d], right[even:]])
        more = np.concatenate([kept[:, :, 2 * d :], more[even:]])
        places = np.concatenate([places[0 : even + 1 : 2], places[even + 1 :]])
    matrix, last = np.zeros((d + 2, d + 2)), np.zeros((d + 2, k))
    matrix[:d, :d], matrix[:d, d:], last[:d] = left[0] + right[0], more[0, :, :2], more[0, :, 2:]
    matrix[d:, :d], matrix[d:, d:], last[d:] = rows[:, 0] + rows[:, n], rest[:, :2], rest[:, 2:]
    found = np.linalg.solve(matrix, last)
    v, u = np.empty((n + 1, d, k)), found[d:]
    v[0] = v[n] = found[:d]
    for begin, middle, end, solved in reversed(levels):
        v[middle] = solved[:, :, 2 * d + 2 :] - solved[:, :, : 2 * d] @ np.concatenate([v[begin], v[end]], axis=1)
        v[middle] -= solved[:, :, 2 * d : 2 * d + 2] @ u
    return v[:n], u
