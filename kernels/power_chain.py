"""The one order in which an integer power is multiplied out."""

import numbers

NEGATIVE_POWER = "a whole number has no negative whole power: write 2.0 ** n instead of 2 ** n"


def ipow_chain(n):
    """Multiplications that make ``x**n``: binary powering from the left (square, then multiply by x on a set bit).

    Parameters
    ----------
    n : int
        Exponent, 0 <= n <= 64.

    Returns
    -------
    tuple of (int, int)
        With ``v = [x]``, each pair ``(i, j)`` appends ``v[i] * v[j]``; the last value is ``x**n``. Empty for n = 1,
        and for n = 0, whose result is 1 whatever x is (also NaN).

    Raises
    ------
    ValueError
        When `n` is no integer from 0 to 64.

    Notes
    -----
    Each multiplication rounds once, so the result is within (n - 1) units of rounding of x**n.

    Examples
    --------
    >>> ipow_chain(3)
    ((0, 0), (1, 0))
    >>> ipow_chain(4)
    ((0, 0), (1, 1))
    """
    if isinstance(n, bool) or not isinstance(n, numbers.Integral) or not 0 <= int(n) <= 64:
        raise ValueError(f"integer power {n!r}: expected a whole number from 0 to 64; use pow for others")
    chain = []
    last = 0
    for bit in bin(int(n))[3:]:
        chain.append((last, last))
        last += 1
        if bit == "1":
            chain.append((last, 0))
            last += 1
    return tuple(chain)
