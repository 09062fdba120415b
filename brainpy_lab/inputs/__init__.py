"""Currents over time, and groups that emit spikes: at random, at given times, at a frequency."""

from .currents import constant_current, ramp_current, spike_current
from .groups import FreqInput, PoissonInput
from .spike_times import SpikeTimeInput

__all__ = ["FreqInput", "PoissonInput", "SpikeTimeInput", "constant_current", "ramp_current", "spike_current"]
