"""Functions: their names and scopes, copies, compiled versions."""

from __future__ import annotations

import inspect
from types import CellType, FunctionType

from .. import checks, profile
from .source import plain_function

DELAYED_PREFIX = "_brainpy_delayed_"
_LIBRARIES = ("numpy", "math", "numba")


def jit(func=None):
    """Compile a function with Numba, by the options of ``profile.get_numba_profile()``.

    Parameters
    ----------
    func : callable, optional
        A function; one that is compiled already is returned as it is. Without it, a decorator.

    Raises
    ------
    ModelValueError
        When it cannot be called.

    Notes
    -----
    For functions of your own. Step functions need it not: a program compiles them, with the same bits as the
    reference. `fastmath` is never switched on, because it would change the numbers.
    """
    if func is None:
        return jit
    checks.function("func", func, "callable to be compiled")
    if _is_compiled(func) or not isinstance(func, FunctionType):
        return func
    import numba

    options = {**profile.get_numba_profile(), "fastmath": False}
    return numba.jit(**options)(func)


def _is_compiled(func) -> bool:
    return hasattr(func, "py_func") and hasattr(func, "overloads")


def func_copy(f) -> FunctionType:
    """A copy of a Python function with globals of its own; defaults and closure are those of the original."""
    f = plain_function(f)
    if not isinstance(f, FunctionType):
        raise checks.wrong("f", f, "a Python function", "Give the function, without calling it.")
    return _copy(f, {})


def _copy(f: FunctionType, changes: dict) -> FunctionType:
    """A copy of `f` in which free names have other values."""
    names = f.__code__.co_freevars
    cells = tuple(
        CellType(changes[name]) if name in changes else cell for name, cell in zip(names, f.__closure__ or ())
    )
    others = {name: value for name, value in changes.items() if name not in names}
    g = FunctionType(f.__code__, {**f.__globals__, **others}, f.__name__, f.__defaults__, cells or None)
    g.__kwdefaults__ = None if f.__kwdefaults__ is None else dict(f.__kwdefaults__)
    g.__dict__.update(f.__dict__)
    g.__doc__, g.__module__, g.__qualname__ = f.__doc__, f.__module__, f.__qualname__
    return g


def numba_func(func, params=None):
    """Compile a function and all functions that it calls, with other values for some free names.

    Parameters
    ----------
    func : callable
        Functions of NumPy, ``math`` and Numba are returned as they are.
    params : dict of str to value, optional
        Free name -> the value it gets, in `func` and in what it calls.

    Returns
    -------
    callable
        `func` itself when it is compiled already and none of the names occurs in it.
    """
    checks.function("func", func, "callable to be compiled")
    return _compiled(func, checks.mapping("params", params, "name -> value"), {})


def _compiled(func, params: dict, done: dict):
    plain = plain_function(func)
    if not isinstance(plain, FunctionType) or (plain.__module__ or "").split(".")[0] in _LIBRARIES:
        return func
    if plain in done:
        return done[plain]
    done[plain] = None  # marks a function that is in work: one that calls itself finds its own name
    changes, recursive = {}, []
    for name, value in _named(plain).items():
        if name in params:
            changes[name] = params[name]
        elif isinstance(plain_function(value), FunctionType):
            if plain_function(value) in done and done[plain_function(value)] is None:
                recursive.append(name)
                continue
            made = _compiled(value, params, done)
            if made is not value:
                changes[name] = made
    if not changes and not recursive:
        result = jit(func if _is_compiled(func) else plain)
    else:
        copied = _copy(plain, changes)
        result = jit(copied)
        for name in recursive:
            copied.__globals__[name] = result
    done[plain] = result
    return result


def _named(func: FunctionType) -> dict:
    """Free names of a function that have a value."""
    closure = inspect.getclosurevars(func)
    return {**closure.globals, **closure.nonlocals}


def get_func_name(func, replace=False) -> str:
    """Name of a function, ``'lambda'`` for a lambda.

    Parameters
    ----------
    func : callable
    replace : bool
        Whether to take away the prefix of programs that mark delayed functions by their name.
    """
    name = getattr(func, "__name__", None) or getattr(plain_function(func), "__name__", None)
    if not isinstance(name, str):
        raise checks.wrong("func", func, "a function with a name", "Give the function, without calling it.")
    checks.flag("replace", replace)
    if name == "<lambda>":
        return "lambda"
    return name.removeprefix(DELAYED_PREFIX) if replace else name


def get_func_scope(func, include_dispatcher=False) -> dict:
    """The free names of a function and of the functions that it calls, with their values.

    Parameters
    ----------
    func : callable
        Also an integrator or a compiled function.
    include_dispatcher : bool
        Whether to look into called functions that are compiled already.

    Raises
    ------
    ModelValueError
        When `func` is no Python function.
    """
    plain = plain_function(func)
    if not isinstance(plain, FunctionType):
        raise checks.wrong("func", func, "a Python function", "Give the function, without calling it.")
    checks.flag("include_dispatcher", include_dispatcher)
    return _scope(plain, include_dispatcher, set())


def _scope(func: FunctionType, include_dispatcher: bool, seen: set) -> dict:
    seen.add(func)
    found = _named(func)
    for value in list(found.values()):
        if _is_compiled(value) and not include_dispatcher:
            continue
        inner = plain_function(value)
        if not isinstance(inner, FunctionType) or inner in seen:
            continue
        if (inner.__module__ or "").split(".")[0] not in _LIBRARIES:
            found = {**_scope(inner, include_dispatcher, seen), **found}
    return found
