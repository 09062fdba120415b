"""The fingerprint of a program: one hash of its structure, the same in every process and on every machine."""
from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass

from .model import Model


def fingerprint(thing: object) -> str:
    """SHA-256 of what a program computes, in hexadecimal.

    Parameters
    ----------
    thing : object
        A program, or any part of one: an expression, a statement, a model, a kernel.

    Returns
    -------
    str
        64 digits.

    Notes
    -----
    Everything of the tree counts: operators, literals, types, names, the order of the schedule. Places do not, nor
    the text that a model was read from, so moving a model to another line changes nothing. Names are taken as they
    are; a front end that wants automatic names to be left out gives them out in order.
    """
    digest = hashlib.sha256()
    for piece in _pieces(thing):
        digest.update(piece.encode())
    return digest.hexdigest()


def _pieces(thing: object) -> Iterator[str]:
    """A text in which different structures differ: every value is written with its kind and its end."""
    if thing is None or isinstance(thing, bool | int | float | str):
        # repr tells 1 from 1.0 and from True, 0.0 from -0.0, and quotes strings.
        yield f"{thing!r};"
    elif is_dataclass(thing):
        yield f"{type(thing).__name__}("
        for spec in fields(thing):
            # What does not count when two trees are compared does not count here, except the type.
            if not spec.compare and spec.name != "dtype" or spec.name == "source" and isinstance(thing, Model):
                continue
            value = getattr(thing, spec.name)
            if spec.name == "dtype" and value is None:
                continue
            yield f"{spec.name}="
            yield from _pieces(value)
        yield ")"
    elif isinstance(thing, tuple | list):
        yield "["
        for item in thing:
            yield from _pieces(item)
        yield "]"
    elif isinstance(thing, frozenset | set):
        yield "{"
        yield from sorted("".join(_pieces(item)) for item in thing)
        yield "}"
    elif isinstance(thing, Mapping):
        yield "<"
        for key, value in sorted(("".join(_pieces(key)), "".join(_pieces(value))) for key, value in thing.items()):
            yield f"{key}:{value}"
        yield ">"
    else:
        raise TypeError(f"{type(thing).__name__} is no part of a program")
