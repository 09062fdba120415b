"""Currents over time, and groups that emit spikes: at random, at given times, at a frequency."""

from .currents import constant_current, ramp_current, spike_current
from .groups import FreqInput, PoissonInput
from .spike_times import SpikeTimeInput
from .waveforms import (
    constant_input,
    ou_process,
    ramp_input,
    section_input,
    sinusoidal_input,
    spike_input,
    square_input,
    wiener_process,
)

__all__ = [
    "FreqInput",
    "PoissonInput",
    "SpikeTimeInput",
    "constant_current",
    "constant_input",
    "ou_process",
    "ramp_current",
    "ramp_input",
    "section_input",
    "sinusoidal_input",
    "spike_current",
    "spike_input",
    "square_input",
    "wiener_process",
]
