"""Random synapses: what is merged is the same mathematics, what is not linear is not merged, and back ends agree."""

import random
from dataclasses import replace

import numpy as np
import pytest

import brainpy_lab as bp
from brainpy_lab.ir.expr import Binary, Call, Compare, Const, Field, Local, Negative, Param, Power, Select
from brainpy_lab.ir.program import Slot, Step
from brainpy_lab.ir.statements import Assign, Equation, Fold, If, Integrate, RingPush, RingRead, System
from brainpy_lab.ir.verify import problems
from brainpy_lab.passes.integrate import METHODS
from brainpy_lab.passes.merge import merge
from brainpy_lab.runtime import plain_run
from brainpy_lab.runtime.build import build
from tests.agreement.merged import DT, network, synapse
from tests.agreement.merged import METHODS as NAMES
from tests.agreement.networks import bits

S, X, SPIKE, V = Field("self", "s"), Field("self", "x"), Field("pre", "spike"), Field("post", "V")
SEEDS = range(25)


def times(a, b):
    return Binary("*", a, b)


class RandomSynapse:
    """Two states that decay and drive each other, events in random forms, and deliveries in random places.

    Every factor of a state is below 1, so that nothing grows. With `bend` one factor is no number any more.
    """

    def __init__(self, seed, bend=False):
        self.random = random.Random(seed)
        self.bend = bend
        self.count = 0
        self.eventful = False
        self.delayed = self.random.random() < 0.5
        now = {"s": S, "x": X}
        body = []
        deliveries = [self.delivery(now) for _ in range(self.random.randint(0, 1))]
        body += [line for lines in deliveries for line in lines]
        for _ in range(self.random.randint(1, 3)):
            name = self.random.choice(("s", "x"))
            forms = [self.decay, self.integration, self.coupling]
            if not self.eventful:  # later it would act on what was added, by the target: no edge knows that
                forms.append(self.condition)
            form = self.random.choice(forms)
            now[name] = form(body, name, now)
            if self.random.random() < 0.7:
                now[name] = self.event(body, now[name])
        if bend:
            other = self.random.choice(
                (times(now["s"], now["x"]), Call("tanh", (now["s"],)), Power(now["x"], 2), times(now["x"], SPIKE))
            )
            now["s"] = self.named(body, Binary("+", now["s"], other))
        body += [Assign(S, now["s"]), Assign(X, now["x"])]
        if self.delayed:
            body.append(RingPush("s"))
        elif self.random.random() < 0.5:
            body += self.delivery({"s": S, "x": X})
        late = Local("late")
        reads = (RingRead(late, "s"),) if self.delayed else (Assign(late, S),)
        output = (*reads, *self.delivery({"s": late, "x": late if self.delayed else X}, "input"))
        self.steps = (Step("update", tuple(body)), Step("output", output, delayed=self.delayed))

    def named(self, body, value):
        self.count += 1
        body.append(Assign(Local(f"v{self.count}"), value))
        return Local(f"v{self.count}")

    def factor(self):
        return self.random.choice(
            (
                Const(0.5),
                Const(0.25),
                Binary("/", Const(1.0), Param("tau_s")),
                Param("g"),
                Call("exp", (Binary("/", V, Const(100.0)),)),
                Negative(Const(0.5)),
            )
        )

    def decay(self, body, name, now):
        part = self.random.choice(
            (
                times(Const(0.9), now[name]),
                times(now[name], Const(0.8)),
                Binary("/", now[name], Const(1.5)),
                Binary("-", now[name], Binary("/", now[name], Param("tau_x"))),
            )
        )
        return self.named(body, part)

    def coupling(self, body, name, now):
        other = now["x" if name == "s" else "s"]
        half = self.named(body, times(Const(0.5), now[name]))
        return self.named(body, Binary(self.random.choice("+-"), half, times(Const(0.25), other)))

    def condition(self, body, name, now):
        return self.named(body, Select(Compare("<", V, Const(0.0)), times(Const(0.5), now[name]), now[name]))

    def integration(self, body, name, now):
        drift = Binary("-", Negative(Binary("/", Local("y"), Param("tau_s"))), times(Const(0.1), Local("frozen")))
        body.append(Assign(Local("frozen"), now["x" if name == "s" else "s"]))
        method = self.random.choice(NAMES)
        self.count += 1
        body.append(Integrate(System((Equation("y", drift),), method), (now[name],), Const(0.0), (f"v{self.count}",)))
        return Local(f"v{self.count}")

    def event(self, body, value):
        self.eventful = True
        weight = self.random.choice((Const(0.7), Param("w"), times(Param("w"), Param("g"))))
        match self.random.randrange(4):
            case 0:
                return self.named(body, Binary("+", value, times(weight, SPIKE)))
            case 1:
                return self.named(body, Binary("-", value, SPIKE))
            case 2:
                yes = Binary("+", value, weight)
                return self.named(body, Select(Compare(">", SPIKE, Const(0.0)), yes, value))
        target = self.named(body, value)
        body.append(If(SPIKE, (Assign(target, Binary("+", weight, target)),)))
        return target

    def delivery(self, now, field=None):
        value = times(self.factor(), self.random.choice((now["s"], now["x"], Binary("+", now["s"], now["x"]))))
        field = field or self.random.choice(("input", "seen"))
        fold = Fold(field, self.random.choice("+-"), value)
        return [If(Compare("<", V, Const(0.0)), (fold,)) if self.random.random() < 0.3 else fold]


