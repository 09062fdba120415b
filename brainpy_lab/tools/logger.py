"""Print code and scopes for a person."""

from __future__ import annotations

from .. import checks


def show_code_str(func_code) -> None:
    """Print code between two lines."""
    checks.text("func_code", func_code)
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
    checks.instance("code_scope", code_scope, dict, "a dict of name -> value", "Give globals(), say.")
    checks.instance("ignores", ignores, (list, tuple, set, frozenset, dict), "a list of names", "Write ['np'], say.")
    shown = {
        name: value
        for name, value in code_scope.items()
        if name not in ignores and not (str(name).startswith("__") and str(name).endswith("__"))
    }
    width = max((len(str(name)) for name in shown), default=0)
    for name, value in shown.items():
        print(f"{name:<{width}} : {value!r}")
    print()
