"""The words that a cell knows: reserved names, functions, units, methods."""

from __future__ import annotations

import builtins
import difflib
import keyword
import unicodedata
from collections.abc import Iterable

from ...passes import integrate

# Number of arguments of each function that a cell may call, and how a call of it looks.
FUNCTION_ARGS = {
    "exp": 1, "log": 1, "log10": 1, "sqrt": 1, "expm1": 1, "exprel": 1, "sin": 1, "cos": 1, "tan": 1, "sinh": 1,
    "cosh": 1, "tanh": 1, "abs": 1, "sign": 1, "floor": 1, "heaviside": 1, "min": 2, "max": 2, "clip": 3, "where": 3,
}  # fmt: skip
CALL_FORMS = {
    "min": "min(a, b)",
    "max": "max(a, b)",
    "clip": "clip(x, low, high)",
    "where": "where(condition, a, b)",
    "uniform": "uniform(low, high)",
    "normal": "normal(mean, sd)",
}
DRAWS = ("uniform", "normal")
# What people write in other languages.
FUNCTIONS_ELSEWHERE = {
    "ln": "write log(x)",
    "pow": "write x**y",
    "power": "write x**y",
    "H": "write heaviside(x)",
    "step": "write heaviside(x)",
    "sgn": "write sign(x)",
    "fabs": "write abs(x)",
    "minimum": "write min(a, b)",
    "maximum": "write max(a, b)",
    "int": "write floor(x)",
    "log1p": "write log(1 + x)",
    "log2": "write log(x)/log(2)",
    "randn": "write xi for white noise in an equation, normal(0, 1) in init",
    "rand": "write xi for white noise in an equation, uniform(0, 1) in init",
}

# Names that people read without having defined them.
NAMES_ELSEWHERE = {
    "e": "for the exponential function write exp(x)",
    "inf": "a number is finite; write a large one, for example 1e9",
    "infinity": "a number is finite; write a large one, for example 1e9",
    "noise": "for white noise write xi",
    "dW": "for white noise write xi",
    "true": "write 1",
    "false": "write 0",
}

STATEMENT_WORDS = ("input", "init", "spike", "reset", "refractory", "method")
SYNAPSE_WORDS = ("on", "pre", "post", "delay")
# The words that begin a line, by what the cell describes.
LINE_WORDS = {"neuron": STATEMENT_WORDS, "synapse": ("on", "post", "init", "delay", "method")}
# The neurons at the two ends of a synapse.
ENDS = ("pre", "post")
# The field that a refractory neuron keeps, which a user's name must not hide.
KEPT_FIELDS = ("t_last_spike",)
RESERVED = (
    frozenset("t dt pi xi input init spike when reset refractory hold on pre post delay method in log step".split())
    | frozenset(FUNCTION_ARGS)
    | frozenset(KEPT_FIELDS)
)
STATEMENTS_ELSEWHERE = {
    "threshold": "write 'spike when v > ...'",
    "fire": "write 'spike when v > ...'",
    "initial": "write 'init v = ...'",
    "param": "write 'name = number'",
    "params": "write 'name = number'",
    "parameter": "write 'name = number'",
    "parameters": "write 'name = number'",
    "state": "write 'dv/dt = ...'",
    "states": "write 'dv/dt = ...'",
    "if": "write 'spike when condition' and 'reset v = ...', or 'a if condition else b' inside an expression",
    "def": "write 'alpha(v) = ...'",
    "for": "there are no loops: the equations advance in every step by themselves",
    "while": "there are no loops: the equations advance in every step by themselves",
    "else": "inside an expression write: a if condition else b",
    "elif": "inside an expression write: a if condition else b",
    "return": "a function is one line: f(v) = ...",
    "print": "to see a quantity, monitor it: monitors=['v']",
    "when": "write 'spike when v > ...'",
    "slider": "a slider follows a number: a = 0.5 in [0, 1]",
    "range": "a slider follows a number: a = 0.5 in [0, 1]",
    **dict.fromkeys(("let", "var", "const", "float", "double", "set"), "write 'name = number'"),
    "import": "it holds equations only; import in a cell of its own",
    "from": "it holds equations only; import in a cell of its own",
}

