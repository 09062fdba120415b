"""What `show_code` and `show_code_scope` of the profile print when a network is built."""

from __future__ import annotations

from ... import profile
from ...tools import get_func_scope, show_code_scope
from ..integrate import Integrator
from .built import Built


def show_built(built: Built, members) -> None:
    """Print what the profile asks for."""
    from ...runtime.show_code import integrator_functions

    if profile.show_format_code():
        integrators = {id(found): found for item in members for found in item.model.integrators}
        calls = (found.described() for found in integrators.values())
        print(integrator_functions(calls, profile.is_substitute_equation()))
        print(built.simulation.source())
    if profile.show_code_scope():
        for item in members:
            _show_scopes(built, item)


def _show_scopes(built: Built, item) -> None:
    """The names that each step of an object sees, with the values that this object has for them."""
    owner = built.layout.name_of(item)
    params = {name: value for (name_of, name), value in built.bindings.params.items() if name_of == owner}
    if not item.model.step_functions:  # read from a text
        print(f'# the scope of "{item.name}" ({item.model.name})')
        show_code_scope(params)
    for function in item.model.step_functions:
        print(f'# the scope of step "{function.__name__}" of "{item.name}" ({item.model.name})')
        show_code_scope({name: params.get(name, value) for name, value in step_scope(function).items()})


def step_scope(function) -> dict:
    """The free names of a step, of the functions that it calls and of its integrators, with their values."""
    found: dict = {}
    waiting, seen = [function], []
    while waiting:
        scope = get_func_scope(waiting.pop(0))
        for value in scope.values():
            if isinstance(value, Integrator) and not any(value is other for other in seen):
                seen.append(value)
                waiting.append(value.func)
        found = {**scope, **found}
    return found
