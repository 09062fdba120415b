"""The tests of agreement of networks, of simulations and of sessions once more, with a device in the place of Numba.

Layouts of edges, delays, spread parameters, inputs of every kind, monitors of every kind, snapshots, sliders, rewind.
"""

import pytest

from tests.agreement import test_networks_agree
from tests.cuda.places import BLOCK, CARD, CARD_KERNELS, KERNELS, again
from tests.runtime import test_session_models, test_simulation

pytestmark = [
    pytest.mark.usefixtures("there"),
    pytest.mark.parametrize("there", again(BLOCK, KERNELS, CARD, CARD_KERNELS), indirect=True),
]

NOT_HERE = {
    # Of a neuron's rate in 12,500 steps, a million steps, 30,000 events a step: long, and nothing new.
    "test_the_gamma_network_fires_in_the_gamma_band",
    "test_events_of_a_ring_stay_within_its_window_and_memory_stays_bounded",
    # 40 programs; test_inputs_and_monitors has all of it in two.
    "test_an_input_acts_before_the_step",
    # Of the back end's name, its text, and who fails to compile.
    "test_a_back_end_that_does_not_exist_is_named",
    "test_auto_is_numba_unless_the_environment_names_another",
    "test_source_is_the_text_of_its_own_back_end",
    "test_a_compilation_that_fails_is_warned_of_and_the_old_code_goes_on",
    "test_chunk_steps_follow_what_a_step_costs",
}

backend = test_session_models.backend
for module in (test_networks_agree, test_simulation, test_session_models):
    tests = {name: value for name, value in vars(module).items() if name.startswith("test_") and name not in NOT_HERE}
    assert not tests.keys() & globals().keys()
    globals().update(tests)
