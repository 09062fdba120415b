"""Print code and scopes for a person."""

from __future__ import annotations

from ..errors import ModelValueError


def show_code_str(func_code) -> None:
    """Print code between two lines."""
    if not isinstance(func_code, str):
        raise ModelValueError(f'"func_code" must be a string, but got {func_code!r}.')
    print(func_code.strip("\n"))
    print()


def show_code_scope(code_scope, ignores=()) -> None:
    """Print the names and values that code sees.

    Parameters
    ----------
    code_scope : dict
    ignores : collection of str
        Names to leave out. Dunder names are left out always.
    """
    if not isinstance(code_scope, dict):
        raise ModelValueError(f'"code_scope" must be a dict of name -> value, but got {code_scope!r}.')
    shown = {
        name: value
        for name, value in code_scope.items()
        if name not in ignores and not (str(name).startswith("__") and str(name).endswith("__"))
    }
    width = max((len(str(name)) for name in shown), default=0)
    for name, value in shown.items():
        print(f"{name:<{width}} : {value!r}")
    print()
