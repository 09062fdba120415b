"""Random neuron models as Python text: integrators and step functions of every style that a user may choose."""

from __future__ import annotations

import random

from tests.agreement.random_words import Words

METHODS = ("euler", "midpoint", "heun", "rk2", "rk3", "rk4", "rk4_alternative", "exponential", "milstein",
           "milstein_ito", "milstein_stra")  # fmt: skip
NOISY = ("euler", "exponential", "heun", "milstein", "milstein_ito", "milstein_stra")
STYLES = ("scalar", "scalar python", "vector", "vector python")
"""Mode, and whether the step needs more than statements about single elements."""

PYTHON = ("scalar python", "vector python")
"""The styles of which a step stays Python."""


class Text:
    """Lines that are being written."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.depth = 0

    def add(self, *lines: str) -> None:
        self.lines += ["    " * self.depth + line if line else "" for line in lines]

    def __str__(self) -> str:
        return "\n".join(self.lines) + "\n"


class Writer:
    """What neuron and synapse models share: numbers around the steps, integrators, statements.

    Attributes
    ----------
    text : Text
    params : dict
        Name -> value of the numbers around the steps.
    """

    def __init__(self, seed: random.Random, name: str, style: str, allow: frozenset[str]):
        self.random, self.name, self.style, self.allow = seed, name, style, allow
        self.vector, self.python = style.startswith(("vector", "matrix")), style.endswith("python")
        self.text = Text()
        self.params = {f"{name}_{letter}": round(seed.uniform(0.2, 2.5), 3) for letter in "abc"}
        self.order = f"{name}_order"
        self.count = 0

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def fresh(self) -> str:
        self.count += 1
        return f"v{self.count}"

    def words(self) -> Words:
        return Words(self.random, self.vector, list(self.params))

    # -- around the steps

    def write_params(self) -> None:
        self.text.add(*(f"{name} = {value}" for name, value in self.params.items()), f"{self.order} = 3", "", "")

    def integrator(self, variable: str, extras: bool = False) -> str:
        """An equation with one more argument; returns the integrator's name. With `extras` a call gives two values."""
        noisy = "noise" in self.allow and self.chance(0.5)
        method = self.random.choice(NOISY if noisy else METHODS)
        words = Words(self.random, True, list(self.params), [variable, "drive"])
        name, add = f"int_{self.name}_{variable}", self.text.add
        add(f"@bp.integrate(method={method!r})", f"def {name}({variable}, t, drive):")
        line = ""
        if extras or self.chance(0.5):
            line = "line"
            add(f"    line = {words.curve()}")
            words.arrays.append(line)
        drift = f"-{variable} / {self.random.choice(list(self.params))} + {words.number(2)} + np.sin(0.7 * t)"
        diffusion = ""
        if noisy:
            diffusion = f", {words.pick('0.3', self.random.choice(list(self.params)), f'0.2 * np.cos({variable})')}"
        add(f"    return ({drift}{diffusion or ','}), {line} ** 2" if extras else f"    return {drift}{diffusion}")
        add("", "")
        return name

    # -- statements of a step

    def assignments(self, words: Words, n: int) -> None:
        """`n` new names."""
        for _ in range(n):
            value = words.number(3)
            name = self.fresh()
            if not self.vector:
                self.text.add(f"{name} = {value}")
                words.numbers.append(name)
            else:
                self.text.add(f"{name} = {words.state()} + {value}")
                words.arrays.append(name)

    def branch(self, words: Words, targets: list[str]) -> None:
        """An ``if`` in scalar mode, masks or np.where in vector mode; it changes names that exist."""
        (self._masks if self.vector else self._if)(words, targets)

    def _if(self, words: Words, targets: list[str]) -> None:
        add, target = self.text.add, self.random.choice(targets)
        add(f"if {words.condition(2)}:", f"    {target} = {words.number(2)}")
        if self.chance(0.5):
            add(f"elif {words.condition(1)}:", f"    {target} -= {words.number(1)}")
        if self.chance(0.6):
            other = self.random.choice(targets)
            add("else:", f"    {other} = {words.curve()}", f"    {target} *= {words.literal()}")

    def _masks(self, words: Words, targets: list[str]) -> None:
        add, (target, other) = self.text.add, (self.random.choice(targets), self.random.choice(targets))
        mask = self.fresh()
        match self.random.randrange(4 if "dynamic" in self.allow else 3):
            case 0:
                add(f"{mask} = {words.condition(2)}", f"{target}[{mask}] = {words.literal()}")
            case 1:
                add(f"{mask} = {words.condition(1)}",
                    f"{target}[{mask}] = {other}[{mask}] * 0.5 - {words.literal()}",
                    f"{other}[{mask}] += np.cos({target}[{mask}])")  # fmt: skip
            case 2:
                add(f"{target} = np.where({words.condition(2)}, {words.number(2)}, {words.varying(1)})")
            case 3:
                add(f"{mask} = np.where({words.condition(1)})[0]", f"if len({mask}) > 0:",
                    f"    {target}[{mask}] = np.tanh({target}[{mask}]) - 0.3")  # fmt: skip

    def draw(self, words: Words, n: str) -> None:
        """A name for random numbers; `n` is the text of their shape."""
        name, size = self.fresh(), f"size={n}" if self.vector else ""
        kind = words.pick(f"normal(0.1, 0.4{', ' if size else ''}{size})", f"uniform(-0.5, 0.5, {size})",
                          f"random({size})", f"standard_normal({size})")  # fmt: skip
        self.text.add(f"{name} = np.random.{kind.replace(', )', ')')}")
        (words.arrays if self.vector else words.numbers).append(name)

    def keep(self, state: str, value: str) -> None:
        """Write a state: bounded, and where it would leave the bounds a chaotic map, so that it never settles."""
        helper = "kept" if self.vector or self.chance(0.5) else "kept_one"
        self.text.add(f"ST['{state}'] = {helper}({value}, 2.0 * np.sin(3.0 * ST['{state}'] + _t))")


