"""The rules that a program keeps, one name each, and how a broken one is told."""
from __future__ import annotations

from dataclasses import dataclass

from .place import Place


@dataclass(frozen=True)
class Rule:
    """A rule of the representation.

    Parameters
    ----------
    name : str
    demand : str
        What it demands, one sentence.
    """

    name: str
    demand: str


@dataclass(frozen=True)
class Problem:
    """A broken rule: which, where in the program, what was found and what to do, and the place in the user's text."""

    rule: str
    message: str
    place: Place | None = None

    def __str__(self) -> str:
        return self.message if self.place is None else f"{self.place}: {self.message}"


_TABLE = [
    Rule("unique-names", "objects, and the states, parameters and steps of one object, have different names"),
    Rule("names-are-identifiers", "states, parameters, steps and locals are called by Python names, no keywords"),
    Rule("population-has-state", "a population has a state, which tells how many neurons it has"),
    Rule("state-dtype-known", "a state is 'real', 'f64', 'bool' or 'int'"),
    Rule("spread-declared", "parameters with one value per element are parameters of the object"),
    Rule("float-type-known", "a program computes in float64 or float32"),
    Rule("kind-known", "a model is a 'neuron' or a 'synapse'"),
    Rule("projection-ends-exist", "a projection joins two populations of the program"),
    Rule("layout-known", "edges are stored as 'rows', 'runs' or 'list', or made anew in every step, 'random'"),
    Rule("random-edges-keep-nothing", "edges of the layout 'random' have no states and no parameters of their own"),
    Rule("fixed-draw-on-random-edge", "edges of the layout 'random', and only these, draw once and for all"),
    Rule("delay-range", "a delay ring has one place or more"),
    Rule("local-defined", "a local is read only after it was assigned on some path before"),
    Rule("state-declared", "a state that is read or written is declared"),
    Rule("param-declared", "a parameter that is read is declared"),
    Rule("function-known", "a called function is in the table"),
    Rule("arity", "a function gets as many arguments as it takes"),
    Rule("operator-known", "operators are + - * /, < <= > >= == !=, and, or"),
    Rule("power-range", "an integer power is from 0 to 64"),
    Rule("literal-kind", "a literal is a Python bool, int or float"),
    Rule("cast-known", "a conversion is to bool, int, real or f64"),
    Rule("owner-known", "states belong to 'self', in a projection also to 'pre' or 'post', or to the 'one' of all"),
    Rule("one-exists", "the population that everybody may read is in the program"),
    Rule("writes-own-state", "an assignment writes a local, or a state of the element itself"),
    Rule("fold-in-projection", "only a projection adds to its target"),
    Rule("fold-field-exists", "the state that a projection adds to is a state of the target population"),
    Rule("fold-operator", "a projection changes its target by + - * min max or ="),
    Rule("integrate-arity", "an integration has a start value and a result for every equation, and a name per extra"),
    Rule("method-known", "the integration method exists"),
    Rule("method-takes-noise", "a stochastic equation is integrated by a method that takes noise"),
    Rule("ring-has-length", "a delayed state of a population has a ring of two places or more"),
    Rule("ring-field-declared", "a delayed state is declared"),
    Rule("ring-back-in-population", "only in a population a read of a delayed state says how many steps back"),
    Rule("ring-push-always", "a state goes into its delay in every step, under no condition"),
    Rule("delayed-does-not-write", "a step that reads through the delay writes no state of its edges"),
    Rule("draw-known", "a draw is 'normal' or 'uniform'"),
    Rule("draw-site-unique", "every draw of an object has a number of its own"),
    Rule("draw-site-range", "an object has at most 256 draws, numbered from 0"),
    Rule("schedule-names-exist", "the schedule names objects, steps, inputs and monitors that exist"),
    Rule("input-op-known", "an input is applied by one of = + - * /, events by ="),
    Rule("input-source-known", "an input is a 'number', 'array', 'series', 'table', 'wave' or 'events'"),
    Rule("input-target-exists", "an input goes to a state that exists"),
    Rule("monitor-kind-known", "a monitor is 'dense' or 'events'"),
    Rule("monitor-target-exists", "a monitor records a state that exists"),
    Rule("initial-form", "an initial value is one value, or uniform or normal with two, over parameters alone"),
]

RULES: dict[str, Rule] = {rule.name: rule for rule in _TABLE}
"""Every rule, by name."""

WARNINGS: dict[str, Rule] = {
    "may-divide-zero-by-zero": Rule("may-divide-zero-by-zero", "x/(exp(x) - 1) is 0/0 at 0: use exprel"),
}
"""What is allowed but probably not meant."""
