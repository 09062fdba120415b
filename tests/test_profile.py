"""The settings: what is set changes, nothing else does, and wrong values say what would be right."""

import numpy as np
import pytest

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


@pytest.mark.parametrize("device", ["multi-cpu", "gpu", "gpu1"])
def test_other_devices_are_not_available_yet(device):
    with pytest.raises(ModelValueError, match='not available yet; use device="cpu"'):
        profile.set(device=device)
    assert profile.run_on_cpu() and not profile.run_on_gpu()


def test_an_unknown_device_is_refused():
    with pytest.raises(ValueError, match="Unknown device in Numba mode: tpu"):
        profile.set(device="tpu", jit=True)


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
    profile.set_numba_profile(nogil=False)
    assert profile.get_numba_profile()["nogil"] is False
    with pytest.raises(ModelValueError, match="speed"):
        profile.set_numba_profile(speed=True)
