"""Which method each front end means by a name, and what is said of a name that does not fit."""

import pytest

import brainpy_lab as bp
from brainpy_lab.errors import IntegratorError
from brainpy_lab.frontends.cells import words
from brainpy_lab.passes.integrate import (
    ALIASES,
    METHODS,
    METHODS_0_3,
    ODE_METHODS_2X,
    SDE_METHODS_2X,
    ode_method,
    sde_method,
)

ODE = (
    "euler midpoint heun2 ralston2 rk2 rk3 heun3 ralston3 ssprk3 rk4 ralston4 rk4_38rule rkf12 rkf45 rkdp ck bs BoSh3 "
    "heun_euler exponential_euler exp_euler exp_euler_auto exp_auto"
).split()
SDE = (
    "euler heun milstein milstein2 milstein_grad_free srk1w1 srk2w1 klpl exponential_euler exp_euler exp_euler_auto "
    "exp_auto"
).split()


def test_the_names_of_the_2x_api_are_all_there_and_no_others():
    assert set(ODE_METHODS_2X) == set(ODE)
    assert set(SDE_METHODS_2X) == set(SDE)
    assert all(METHODS[method.name] is method for method in (*ODE_METHODS_2X.values(), *SDE_METHODS_2X.values()))


def test_functions_and_cells_keep_their_ten_methods():
    ten = ["euler", "exponential", "midpoint", "heun", "rk2", "rk3", "rk4", "rk4_alternative", "milstein_ito",
           "milstein_stra"]  # fmt: skip
    plain = [name for name in METHODS_0_3 if "(" not in name]  # a test may have made an rk2(beta)
    assert plain == ten
    assert set(bp.profile.METHODS) == {*ten, *ALIASES}
    assert set(words.METHODS) == {*ten, *ALIASES}


@pytest.mark.parametrize("name", ODE)
def test_a_method_for_ordinary_equations_is_found_by_its_name(name):
    method = ode_method(name)
    assert method is ODE_METHODS_2X[name]
    family = {"exponential_euler": "exp_auto", "exp_euler": "exp_auto", "exp_euler_auto": "exp_auto", "BoSh3": "bs",
              "heun2": "heun", "ralston2": "rk2", "rk4_38rule": "rk4_alternative"}  # fmt: skip
    assert method.name == family.get(name, name)


def test_only_pairs_can_be_adaptive():
    pairs = ["rkf12", "rkf45", "rkdp", "ck", "bs", "BoSh3", "heun_euler"]
    for name in ODE:
        if name in pairs:
            assert ode_method(name, adaptive=True).tableau.lower is not None
            continue
        with pytest.raises(IntegratorError, match=f"method '{name}' does not estimate its error") as caught:
            ode_method(name, adaptive=True)
        assert f"choose one of {', '.join(pairs)}" in str(caught.value)


@pytest.mark.parametrize("name", ["rk5", "Euler", "bosh3", "milstein", 4, None])
def test_an_unknown_method_for_ordinary_equations_is_an_error_that_lists_the_known(name):
    with pytest.raises(ValueError, match=f"no method {name!r} for ordinary .* choose one of euler, midpoint, heun2"):
        ode_method(name)


@pytest.mark.parametrize("name", ["rk4", "Milstein", None])
def test_an_unknown_method_for_stochastic_equations_is_an_error_that_lists_the_known(name):
    with pytest.raises(IntegratorError, match=f"no method {name!r} for stochastic .* choose one of euler, heun, mil"):
        sde_method(name)


@pytest.mark.parametrize("name", SDE)
def test_a_method_reads_noise_in_the_sense_that_is_asked_for(name):
    senses = {"Ito": "ito", "Stratonovich": "stratonovich"}
    both = ("euler", "milstein", "milstein2", "milstein_grad_free")
    for asked, sense in senses.items():
        if name in both or (name == "heun") == (asked == "Stratonovich"):
            assert sde_method(name, asked).noise == sense
            continue
        other = "Ito" if asked == "Stratonovich" else "Stratonovich"
        with pytest.raises(IntegratorError) as caught:
            sde_method(name, asked)
        text = str(caught.value)
        assert f"method {name!r} reads stochastic equations in {other}'s sense, not in {asked}'s" in text
        assert f"give intg_type='{other}', or choose one of euler, " in text and "milstein_grad_free" in text
    assert SDE_METHODS_2X[name] is sde_method(name, "Stratonovich" if name == "heun" else "Ito")


def test_a_third_sense_of_noise_is_an_error():
    with pytest.raises(IntegratorError, match="intg_type is 'ito', expected 'Ito' or 'Stratonovich'"):
        sde_method("euler", "ito")
