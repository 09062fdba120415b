"""`bp.exprel`: outside of steps, inside of them, and in the ready models."""

import numpy as np
import pytest

import brainpy_lab as bp
from brainpy_lab.ir.verify import warnings


def test_it_is_the_quotient_and_one_at_zero():
    x = np.array([-30.0, -1.0, -1e-3, 0.0, 1e-20, 1e-3, 2.0])
    with np.errstate(invalid="ignore"):
        expected = np.where(np.abs(x) < 1e-18, 1.0, np.expm1(x) / x)
    # 2 units in the last place of ours, 1 of NumPy's expm1, 1 of the division.
    assert np.allclose(bp.exprel(x), expected, rtol=4 * 2.3e-16, atol=0)
    assert bp.exprel(0) == 1.0 and isinstance(bp.exprel(0.5), float)


def test_a_step_may_call_it_and_both_back_ends_give_its_bits():
    exprel = bp.exprel
    V = np.array([-40.0, -39.9, -70.0, 20.0])

    def update(ST):
        ST["a"] = exprel(-(ST["V"] + 40.0) / 10.0)

    found = {}
    for jit in (False, True):
        bp.profile.set(jit=jit)
        group = bp.NeuGroup(bp.NeuType("rate", ST=bp.NeuState(["V", "a"]), steps=update, mode="vector"), 4)
        group.ST["V"] = V
        group.run(bp.profile.get_dt())
        found[jit] = group.ST["a"].copy()
    assert found[True].tobytes() == found[False].tobytes() == bp.exprel(-(V + 40.0) / 10.0).tobytes()


@pytest.mark.parametrize("name", [name for name in dir(bp.models) if name.startswith("get_")])
def test_no_ready_model_is_zero_by_zero_anywhere(name):
    assert warnings(getattr(bp.models, name)().ir) == []


@pytest.mark.parametrize("model", [bp.models.get_HH, bp.models.get_WangBuzsaki])
def test_a_ready_neuron_can_start_where_its_rates_were_zero_by_zero(model):
    group = bp.NeuGroup(model(method="exponential"), 4)
    group.ST["V"] = [-40.0, -55.0, -34.0, -35.0]
    bp.profile.set(dt=0.02)
    group.run(1.0)
    assert np.isfinite(group.ST["V"]).all()
