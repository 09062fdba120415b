"""Differential equations: how they are read, the methods that advance them, and their texts for SymPy.

Everything here is a view of what the front end reads for a step; SymPy is loaded when one of its four names is used.
"""

from importlib import import_module

# Public name -> the module that has it.
_PUBLIC = {
    "DiffEquation": "..frontends.diff_equation",
    "Expression": "..frontends.diff_equation",
    "Integrator": "..frontends.integrate",
    "integrate": "..frontends.integrate",
    # one class for each method
    "get_integrator": ".integrators",
    "Euler": ".integrators",
    "ExponentialEuler": ".integrators",
    "Heun": ".integrators",
    "MidPoint": ".integrators",
    "MilsteinIto": ".integrators",
    "MilsteinStra": ".integrators",
    "RK2": ".integrators",
    "RK3": ".integrators",
    "RK4": ".integrators",
    "RK4Alternative": ".integrators",
    # SymPy
    "SympyPrinter": ".sympy_tools",
    "SympyRender": ".sympy_tools",
    "str2sympy": ".sympy_tools",
    "sympy2str": ".sympy_tools",
}

__all__ = list(_PUBLIC)


def __getattr__(name: str):
    if name not in _PUBLIC:
        raise AttributeError(f"module 'brainpy_lab.integration' has no attribute {name!r}")
    value = getattr(import_module(_PUBLIC[name], __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_PUBLIC})
