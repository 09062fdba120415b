"""Random steps over three real states and one that holds times: the same for the same seed."""

import random

from brainpy_lab.ir.expr import (
    Binary,
    Call,
    Compare,
    Const,
    Element,
    Field,
    Local,
    Logic,
    Negative,
    Not,
    Param,
    Power,
    Select,
    StepIndex,
    StepSize,
    Time,
)
from brainpy_lab.ir.functions import FUNCTIONS
from brainpy_lab.ir.program import State
from brainpy_lab.ir.statements import Assign, Draw, Equation, If, Integrate, System

STATES = (State("V"), State("u"), State("flag"), State("t_last", dtype="f64"))
PARAMS = {"a": 0.7, "b": -1.3, "c": 2.5}
LITERALS = (0, 1, 2, -3, 0.1, 0.5, -0.7, 1.5, 20.0, True)


class RandomStep:
    """A step of `length` statements. With `integrate`, some of them integrate.

    Attributes
    ----------
    body : tuple of Statement
    """

    def __init__(self, seed, length=7, integrate=True):
        self.random = random.Random(seed)
        self.sites = 0
        self.count = 0
        self.integrate = integrate
        self.numbers, self.conditions = set(), set()
        statements = [self.statement(2) for _ in range(length)]
        statements += [Assign(Field("self", name), self.bounded(self.number(3), name)) for name in ("V", "u")]
        statements.append(Assign(Field("self", "flag"), self.condition(2)))
        if self.random.random() < 0.7:
            late = Select(self.condition(1), Time(), Field("self", "t_last"))
            statements.append(Assign(Field("self", "t_last"), late))
        self.body = tuple(statements)

    # -- expressions

    def number(self, depth):
        pick = self.random.random()
        if depth == 0 or pick < 0.12:
            return self.leaf()
        if pick < 0.55:
            return Binary(self.random.choice("+-*/"), self.number(depth - 1), self.number(depth - 1))
        if pick < 0.62:
            return Negative(self.number(depth - 1))
        if pick < 0.72:
            return Power(self.number(depth - 1), self.random.choice((0, 1, 2, 3, 4, 7)))
        if pick < 0.88:
            entry = FUNCTIONS[self.random.choice(sorted(FUNCTIONS))]
            return Call(entry.name, tuple(self.number(depth - 1) for _ in range(entry.arity)))
        if pick < 0.95:
            return Select(self.condition(depth - 1), self.number(depth - 1), self.number(depth - 1))
        return self.condition(depth - 1)

    def condition(self, depth):
        pick = self.random.random()
        if self.conditions and pick < 0.15:
            return Local(self.random.choice(sorted(self.conditions)))
        if depth == 0 or pick < 0.7:
            op = self.random.choice(("<", "<=", ">", ">=", "==", "!="))
            below = max(depth - 1, 0)
            return Compare(op, self.number(below), self.number(below))
        if pick < 0.85:
            return Logic(self.random.choice(("and", "or")), self.condition(depth - 1), self.condition(depth - 1))
        if pick < 0.95:
            return Not(self.condition(depth - 1))
        return self.number(depth - 1)

    def leaf(self):
        pick = self.random.random()
        if self.numbers and pick < 0.35:
            return Local(self.random.choice(sorted(self.numbers)))
        if pick < 0.6:
            return Field("self", self.random.choice(STATES).name)
        if pick < 0.75:
            return Param(self.random.choice(sorted(PARAMS)))
        if pick < 0.92:
            return Const(self.random.choice(LITERALS))
        return self.random.choice((Time(), StepSize(), StepIndex(), Element("self")))

    @staticmethod
    def bounded(node, state="V"):
        """Neither NaN nor far away, and where it would be, a chaotic map, so that a state never settles for long."""
        inside = Logic("and", Compare(">", node, Const(-3.0)), Compare("<", node, Const(3.0)))
        chaos = Binary("*", Const(2.0), Call("sin", (Binary("*", Const(3.0), Field("self", state)),)))
        return Select(inside, node, chaos)

    # -- statements

    def statement(self, depth):
        pick = self.random.random()
        if depth and pick < 0.25:
            return self.branches(depth)
        if pick < 0.4:
            name, self.sites = f"xi{self.sites}", self.sites + 1
            self.numbers.add(name)
            return Draw(Local(name), self.random.choice(("normal", "uniform")), self.sites - 1)
        if self.integrate and pick < 0.5:
            return self.integration()
        if pick < 0.65:
            name = self.random.choice(("V", "u"))
            return Assign(Field("self", name), self.bounded(self.number(3), name))
        kinds = self.numbers if pick < 0.9 else self.conditions
        value = self.number(3) if kinds is self.numbers else self.condition(2)
        name = self.new_name(kinds)
        kinds.add(name)
        return Assign(Local(name), value)

    def new_name(self, kinds):
        if kinds and self.random.random() < 0.3:
            return self.random.choice(sorted(kinds))
        self.count += 1
        return f"{'x' if kinds is self.numbers else 'is'}{self.count}"

    def branches(self, depth):
        condition = self.condition(2)
        numbers, conditions = set(self.numbers), set(self.conditions)
        then = tuple(self.statement(depth - 1) for _ in range(self.random.randint(1, 3)))
        after = self.numbers, self.conditions
        self.numbers, self.conditions = set(numbers), set(conditions)
        otherwise = tuple(self.statement(depth - 1) for _ in range(self.random.randint(0, 2)))
        # Only what both sides assigned may be read behind them.
        self.numbers &= after[0]
        self.conditions &= after[1]
        return If(condition, then, otherwise)

    def integration(self):
        method = self.random.choice(("euler", "rk4"))
        noisy = method == "euler" and self.random.random() < 0.6
        self.count += 1
        names = [f"y{self.count}", f"z{self.count}"]
        outside, self.numbers = self.numbers, self.numbers | set(names)
        lines = ((f"line{self.count}", self.number(2)),)
        self.numbers = self.numbers | {lines[0][0]}
        first = Equation(names[0], self.number(2), self.number(1) if noisy else None, lines, (self.number(1),))
        self.numbers = outside | set(names)
        second = Equation(names[1], self.number(2))
        self.numbers = outside
        values = (Field("self", "V"), self.bounded(self.number(1)))
        site, self.sites = self.sites, self.sites + noisy
        results = tuple(f"{name}_new" for name in names)
        extras = (f"extra{self.count}",)
        self.numbers = self.numbers | {*results, *extras}
        return Integrate(System((first, second), method), values, Time(), results, extras, site)
