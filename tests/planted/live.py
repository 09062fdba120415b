"""A planted change in the running process: what a changed module would define is put into the module that is in use.

Functions get their changed code and stay the objects that others have imported; so do classes, dicts, lists and
objects of the package. What cannot be changed in place, such as a number, is put where it was found, also in modules
that have imported it by name.
"""

from __future__ import annotations

import contextlib
import functools
import linecache
import sys
import types
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from tests.planted.plants import ROOT, Plant


def module_of(file: str) -> str:
    """The name under which a file is imported."""
    name = file.removesuffix(".py").replace("/", ".")
    return name if name.startswith("brainpy_lab") else f"brainpy_lab.{name}"


@contextlib.contextmanager
def planted(plant: Plant, then: tuple[str, ...] = (), **helpers: Any) -> Iterator[Merger]:
    """The process with a change in it; as it was, afterwards.

    Parameters
    ----------
    plant : Plant
    then : tuple of str
        Files that are run again behind the change, because they make things with what it defines.
    **helpers
        What the changed code calls besides.
    """
    module = sys.modules[module_of(plant.file)]
    merger = Merger(module.__name__)
    path = str(ROOT / plant.file)
    assert module.__file__ == path, f"{module.__name__} is {module.__file__}, not the file of this checkout"
    text = plant.text()
    kept = linecache.cache.pop(path, None)
    # Without a time, the file is not looked up again.
    linecache.cache[path] = (len(text), None, text.splitlines(keepends=True), path)
    try:
        changed = types.ModuleType(module.__name__)
        changed.__dict__.update(__file__=path, __package__=module.__package__, __spec__=module.__spec__, **helpers)
        vars(module).update(helpers)
        exec(plant.code(), changed.__dict__)
        merger.merge_modules(module, changed)
        for file in then:
            merger.merge_modules(*_run_again(file))
        yield merger
    finally:
        merger.undo()
        for name in helpers:
            vars(module).pop(name, None)
        del linecache.cache[path]
        if kept is not None:
            linecache.cache[path] = kept


def _run_again(file: str) -> tuple[types.ModuleType, types.ModuleType]:
    module = sys.modules[module_of(file)]
    changed = types.ModuleType(module.__name__)
    changed.__dict__.update(__file__=module.__file__, __package__=module.__package__, __spec__=module.__spec__)
    exec(compile((ROOT / file).read_text(encoding="utf-8"), str(ROOT / file), "exec", dont_inherit=True), vars(changed))
    return module, changed


_OF_EVERY_CLASS = ("__dict__", "__weakref__", "__doc__", "__module__", "__annotations__")


