"""Everything that a user can call, by the name that the user writes: ``connect.FixedProb``, ``NeuGroup.run``."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator
from importlib import import_module
from types import FunctionType, ModuleType

import brainpy_lab as bp

OPERATORS = ("__init__", "__call__", "__getitem__", "__setitem__")

# What a user gets as an attribute or a result and calls methods of.
REACHED = {
    "group.pars": lambda: type(_group().pars),
    "group.mon": lambda: type(_group().mon),
    "session.params": lambda: import_module("brainpy_lab.runtime.session").Parameters,
    "lab.params": lambda: import_module("brainpy_lab.lab.undo").LabParams,
    "lab": lambda: import_module("brainpy_lab.lab").Lab,
}


# What `brainpy_lab` makes of a name depends on what it is called with; this is the class for groups.
CHOSEN = {"Network": lambda: import_module("brainpy_lab.frontends.types_api").Network}


# Other paths, and a base: what they share with others is called by the others' names.
LATER = ("Ensemble", "backend", "conn", "connectivity", "core", "visualization", "initialize")


def _public(name: str):
    return CHOSEN[name]() if name in CHOSEN else getattr(bp, name)


def calls() -> dict[str, FunctionType]:
    """Name -> function, each function once."""
    found: dict[str, FunctionType] = {}
    seen = set()
    for name, thing in _things():
        for full, function in _functions(name, thing):
            code = inspect.unwrap(function).__code__
            if code not in seen:
                seen.add(code)
                found[full] = function
    return found


def parameters(function) -> list[str]:
    """What a caller may pass, without ``self``."""
    names = list(inspect.signature(function).parameters)
    return names[1:] if names[:1] in (["self"], ["cls"]) else names


def find(name: str):
    """What a name of `calls` stands for; of a method that of its class."""
    first, *rest = name.split(".")
    prefix = next((prefix for prefix in REACHED if name.startswith(f"{prefix}.")), None)
    if prefix is not None:
        rest = name.removeprefix(f"{prefix}.").split(".")
        thing = REACHED[prefix]()
    else:
        thing = _public(first)
    for part in rest:
        thing = getattr(thing, part)
    return thing


def _group():
    return bp.NeuGroup(bp.models.get_LIF(), 1)


def _things() -> Iterator[tuple[str, object]]:
    first = [name for name in bp._PUBLIC if name not in LATER]
    yield from _named(first)
    for name, reach in REACHED.items():
        yield name, reach()
    yield from _named(name for name in LATER if name in bp._PUBLIC)


def _named(names: Iterable[str]) -> Iterator[tuple[str, object]]:
    things = {name: _public(name) for name in names}
    for name, thing in things.items():
        if not isinstance(thing, ModuleType):
            yield name, thing
    for name, thing in things.items():
        if isinstance(thing, ModuleType):
            public = getattr(thing, "__all__", [key for key in vars(thing) if key[0] != "_"])
            for key in public:
                yield f"{name}.{key}", getattr(thing, key)


def _functions(name: str, thing) -> Iterator[tuple[str, FunctionType]]:
    if isinstance(thing, type):
        if not issubclass(thing, BaseException):
            yield from _methods(name, thing)
    elif _is_ours(thing):
        yield name, thing
    elif type(thing).__module__.startswith("brainpy_lab"):  # bp.labs, connect.all2all
        yield from _methods(name, type(thing))


def _methods(name: str, kind: type) -> Iterator[tuple[str, FunctionType]]:
    for key in dict.fromkeys(key for base in kind.__mro__ for key in vars(base)):
        if key[0] == "_" and key not in OPERATORS:
            continue
        value = inspect.getattr_static(kind, key)
        if isinstance(value, property):
            value, key = value.fset, f"{key}="
        value = getattr(value, "__func__", value)
        if _is_ours(value):
            yield (name if key == "__init__" else f"{name}.{key}"), value


def _is_ours(thing) -> bool:
    if not inspect.isfunction(thing) or thing.__name__ == "<lambda>":
        return False
    return inspect.unwrap(thing).__module__.startswith("brainpy_lab")
