"""Random synapse models as Python text: one edge at a time, arrays over edges, or matrices; delayed or not."""

from __future__ import annotations

import random

from tests.agreement.random_neurons import Writer
from tests.agreement.random_words import Words

STYLES = ("scalar", "scalar python", "vector", "vector python", "matrix python")
PYTHON = ("scalar python", "vector", "vector python", "matrix python")
"""The styles of which at least one step stays Python."""

SPIKED = ("pre['spike'] > 0", "pre['spike']", "pre['spike'] == True", "pre['spike'] > 0.5", "pre['spike'] != 0")


class Synapse(Writer):
    """A synapse model of states s and w that adds to the input of its targets, in one of `STYLES`.

    Attributes
    ----------
    steps : list of str
        Names of the step functions.
    delayed : bool
        Whether the targets see s and w through the delay.
    """

    def __init__(self, seed: random.Random, name: str, style: str, allow: frozenset[str]):
        super().__init__(seed, name, style, allow)
        self.steps = [f"spread_{name}", f"reach_{name}"]
        self.first_step = self.steps[0]
        self.delayed = "delay" in allow
        self.write_params()
        equation = self.integrator("s")
        if style.startswith("scalar"):
            self.spread_scalar(equation)
            self.reach_scalar()
        elif style.startswith("vector"):
            (self.spread_vector if style == "vector" else self.spread_python)(equation)
            self.reach_vector()
        else:
            self.spread_matrix(equation)
            self.reach_matrix()

    def open(self, kind: int, *arguments: str) -> Words:
        """Begin a step; names of its states are those of one edge, or of arrays."""
        given = list(arguments)
        self.random.shuffle(given)
        if kind and self.delayed:
            self.text.add("@bp.delayed")
        self.text.add(f"def {self.steps[kind]}({', '.join(given)}):")
        self.text.depth = 1
        words = self.words()
        (words.arrays if self.vector else words.numbers).extend(["ST['s']", "ST['w']"])
        return words

    def close(self) -> None:
        self.text.depth = 0
        self.text.add("", "")

    # -- one edge

    def spread_scalar(self, equation: str) -> None:
        whole = [name for name in ("_obj_i", "_pre_i", "_post_i", "_i") if self.chance(0.15)]
        words, add = self.open(0, "ST", "_t", "pre", *whole), self.text.add
        words.whole = whole
        source = "pre['x']" if self.chance(0.7) else "pre['y']"
        row = self.chance(0.4)  # what depends on the source alone is computed once for all its edges
        words.numbers += [source] if not row else []
        drive = words.curve() if not row else f"np.{words.pick('exp', 'tanh', 'sin')}({source})"
        add(f"s = {equation}(ST['s'], _t, {drive})")
        if "noise" in self.allow and self.chance(0.3):
            self.draw(words, "")
        spiked = words.pick(*SPIKED)
        match self.random.randrange(3):
            case 0:
                add(f"if {spiked}:", f"    s += {words.literal() if row else words.number(1)}")
            case 1:
                add(f"s += {words.pick('', '0.3 * ')}pre['spike']")
            case 2:
                add(f"s = s + 0.5 * ST['w'] if {spiked} else s - {words.pick(*self.params)}")
        words.numbers.append("s")
        if self.python:
            self.terms_of_edge(words)
        if self.chance(0.5) and not row:
            self.branch(words, ["s"])
        self.keep("s", "s")
        if self.chance(0.7):
            self.keep("w", words.number(2) if not row else f"ST['w'] + 0.1 * np.cos({source})")
        self.close()

    def terms_of_edge(self, words: Words) -> None:
        self.text.add("for k in range(3):", f"    s += 0.1 * np.cos(k * {words.number(1)}) ** {self.order}",
                      "    if s > 2.0:", "        break")  # fmt: skip

    def reach_scalar(self) -> None:
        words, add = self.open(1, "ST", "post", "pre"), self.text.add
        guarded = self.chance(0.3)
        words.numbers += ["post['x']", "pre['x']"]
        driven = words.pick("ST['s'] * (post['x'] - 1.5)", "ST['w'] * ST['s']", f"kept({words.number(2)}, 0.5)",
                            f"ST['s'] * {words.pick(*self.params)}", "pre['spike'] * ST['w']")  # fmt: skip
        if guarded:
            add(f"if {words.pick(*SPIKED)}:")
            self.text.depth = 2
        add(f"post['input'] {words.pick('+', '-')}= {driven}")
        if self.chance(0.3):
            add("post['y'] -= 0.1 * ST['w']")
        self.close()

    # -- arrays over edges

    def spread_vector(self, equation: str) -> None:
        words, add = self.open(0, "ST", "_t", "pre", "pre_ids"), self.text.add
        words.arrays.append("pre['x'][pre_ids]")
        add(f"s = {equation}(ST['s'], _t, {words.curve()})", "s += pre['spike'][pre_ids]")
        words.arrays.append("s")
        if "noise" in self.allow:
            self.draw(words, "ST['s'].shape")
        self.branch(words, ["s"])
        self.keep("s", "s")
        self.keep("w", words.number(2))
        self.close()

    def spread_python(self, equation: str) -> None:
        form = self.random.choice(("lists", "slices", "ids"))
        attribute = {"lists": "pre2syn", "slices": "pre_slice_syn", "ids": "pre_ids"}[form]
        words, add = self.open(0, "ST", "_t", "pre", attribute), self.text.add
        add(f"s = {equation}(ST['s'], _t, {words.curve()})")
        words.arrays.append("s")
        if form == "lists":
            add("for i in np.where(pre['spike'] > 0.0)[0]:", f"    s[{attribute}[i]] += {words.pick(*self.params)}",
                f"    ST['w'][{attribute}[i]] = np.tanh(ST['w'][{attribute}[i]] - pre['x'][i])")  # fmt: skip
        elif form == "slices":
            add(f"for i in range(len({attribute})):", "    if pre['spike'][i]:",
                f"        first, last = {attribute}[i]", "        s[first:last] += 0.7 * pre['x'][i]")  # fmt: skip
        else:
            add(f"s = s + pre['spike'][{attribute}] * np.sin(pre['x'][{attribute}])")
        if "noise" in self.allow:
            self.draw(words, "len(ST['s'])" if self.chance(0.5) else "ST['s'].shape")
        self.branch(words, ["s"])
        self.keep("s", "s")
        self.close()

    def reach_vector(self) -> None:
        self.open(1, "ST", "post", "post2syn")
        add = self.text.add
        match self.random.randrange(3):
            case 0:
                add("g = np.zeros(len(post2syn))", "for j, ids in enumerate(post2syn):",
                    "    g[j] = np.sum(ST['s'][ids] * ST['w'][ids])",
                    "post['input'] -= g * (post['x'] - 1.5)")  # fmt: skip
            case 1:
                add("for j in range(len(post2syn)):", "    for i in post2syn[j]:",
                    "        post['input'][j] += ST['s'][i] * np.cos(post['x'][j] + ST['w'][i])")  # fmt: skip
            case 2:
                add("for j in range(len(post2syn)):", "    ids = post2syn[j]", "    if len(ids) > 0:",
                    "        post['input'][j] += np.mean(ST['s'][ids]) + ST['w'][ids[-1]] ** 2")  # fmt: skip
        self.close()

    # -- matrices

    def spread_matrix(self, equation: str) -> None:
        words, add = self.open(0, "ST", "_t", "pre", "conn_mat"), self.text.add
        add("x = pre['x'].reshape((-1, 1))", f"s = {equation}(ST['s'], _t, np.cos(x) * conn_mat)",
            "s += pre['spike'].reshape((-1, 1)) * conn_mat")  # fmt: skip
        words.arrays += ["s", "conn_mat"]
        if "noise" in self.allow:
            self.draw(words, "ST['s'].shape")
        add(f"s = s + np.where({words.condition(1)}, {words.number(1)}, {words.curve()})")
        self.keep("s", "s")
        if self.chance(0.5):
            self.keep("w", words.number(2))
        self.close()

    def reach_matrix(self) -> None:
        words, add = self.open(1, "ST", "post"), self.text.add
        add(words.pick("post['input'] -= np.sum(ST['s'], axis=0) * (post['x'] - 1.5)",
                       "post['input'] += np.sum(ST['s'] * ST['w'], 0)",
                       "post['input'] += np.mean(ST['s'], axis=0) - np.sum(ST['w'] ** 2) / 9.0",
                       "post['input'] += np.dot(np.ones(ST['s'].shape[0]), ST['s'] - ST['w'])"))  # fmt: skip
        self.close()
