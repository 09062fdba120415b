"""The settings: what is set changes, nothing else does, and wrong values say what would be right."""

import warnings

import numpy as np
import pytest

import brainpy_lab as bp
from brainpy_lab import profile
from brainpy_lab.errors import ModelValueError


def test_what_is_not_given_keeps_its_value():
    profile.set(dt=0.02, numerical_method="rk4", jit=True)
    profile.set(device="cpu")
    assert (profile.get_dt(), profile.get_numerical_method(), profile.is_jit()) == (0.02, "rk4", True)


def test_jit_has_three_states():
    profile.set(jit="auto")
    assert profile.is_jit() is False and profile.runtime_backend() == "auto"
    profile.set(jit=True)
    assert profile.is_jit() is True and profile.runtime_backend() == "numba"
    profile.set(jit=False)
    assert profile.is_jit() is False and profile.runtime_backend() == "reference"


def test_the_names_that_old_programs_read_are_there():
    profile.set(dt=1, jit=True)
    assert (profile._dt, profile._jit, profile._device) == (1.0, True, "cpu")


@pytest.mark.parametrize("dt", [0, -0.1, float("nan"), float("inf"), "0.1", True])
def test_a_step_size_that_is_no_duration_is_refused(dt):
    with pytest.raises(
        ModelValueError, match=r"\"dt\" must be a number of milliseconds above 0, but got .*\. (Give|Write)"
    ):
        profile.set(dt=dt)


def test_an_unknown_method_is_a_value_error_with_the_known_ones():
    with pytest.raises(ValueError, match="Unsupported numerical method: euler2.*rk4"):
        profile.set(numerical_method="euler2")


def test_the_processors_are_one_device_or_all_of_them(monkeypatch):
    monkeypatch.setattr("numba.config.NUMBA_NUM_THREADS", 5)
    assert (profile.get_device(), profile.get_num_threads()) == ("cpu", None)
    profile.set(device="multi-cpu")
    assert (profile.get_device(), profile.get_num_threads()) == ("multi-cpu", 5)
    assert profile.run_on_cpu() and not profile.run_on_gpu()
    profile.set(dt=0.05)
    assert profile.get_device() == "multi-cpu"
    profile.set(device="cpu")
    assert profile.get_num_threads() is None


def test_an_unknown_device_is_refused_and_nothing_is_changed():
    with pytest.raises(ValueError, match='Unknown device in Numba mode: tpu. Use device="cpu", .*"gpu", "emulator" or'):
        profile.set(device="tpu", jit=True)
    assert (profile.get_device(), profile._jit) == ("cpu", None)


@pytest.mark.parametrize("given", ["float32", np.float32, np.dtype("float32")])
def test_the_float_type_may_be_named_or_given(given):
    profile.set(float_type=given)
    assert profile.get_float_type() == "float32"


def test_an_unknown_float_type_is_refused():
    with pytest.raises(ModelValueError, match="'float64' or 'float32'"):
        profile.set(float_type="float16")


def test_flags_take_only_booleans():
    with pytest.raises(ModelValueError, match="merge_steps"):
        profile.set(merge_steps="yes")
    profile.set(merge_steps=True, show_code=True, substitute=True)
    assert profile.is_merge_steps() and profile.show_format_code() and profile.is_substitute_equation()


def test_the_seed_is_an_integer_or_auto():
    profile.set(seed=np.int64(7))
    assert profile.get_seed() == 7
    profile.set(seed="auto")
    assert profile.get_seed() is None
    with pytest.raises(ModelValueError, match="seed"):
        profile.set(seed=1.5)


def test_initial_streams_count_from_the_last_seed():
    profile.set(seed=1)
    assert [profile.next_initial_stream(), profile.next_initial_stream()] == [0, 1]
    profile.set(seed=1)
    assert profile.next_initial_stream() == 0


def test_numba_options_are_recorded_and_checked():
    known = {"nopython": True, "fastmath": False, "nogil": True, "parallel": False, "cache": False}
    assert profile.get_numba_profile() == known
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        profile.set_numba_profile(**{**known, "cache": True})
    assert profile.get_numba_profile()["cache"] is True
    with pytest.raises(ModelValueError, match="speed"):
        profile.set_numba_profile(speed=True)
    with pytest.raises(ModelValueError, match="cache"):
        profile.set_numba_profile(cache=1)


@pytest.mark.parametrize(
    "option, told",
    [
        ("nopython", "holds for functions of tools.jit only, not for groups and networks"),
        ("nogil", "holds for functions of tools.jit only, not for groups and networks"),
        ("parallel", "holds for functions of tools.jit only, not for groups and networks: the device"),
        ("fastmath", "has no effect: arithmetic is never reordered"),
    ],
)
def test_a_numba_option_that_networks_do_not_follow_says_so(option, told):
    live = profile.get_numba_profile()
    asked = not live[option]
    with pytest.warns(UserWarning, match=f"The Numba option {option}={asked} {told}") as caught:
        profile.set_numba_profile(**{option: asked})
    assert live[option] is asked and caught[0].filename == __file__