class Merger:
    """Makes what there is equal to what a changed module defines.

    Attributes
    ----------
    count : int
        How many changes were made.
    """

    def __init__(self, module: str):
        self.module = module
        self._undo: list[Callable[[], object]] = []
        self._seen: dict[tuple[int, int], Any] = {}
        self._kept: list[object] = []  # ids are of objects that still exist

    @property
    def count(self) -> int:
        return len(self._undo)

    def undo(self) -> None:
        """Take all changes back."""
        while self._undo:
            self._undo.pop()()

    def merge_modules(self, module: types.ModuleType, changed: types.ModuleType) -> None:
        for name, new in list(vars(changed).items()):
            if name.startswith("__") or name not in vars(module):
                continue
            live = vars(module)[name]
            found = self.merge(live, new)
            if found is live:
                continue
            for other in list(sys.modules.values()):
                if getattr(other, "__name__", "").startswith(("brainpy_lab", "tests.")) and (
                    vars(other).get(name) is live
                ):
                    self._set(functools.partial(setattr, other, name), live, found)

    def merge(self, live: Any, new: Any) -> Any:
        """`live`, changed in place to what `new` is, or what has to stand in its place."""
        if live is new:
            return live
        pair = id(live), id(new)
        if pair not in self._seen:
            self._kept += [live, new]
            self._seen[pair] = live
            self._seen[pair] = self._merge(live, new)
        return self._seen[pair]

    def _merge(self, live: Any, new: Any) -> Any:
        kind = type(live)
        if (kind.__module__, kind.__qualname__) != (type(new).__module__, type(new).__qualname__):
            return new
        match live:
            case types.FunctionType():
                self._function(live, new)
            case type():
                self._class(live, new)
            case property():
                for one, other in ((live.fget, new.fget), (live.fset, new.fset)):
                    self.merge(one, other)
            case staticmethod() | classmethod() | functools.cached_property():
                self.merge(live.__wrapped__ if not isinstance(live, functools.cached_property) else live.func,
                           new.__wrapped__ if not isinstance(new, functools.cached_property) else new.func)  # fmt: skip
            case _ if isinstance(live, type(functools.cache(len))):
                self.merge(live.__wrapped__, new.__wrapped__)
            case functools.partial():
                args = self.merge(live.args, new.args)
                if args is not live.args:
                    state = live.__reduce__()[2]
                    self._set(live.__setstate__, state, (live.func, args, *state[2:]))
            case dict() | types.MappingProxyType():
                self._items(live, new, list(new))
            case list():
                if len(live) != len(new):
                    return new
                self._items(live, new, range(len(live)))
            case tuple():
                return self._tuple(live, new)
            case np.ndarray():
                return live if live.dtype == new.dtype and live.tobytes() == new.tobytes() else new
            case bool() | int() | float() | complex() | str() | bytes() | np.generic() | None:
                return live if repr(live) == repr(new) else new
            case _ if kind.__module__.startswith("brainpy_lab") and hasattr(live, "__dict__"):
                self._attributes(live, new)
            case _ if hasattr(kind, "__eq__") and kind.__module__ == "fractions":
                return live if live == new else new
        return live

    def _set(self, put: Callable[[Any], object], old: Any, new: Any) -> None:
        put(new)
        self._undo.append(lambda: put(old))

    def _function(self, live: types.FunctionType, new: types.FunctionType) -> None:
        if live.__code__ != new.__code__:
            self._set(functools.partial(setattr, live, "__code__"), live.__code__, new.__code__)
        for name in ("__defaults__", "__kwdefaults__"):
            old = getattr(live, name)
            found = self.merge(old, getattr(new, name))
            if found is not old:
                self._set(functools.partial(setattr, live, name), old, found)
        for cell, other in zip(live.__closure__ or (), new.__closure__ or ()):
            with contextlib.suppress(ValueError):  # an empty cell
                old = cell.cell_contents
                found = self.merge(old, other.cell_contents)
                if found is not old:
                    self._set(functools.partial(setattr, cell, "cell_contents"), old, found)
        self._items(live.__dict__, new.__dict__, list(new.__dict__))

    def _class(self, live: type, new: type) -> None:
        if live.__module__ != self.module:
            return
        for name, value in list(vars(new).items()):
            if name in _OF_EVERY_CLASS or name not in vars(live):
                continue
            old = vars(live)[name]
            found = self.merge(old, value)
            if found is not old:
                self._set(functools.partial(setattr, live, name), old, found)

    def _items(self, live: Any, new: Any, keys: Any) -> None:
        for key in keys:
            if isinstance(live, dict) and key not in live:
                continue
            old = live[key]
            found = self.merge(old, new[key])
            if found is not old:
                self._set(functools.partial(live.__setitem__, key), old, found)

    def _tuple(self, live: tuple, new: tuple) -> tuple:
        if len(live) != len(new):
            return new
        found = [self.merge(a, b) for a, b in zip(live, new)]
        if all(a is b for a, b in zip(live, found)):
            return live
        return type(live)(*found) if hasattr(live, "_fields") else tuple(found)

    def _attributes(self, live: Any, new: Any) -> None:
        for name, value in vars(new).items():
            if name not in vars(live):
                continue
            old = vars(live)[name]
            found = self.merge(old, value)
            if found is not old:
                self._set(functools.partial(object.__setattr__, live, name), old, found)
