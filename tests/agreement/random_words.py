"""Random expressions as a user writes them: text over the names of one step, in the style of its mode."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

UNARY = ("exp", "expm1", "log", "log10", "log1p", "sqrt", "sin", "cos", "tan", "sinh", "cosh", "tanh", "abs", "sign",
         "floor", "ceil", "trunc", "square", "negative")  # fmt: skip
TRANSCENDENTAL = ("exp", "expm1", "exprel", "log", "log10", "log1p", "sin", "cos", "tan", "sinh", "cosh", "tanh")
BINARY = ("minimum", "maximum", "heaviside", "power", "add", "subtract", "multiply", "mod", "floor_divide")
COMPARED = {"<": "less", "<=": "less_equal", ">": "greater", ">=": "greater_equal", "==": "equal", "!=": "not_equal"}
LITERALS = ("0.1", "0.5", "1", "2", "3", "-0.7", "1.5", "20.0", "-2")
EXPONENTS = ("0", "1", "2", "2", "3", "3", "4", "7", "-1", "-2", "0.5", "1.7")


@dataclass
class Words:
    """What can be named at a place in a step, and random expressions of it.

    Parameters
    ----------
    random : random.Random
    vector : bool
        Names stand for arrays: truths are written with np.logical_and and masks, choices with np.where.
    numbers : list of str
        Texts of floating-point numbers; in vector mode those of single numbers only.
    arrays : list of str
        Vector mode: texts of arrays with one number for each element.
    whole : list of str
        Texts of whole numbers.
    """

    random: random.Random
    vector: bool
    numbers: list[str] = field(default_factory=list)
    arrays: list[str] = field(default_factory=list)
    whole: list[str] = field(default_factory=list)

    def pick(self, *choices: str) -> str:
        return self.random.choice(choices)

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def inside(self) -> Words:
        """The same names, for a block whose own names end with it."""
        return Words(self.random, self.vector, list(self.numbers), list(self.arrays), list(self.whole))

    # -- numbers

    def state(self) -> str:
        """A text that varies: an array in vector mode, else a number."""
        return self.random.choice(self.arrays if self.vector else self.numbers)

    def leaf(self) -> str:
        share = self.random.random()
        if share < 0.55:
            return self.state()
        if share < 0.75 and self.numbers:
            return self.random.choice(self.numbers)
        if share < 0.85 and self.whole:
            return self.random.choice(self.whole)
        return self.literal()

    def literal(self) -> str:
        text = self.random.choice(LITERALS)
        return f"({text})" if text.startswith("-") else text

    def number(self, depth: int = 2) -> str:
        share = self.random.random()
        if depth <= 0 or share < 0.1:
            return self.leaf()
        if share < 0.5:
            return f"({self.number(depth - 1)} {self.pick(*'+-*+-*')} {self.number(depth - 1)})"
        if share < 0.6:
            return f"({self.number(depth - 1)} {self.pick('/', '/', '//', '%')} {self.divisor(depth - 1)})"
        if share < 0.65:
            return f"(-{self.number(depth - 1)})"
        if share < 0.73:
            return f"{self.varying(depth - 1)} ** {self.pick(*EXPONENTS)}"
        if share < 0.9:
            return self.call(depth)
        return self.choice(depth)

    def varying(self, depth: int) -> str:
        """A number that depends on a state, so that it is never a whole number of Python."""
        return f"({self.state()} {self.pick('+', '-', '*')} {self.number(depth - 1)})" if depth > 0 else self.state()

    def divisor(self, depth: int) -> str:
        """Sometimes anything that varies, mostly away from 0. Python itself refuses to divide literals by 0."""
        if self.chance(0.3):
            return self.varying(depth)
        return self.pick(f"(1.5 + np.abs({self.varying(depth)}))", "0.3", "2", "(-7.0)")

    def call(self, depth: int) -> str:
        inner = depth - 1
        share = self.random.random()
        if share < 0.7:
            return f"np.{self.random.choice(UNARY)}({self.varying(inner)})"
        if share < 0.9:
            return f"np.{self.random.choice(BINARY)}({self.varying(inner)}, {self.divisor(inner)})"
        if share < 0.95:
            return f"np.clip({self.varying(inner)}, -1.3, {self.pick('0.9', '2')})"
        return f"bp.exprel({self.varying(inner)})"

    def curve(self, depth: int = 1) -> str:
        """A transcendental function of something that varies."""
        name = self.random.choice(TRANSCENDENTAL)
        return f"{'bp' if name == 'exprel' else 'np'}.{name}({self.varying(depth)})"

    def choice(self, depth: int) -> str:
        yes, no = self.number(depth - 1), self.varying(depth - 1)
        if self.vector or self.chance(0.4):
            return f"np.where({self.condition(depth - 1)}, {yes}, {no})"
        return f"({yes} if {self.condition(depth - 1)} else {no})"

    # -- truths

    def condition(self, depth: int = 1) -> str:
        """One truth, or in vector mode one for each element."""
        left, right = self.varying(depth - 1), self.number(max(depth - 1, 0))
        sign = self.random.choice(tuple(COMPARED))
        if depth <= 0 or self.chance(0.6):
            return f"{left} {sign} {right}" if self.chance(0.8) else f"np.{COMPARED[sign]}({left}, {right})"
        one, two = self.condition(depth - 1), self.condition(depth - 1)
        if self.vector:
            word = self.pick("and", "or", "xor")
            return self.pick(f"np.logical_{word}({one}, {two})", f"(({one}) {self.pick(*'&|^')} ({two}))",
                             f"np.logical_not({one})", f"(~({one}))", f"np.isnan({self.varying(depth)})")  # fmt: skip
        return self.pick(f"({one} {self.pick('and', 'or')} {two})", f"(not {one})", f"np.logical_xor({one}, {two})",
                         f"(-0.9 < {left} <= 1.1)")  # fmt: skip