def test_the_name_of_an_array_library_is_recorded():
    assert profile.get_backend() == "numpy"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        profile.set_backend("numpy")
    with pytest.warns(UserWarning, match='The backend "pytorch" has no effect'):
        profile.set_backend("pytorch")
    assert profile.get_backend() == "pytorch"
    with pytest.raises(ValueError, match="Unsupported \"backend\": 'jax'"):
        profile.set_backend("jax")


MANUAL = """set run_on_cpu run_on_gpu set_device get_device set_dt get_dt set_numerical_method get_numerical_method
set_numba_profile get_numba_profile set_backend get_backend get_num_thread_gpu is_jit is_merge_integrators
is_merge_steps is_substitute_equation show_code_scope show_format_code""".split()


@pytest.mark.parametrize("name", MANUAL)
def test_every_function_of_the_manual_is_there_and_described(name):
    assert callable(getattr(profile, name)) and getattr(profile, name).__doc__


def test_set_without_arguments_changes_nothing():
    before = {name: value for name, value in vars(profile).items() if name[0] == "_" != name[1]}
    profile.set()
    assert before == {name: value for name, value in vars(profile).items() if name[0] == "_" != name[1]}


def test_defaults_are_those_of_the_manual():
    assert (profile.get_dt(), profile.get_numerical_method(), profile.get_device()) == (0.1, "euler", "cpu")
    assert profile.is_merge_integrators() and not profile.is_merge_steps() and not profile.is_substitute_equation()
    assert not profile.show_format_code() and not profile.show_code_scope() and not profile.is_jit()
    assert (profile.get_float_type(), profile.get_int_type()) == ("float64", "int64")
    assert profile.run_on_cpu() and not profile.run_on_gpu() and profile.get_num_thread_gpu() is None


def test_every_setting_is_read_back():
    profile.set(merge_integrators=False, merge_steps=True, substitute=True, show_code=True, show_code_scope=True)
    assert not profile.is_merge_integrators() and profile.is_merge_steps() and profile.is_substitute_equation()
    assert profile.show_format_code() and profile.show_code_scope()
    profile.set_dt(1)
    profile.set_numerical_method("rk2")
    assert (profile.get_dt(), profile.get_numerical_method()) == (1.0, "rk2") and type(profile.get_dt()) is float


@pytest.mark.parametrize(
    "method",
    [
        "euler",
        "midpoint",
        "heun",
        "rk2",
        "rk3",
        "rk4",
        "rk4_alternative",
        "exponential",
        "milstein",
        "milstein_ito",
        "milstein_stra",
    ],
)
def test_every_method_of_the_manual_can_be_the_default(method):
    profile.set(numerical_method=method)
    assert profile.get_numerical_method() == method


@pytest.mark.parametrize("given, name", [("int32", "int32"), (np.int32, "int32"), (np.dtype("int64"), "int64")])
def test_the_int_type_may_be_named_or_given(given, name):
    profile.set(int_type=given)
    assert profile.get_int_type() == name
    with pytest.raises(ModelValueError, match="'int64' or 'int32'"):
        profile.set(int_type="int16")


def test_indices_of_what_is_made_have_the_int_type():
    assert _index_types() == {np.dtype("int64")}
    profile.set(int_type="int32")
    assert _index_types() == {np.dtype("int32")}


def _index_types() -> set:
    connect = bp.connect
    i, j = connect.FixedPreNum(2, seed=1)(5, 4)
    sheet = bp.NeuGroup(bp.models.get_LIF(), (2, 3))
    syn = bp.SynConn(bp.models.get_voltage_jump(), sheet, sheet, conn=connect.All2All())
    by_hand = bp.SynConn(_counting_synapses(), num=3)
    arrays = [i, j, *connect.mat2ij(np.eye(3)), sheet.indices, sheet[0].indices, *connect.pre2syn(i, 5)]
    arrays += [*connect.post2syn(j, 4), *connect.post2pre(i, j, 4), *connect.pre_slice_syn(i, j, 5)]
    arrays += [syn.pre_ids, syn.post_ids, *syn.pre2syn, *syn.post2syn, *syn.pre2post, syn.pre_slice_syn]
    return {array.dtype for array in [*arrays, by_hand.pre_ids, by_hand.post_ids]}


def _counting_synapses():
    def count(ST):
        ST["s"] = ST["s"] + 1.0

    return bp.SynType("counting", ST=bp.SynState("s"), steps=count, mode="vector")


def test_an_index_that_does_not_fit_is_refused():
    profile.set(int_type="int32")
    with pytest.raises(bp.errors.ModelUseError, match="The index 2147483648 is too large for int32"):
        bp.connect.pre2post([2**31], [0], 2**31 + 1)