def program_of(made, merged):
    """The listeners' network with another synapse."""
    bp.profile.set(merge_synapses=merged, dt=DT, seed=3)
    net = network(synapse(), delay=0.6)
    program, bindings = net.build_program()
    syn = program.find("S1")
    syn = replace(syn, steps=made.steps, delay_steps=6 if made.delayed else 1)
    schedule = [slot for slot in program.schedule if slot.target != "S1"]
    first = 1 + next(k for k, slot in enumerate(schedule) if slot.target == "N0")
    schedule[first:first] = [Slot("S1", "step", step.name) for step in syn.steps]
    objects = [syn if item.name == "S1" else item for item in program.objects]
    return replace(program, objects=tuple(objects), schedule=tuple(schedule)), bindings


def result(made, merged, backend="reference", steps=60):
    program, bindings = program_of(made, merged)
    sim = build(program, bindings, backend)
    assert bool(sim.merged.sums) == merged
    plain_run.run(sim, 0.0, steps * DT)
    return sim.monitor(0).copy()


@pytest.mark.parametrize("seed", SEEDS)
def test_random_linear_synapses_are_merged_and_the_same_but_for_rounding(seed):
    made = RandomSynapse(seed)
    program, _ = program_of(made, True)
    assert not problems(program, METHODS)
    found = merge(program)
    assert found.sums, found.refused
    # What comes out of it keeps the rules too, but for one: the edges end at sums, which are a projection's states.
    assert {problem.rule for problem in problems(found.program, METHODS)} <= {"projection-ends-exist"}
    apart, merged = result(made, False), result(made, True)
    # 60 steps of up to 100 roundings on sums of at most 30 terms, which may cancel to a hundredth of their size.
    assert np.abs(apart - merged).max() <= 100 * 60 * 100 * 2.0**-53 * np.abs(apart).max()
    assert seed != 0 or np.abs(apart).max() > 0.0


@pytest.mark.parametrize("seed", SEEDS)
def test_a_random_synapse_with_a_bend_is_not_merged(seed):
    program, bindings = program_of(RandomSynapse(seed, bend=True), True)
    assert list(merge(program).refused) == ["S1"]
    with pytest.warns(UserWarning, match="synapses of syn are not merged: step 'update': 's': "):
        build(program, bindings, "reference")


def test_most_random_synapses_deliver_something():
    assert sum(np.abs(result(RandomSynapse(seed), True, steps=20)).max() > 0.0 for seed in SEEDS) > 0.7 * len(SEEDS)


@pytest.mark.parametrize("seed", [1, 4])
def test_random_merged_synapses_have_the_same_bits_on_both(seed):
    made = RandomSynapse(seed)
    assert np.array_equal(bits(result(made, True)), bits(result(made, True, "numba")))


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(100, 200))
def test_a_hundred_random_merged_synapses_have_the_same_bits_on_both(seed):
    made = RandomSynapse(seed)
    one, other = result(made, True), result(made, True, "numba")
    assert np.array_equal(bits(one), bits(other))
    apart = result(made, False)
    assert np.abs(apart - one).max() <= 100 * 60 * 100 * 2.0**-53 * np.abs(apart).max()
