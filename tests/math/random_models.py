"""Random models written as classes: the same for the same seed, and the same structure in every step.

Each has two groups of different sizes with at least two variables each, a choice by `bm.where`, functions, sums along
axes and connections; a third have noise, delays, or elements that are moved and masked.
"""

import random

import numpy as np

import brainpy_lab as bp
import brainpy_lab.math as bm
from brainpy_lab.math.propagate import propagate

UNARY = (bm.exp, bm.tanh, bm.sin, bm.sqrt, bm.log1p, bm.square, bm.abs, bm.floor, bm.sigmoid, bm.exprel, bm.cos)
METHODS = ("euler", "rk4", "exp_auto", "rk2", "heun3")


class Cells(bp.dyn.NeuDyn):
    """A group of `n` elements whose step is made up by `seed`."""

    def __init__(self, n, seed):
        super().__init__(n)
        pick, numbers = random.Random(seed), np.random.default_rng(seed)
        self.seed = seed
        self.gain, self.tau, self.rest = pick.uniform(0.2, 1.5), pick.uniform(2.0, 9.0), pick.uniform(-0.5, 0.5)
        self.slope = numbers.uniform(0.5, 1.5, size=n)
        self.V = bm.Variable(numbers.normal(size=n))
        self.u = bm.Variable(numbers.normal(size=n))
        self.spike = bm.Variable(numbers.random(n) < 0.3)
        self.count = bm.Variable(np.zeros(n, int))
        self.table = bm.Variable(numbers.normal(size=(3, n)))
        self.integral = bp.odeint(self.dV, method=pick.choice(METHODS))
        self.pair = bp.odeint(bp.JointEq(self.du, self.dw), method=pick.choice(METHODS[:2]))
        self.noisy = bp.sdeint(
            self.dV, lambda V, t, I: 0.2 + 0.05 * V, method=pick.choice(("euler", "milstein", "srk1w1"))
        )
        self.kind = pick.choice(("plain", "plain", "noise", "delay", "moves"))
        self.past = bp.VarDelay(self.V, entries={"near": 0.2, "far": 0.7})

    def return_info(self):
        return self.spike

    def dV(self, V, t, I):
        return (self.rest - V * self.slope + self.gain * bm.tanh(I) - V**3 * 0.1) / self.tau

    def du(self, u, t, w, I):
        return (bm.sin(I) - u) / self.tau + 0.1 * w

    def dw(self, w, t, u):
        return -w / (1.0 + bm.exp(-u)) - self.gain * u

    def number(self, pick, known, depth):
        """A random value with one number per element."""
        kind = pick.random()
        if depth == 0 or kind < 0.15:
            return pick.choice(known)
        if kind < 0.45:
            a, b = self.number(pick, known, depth - 1), self.number(pick, known, depth - 1)
            return {0: a + b, 1: a - b, 2: a * b, 3: a / (1.5 + bm.abs(b))}[pick.randrange(4)]
        if kind < 0.65:
            return pick.choice(UNARY)(bm.clip(self.number(pick, known, depth - 1), 0.0, 3.0))
        if kind < 0.8:
            return bm.where(self.condition(pick, known, depth - 1), self.number(pick, known, depth - 1), self.gain)
        if kind < 0.9:
            value = self.number(pick, known, depth - 1)
            return value - pick.choice((bm.mean, bm.max, bm.min))(value)
        return self.number(pick, known, depth - 1) * self.slope + pick.choice((0.5, 1, -2, True))

    def condition(self, pick, known, depth):
        a, b = self.number(pick, known, depth), self.number(pick, known, max(depth - 1, 0))
        first = pick.choice((a > b, a <= b, (a > self.rest) & self.spike, ~(a > b) | self.spike))
        return first if pick.random() < 0.7 else bm.logical_xor(first, bm.any(a > 2.0))

    def update(self, x):
        pick, t = random.Random(self.seed), bp.share["t"]
        n = self.num
        known = [self.V.value, self.u.value, self.slope, x, self.V * 0.5 + self.count]
        if self.kind == "noise":
            known += [bm.random.normal(0.0, 0.3, size=n), bm.random.rand(n)]
        if self.kind == "delay":
            known += [self.past.at("near"), self.past.at("far")]
        if self.kind == "moves":
            known += [
                bm.roll(self.V, 1),
                self.V[::-1],
                bm.sum(self.table, axis=0),
                self.table[1] * self.V,
                bm.concatenate([self.u[1:], self.u[:1]]),
            ]
        known.append(self.number(pick, known, 2))
        known.append(bm.where(self.condition(pick, known, 1), known[-1], bm.exp(-bm.abs(known[0]))))
        I = bm.clip(self.number(pick, known, 2), -2.0, 2.0)
        V = (self.noisy if self.kind == "noise" else self.integral)(self.V.value, t, I)
        u, w = self.pair(self.u.value, self.table[0], t, I)
        spike = V + 0.3 * bm.sum(self.spike) / n > pick.uniform(0.1, 0.6)
        self.table[0] = bm.clip(w, -2.0, 2.0)
        if self.kind == "moves":
            self.table[1:, pick.randrange(n)] = bm.stack([bm.mean(V), bm.max(u)])
            self.table[self.table > 1.5] = 0.25
        self.count += spike
        self.V.value = bm.where(spike, self.rest, bm.clip(V, -3.0, 3.0)) + 0.5 * bm.cos(3.0 * t + self.u)
        self.u.value = bm.clip(u + bm.outer(self.V, self.V).mean(axis=1), -2.0, 2.0)
        self.spike.value = spike
        if self.kind == "delay":
            self.past.update()
        return bm.sum(V), spike, known[-1]


class Model(bp.DynSysGroup):
    """Two groups that are connected in several ways."""

    def __init__(self, seed, sizes=(7, 5)):
        super().__init__()
        numbers = np.random.default_rng(seed)
        self.A, self.B = Cells(sizes[0], 2 * seed), Cells(sizes[1], 2 * seed + 1)
        pre, post = np.nonzero(numbers.random(sizes) < 0.5)
        self.edges = (pre.astype(np.int64), post.astype(np.int64))
        self.weights = numbers.normal(size=len(pre))
        self.W = numbers.normal(size=sizes)
        self.weight, self.drive = 0.4, 0.3
        self.g = bm.Variable(bm.zeros(sizes[1]))
        self.kind = seed % 3

    def update(self, x):
        pre, post = self.edges
        self.g.value = self.g * 0.8
        if self.kind == 0:
            self.g.value = propagate(self.A.spike.value, pre, post, self.B.num, self.weight, True, self.g.value)
        elif self.kind == 1:
            self.g += propagate(self.A.V.value, pre, post, self.B.num, self.weights)
        else:
            self.g += self.A.spike @ self.W * self.weight
        first = self.A(x * self.drive + bm.mean(self.B.u))
        second = self.B(self.g.value)
        return first, second, self.g.value


def runs(seed, jit, steps):
    """What a model returns, and its variables afterwards, in two runs of uneven length."""
    bm.random.seed(1000 + seed)
    model = Model(seed)
    series = np.random.default_rng(seed).normal(size=steps)
    found = []
    for part in (series[: steps // 3], series[steps // 3 :]):
        runner = bp.DSRunner(model, progress_bar=False, jit=jit)
        runner.i0 = 0 if part is series[: steps // 3] else steps // 3
        found.append(runner.run(inputs=part))
    leaves = [
        np.asarray(leaf)
        for returned in found
        for group in returned
        for leaf in (group if isinstance(group, tuple) else (group,))
    ]
    return leaves + [value.numpy() for value in model.vars("relative").unique().values()]