FREE_UNITS = ("ms", "mV", "Hz")
UNIT_SETS = (("nA", "uS", "nF"), ("pA", "nS", "pF"), ("uA/cm2", "mS/cm2", "uF/cm2"))
UNITS = frozenset(FREE_UNITS) | frozenset(unit for group in UNIT_SETS for unit in group)
# Words that are units elsewhere and have no near one here.
UNITS_NOWHERE = frozenset(
    "Ohm ohm kOhm MOhm GOhm m cm mm um nm mol mM uM K degC \u03a9 k\u03a9 M\u03a9 G\u03a9".split()
)
UNIT_LIST = "ms, mV, Hz, and one set of nA uS nF, or pA nS pF, or uA/cm2 mS/cm2 uF/cm2"
# A unit that people write, the unit to write instead, and the factor between them.
UNITS_ELSEWHERE = {
    "s": ("ms", 1e3), "sec": ("ms", 1e3), "second": ("ms", 1e3), "seconds": ("ms", 1e3), "millisecond": ("ms", 1.0),
    "milliseconds": ("ms", 1.0), "us": ("ms", 1e-3), "ns": ("ms", 1e-6), "min": ("ms", 6e4), "millivolt": ("mV", 1.0),
    "V": ("mV", 1e3), "uV": ("mV", 1e-3), "volt": ("mV", 1e3), "kHz": ("Hz", 1e3), "hz": ("Hz", 1.0),
    "A": ("nA", 1e9), "mA": ("nA", 1e6), "uA": ("nA", 1e3), "S": ("uS", 1e6), "mS": ("uS", 1e3),
    "F": ("nF", 1e9), "mF": ("nF", 1e6), "uF": ("nF", 1e3), "mv": ("mV", 1.0), "MS": ("ms", 1.0),
}  # fmt: skip

# name -> whether it can carry noise (`xi`).
METHODS = {name: bool(method.noise) for name, method in integrate.METHODS_0_3.items()}
METHODS |= {name: METHODS[other] for name, other in integrate.ALIASES.items()}


def normal_name(name: str) -> str:
    """The form in which Python compares identifiers: the micro sign and the Greek mu are one letter."""
    return unicodedata.normalize("NFKC", name)


def is_noise(name: str) -> bool:
    return name == "xi" or name.startswith("xi_")


def is_reserved(name: str) -> bool:
    return name in RESERVED or is_noise(name)


def is_keyword(name: str) -> bool:
    return keyword.iskeyword(name)


def spelled(name: str) -> str:
    """A name in small Latin letters without '_', so that tau, Tau and the Greek letter are one."""
    names = (unicodedata.name(char, "").split() for char in name)
    letters = (words[-1] if words[:1] == ["GREEK"] else char for words, char in zip(names, name))
    return "".join(letters).lower().replace("_", "")


def closest(name: str, known: Iterable[str]) -> str:
    """The known name that was probably meant, or ''."""
    known = sorted(set(known) - {name})
    for other in known:
        if spelled(other) == spelled(name):
            return other
    found = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    return found[0] if found else ""


def did_you_mean(name: str, known: Iterable[str], otherwise: str = "") -> str:
    other = closest(name, known)
    return f"did you mean '{other}'?" if other else otherwise


def listed(items: Iterable[str], last: str = "and") -> str:
    """a, b and c"""
    items = list(items)
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} {last} {items[-1]}" if items else ""


def number_text(value: float) -> str:
    """A number as a person writes it."""
    return f"{value:.10g}"


def name_problem(name: str, modules: Iterable[str] = ()) -> str:
    """Why a model cannot be called `name`, or '' when it can.

    Parameters
    ----------
    name : str
    modules : iterable of str
        Names that are bound to imported modules where the model will be bound.
    """
    if not isinstance(name, str) or not name.isidentifier():
        return f"{name!r} is not a name; a model's name is letters, digits and _, for example FHN"
    if keyword.iskeyword(name):
        return f"'{name}' is a Python keyword; write {name}_"
    if hasattr(builtins, name):
        return f"'{name}' is a built-in of Python, which the model would hide; write {name}_ or another name"
    if name in set(modules):
        return f"'{name}' is an imported module, which the model would hide; choose another name"
    return ""
