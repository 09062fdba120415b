"""Numbers from recordings: rates, correlations, synchrony."""

from .correlation import cross_correlation, voltage_fluctuation
from .spikes import firing_rate, raster_plot

__all__ = ["cross_correlation", "firing_rate", "raster_plot", "voltage_fluctuation"]