HELPERS = '''\
def kept(value, spare):
    """`value` where it is small, else `spare`."""
    return np.where(np.abs(value) < 3.0, value, spare)


def kept_one(value, spare):
    """The same for one number."""
    return value if abs(value) < 3.0 else spare


'''


class Neuron(Writer):
    """A neuron model of states x, y, spike and input, in one of `STYLES`; a `lonely` one sums over its own elements."""

    def __init__(self, seed: random.Random, name: str, style: str, n: int, allow: frozenset[str], lonely: bool):
        super().__init__(seed, name, style, allow)
        self.n, self.first_step = n, f"update_{name}"
        self.whole_arguments = [name for name in ("_i", "_obj_i") if self.chance(0.4)]
        if self.vector and "_obj_i" in self.whole_arguments:
            self.whole_arguments.remove("_obj_i")
        self.write_params()
        self.has_extras = self.chance(0.3)
        first = self.integrator("x", self.has_extras)
        self.step(first, self.integrator("y") if self.chance(0.6) else "", lonely)

    @property
    def attributes(self) -> list[str]:
        """Arrays of the group that the step takes."""
        return ["table", "counts"] if self.style == "vector python" else []

    def step(self, first: str, second: str, lonely: bool) -> None:
        add = self.text.add
        arguments = ["ST", "_t", *self.whole_arguments, *self.attributes]
        self.random.shuffle(arguments)
        add(f"def update_{self.name}({', '.join(arguments)}):")
        self.text.depth = 1
        words = self.words()
        (words.arrays if self.vector else words.numbers).extend(["ST['x']", "ST['y']"])
        words.whole = list(self.whole_arguments)
        drive = f"ST['input'] + {words.number(1)}"
        add(f"x, extra = {first}(ST['x'], _t, {drive})" if self.has_extras else f"x = {first}(ST['x'], _t, {drive})")
        own = words.arrays if self.vector else words.numbers
        own += ["x", "extra"] if self.has_extras else ["x"]
        add(f"y = {second}(ST['y'], t=_t, drive=x)" if second else f"y = {words.varying(2)}")
        own.append("y")
        if "noise" in self.allow and self.chance(0.6):
            self.draw(words, "ST['x'].shape" if self.chance(0.7) or self.style != "vector python" else str(self.n))
        self.assignments(words, 1)
        self.branch(words, ["x", "y"])
        if self.python:
            first, *rest = self.python_statements()
            chosen = self.random.sample([first, *rest], self.random.choice((1, 1, 2)))
            if lonely and first not in chosen:
                chosen[0] = first
            for statements in chosen:
                statements(words)
        if self.chance(0.5):
            self.branch(words, ["x", "y"])
        add(f"ST['spike'] = {words.varying(1)} > 0.6")
        more = f" + 0.1 * {words.curve()}" if self.chance(0.5) else ""
        self.keep("x", f"x + np.sin(1.7 * _t) * {words.pick(*self.params)}{more}")
        self.keep("y", "y" if self.chance(0.6) else words.varying(2))
        add("ST['input'] = 0.0")
        self.text.depth = 0
        add("", "")

    def python_statements(self) -> list:
        if self.vector:
            found = [self.sums, self.products, self.loop, self.order_of_elements]
            return found + [self.fancy, self.moving_place] if "dynamic" in self.allow else found
        return [self.rounds, self.terms, self.powers]

    # -- statements that need Python: arrays

    def sums(self, words: Words) -> None:
        total = self.fresh()
        form = words.pick("np.sum({})", "({}).sum()", "np.mean({})", "np.prod(np.cos({}))", "np.sum({}, axis=0)")
        self.text.add(f"{total} = {form.format(words.varying(1))}", f"y = y + 0.1 * np.tanh({total})",
                      f"counts[0] += np.sum({words.condition(0)})")  # fmt: skip

    def products(self, words: Words) -> None:
        form = words.pick("np.dot(table, {})", "table @ {}", "np.dot({}, table)", "np.sum(table * {}, axis=1)",
                          "np.mean(table - {}, axis=0)", "np.dot({}, y) + np.zeros(len(x))")  # fmt: skip
        self.text.add(f"x = x + 0.1 * {form.format(words.varying(1))}", "table *= 0.999",
                      f"table[0, :] = np.sin({words.state()})")  # fmt: skip

    def loop(self, words: Words) -> None:
        self.text.add("for k in range(len(x)):", "    if x[k] > 0.8:", "        x[k] -= 0.5", "        continue",
                      f"    rest = np.{words.pick('exp', 'tanh', 'sin')}(-x[k] - k)",
                      "    while rest > 0.25 and y[k] < 2.0:", "        rest = rest * 0.5",
                      "        y[k] += rest ** 3", "y = np.maximum(x, y) % 1.7")  # fmt: skip

    def order_of_elements(self, words: Words) -> None:
        form = words.pick("np.cumsum({})", "np.roll({}, 1)", "np.sort({})", "({})[np.argsort(x)]", "({})[::-1]",
                          "np.concatenate((({})[1:], x[:1]))", "np.repeat(np.max({}), len(x))",
                          "np.outer({}, y)[0]", "({}) - np.min(x)")  # fmt: skip
        self.text.add(f"y = y + 0.3 * {form.format(words.varying(1))}", "if np.any(y > 2.0) and not np.all(y > 2.0):",
                      "    y = y - 0.7", "counts[1] = np.argmax(y)")  # fmt: skip

    def fancy(self, words: Words) -> None:
        chosen = self.fresh()
        self.text.add(f"{chosen} = np.where({words.condition(1)})[0]", f"if len({chosen}) > 1:",
                      f"    x[{chosen}] = x[{chosen}] * 0.5 - {chosen} / 10.0 + y[{chosen}] ** {self.order}",
                      f"    ST['y'][{chosen}] += 0.25", f"for i in {chosen}:",
                      f"    x[i] += table[i, 0] / {self.random.choice(list(self.params))}")  # fmt: skip

    def moving_place(self, words: Words) -> None:
        if "_i" in self.whole_arguments:
            self.text.add(f"x[_i % {self.n}] += 0.25 * y[(_i * 3 + 1) % len(y)]")
        self.text.add("y[-1] = x[0] // 0.3", f"y[{self.n // 2}:] = np.exp(-x[:{self.n - self.n // 2}])")

    # -- statements that need Python: one element

    def rounds(self, words: Words) -> None:
        self.text.add("n = 0", "while abs(x ** 3 - y) > 1e-3 and n < 9:",
                      "    x -= (x ** 3 - y) / (3 * x ** 2 + 0.1)", "    n += 1", "y = y + 0.01 * n")  # fmt: skip

    def terms(self, words: Words) -> None:
        self.text.add("total = 0.0", "for k in range(4):", f"    total += np.exp(-k * {words.number(1)}) / (k + 1)",
                      "    if total > 1.5:", "        break", "y = y + 0.1 * np.tanh(total)")  # fmt: skip

    def powers(self, words: Words) -> None:
        self.text.add("for k in range(1, 3):", f"    x = x - 0.1 * {words.varying(1)} ** {self.order} / k",
                      f"    y += np.abs(x) ** {self.random.choice(list(self.params))}")  # fmt: skip
