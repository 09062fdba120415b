"""The bytes that a step moves are close to what it has to move."""

import pytest

import brainpy_lab as bp
from benchmarks.gpu import coba
from brainpy_lab.backends.cuda.traffic import bytes_per_step, traffic
from brainpy_lab.runtime.build import build

STATES = 26  # V, g_e and g_i in single precision, read and written, and one byte for being refractory
SUMS = 32  # two integers of 8 bytes, read and cleared
DT_SECONDS = 1e-4


def test_a_balanced_network_moves_hardly_more_than_its_states_and_sums():
    n, hertz = 1000, 21.4  # the rate that the card measured for 4,000,000 neurons
    simulation = coba(n, "emulator", "quanta", "float32")
    loops = traffic(simulation.code.text, simulation.code.text.memory.buffers)
    assert sum(one.elements for one in loops if one.edges) == 2 * n  # two projections from each population
    assert sum(one.edges for one in loops) == 80 * n
    firing = hertz * DT_SECONDS
    inputs = 80 * firing  # events for each neuron and step: at most so many neurons have something to clear
    moved = bytes_per_step(loops, firing, changing=inputs) / n
    assert STATES < moved <= 1.1 * (STATES + SUMS)


def test_what_is_counted_is_what_is_printed():
    group = bp.NeuGroup(bp.models.get_LIF(), 10)
    program, bindings = bp.Network(group).build_program((group, "ST.input", 20.0))
    simulation = build(program, bindings, "emulator")
    text = simulation.code.text
    (loop,) = traffic(text, text.memory.buffers)
    printed = text.source[text.source.index("void sweep_0_") :]
    reads = [
        line for line in printed.splitlines() if line.strip().startswith(("double m", "bool m")) and "= A." in line
    ]
    writes = [line for line in printed.splitlines() if line.strip().startswith("A.") and "= m" in line]
    sizes = {"double": 8, "bool": 1}
    assert loop.elements == 10 and loop.always == sum(sizes[line.split()[0]] for line in reads) + _written(text, writes)
    assert loop.always > 0 and loop.rarely >= 0


def _written(text, lines):
    types = {}
    for line in text.memory.declaration().splitlines():
        words = line.split()
        if words and words[0].endswith("*"):
            types[words[1].rstrip(";")] = {"double*": 8, "bool*": 1, "float*": 4}.get(words[0], 8)
    return sum(types[line.strip().split("[")[0].removeprefix("A.")] for line in lines)


@pytest.mark.parametrize("float_type, real", [("float64", 8), ("float32", 4)])
def test_numbers_that_seldom_change_are_written_when_they_do(float_type, real):
    simulation = coba(500, "emulator", "quanta", float_type)
    loops = traffic(simulation.code.text, simulation.code.text.memory.buffers)
    neurons = [one for one in loops if not one.edges]
    # The time of the last spike, the input that is cleared, and both sums.
    assert [one.rarely for one in neurons] == [2 * real + 16] * 2
