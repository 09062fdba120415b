"""Numbers from recordings: rates, correlations, synchrony."""

from .correlation import cross_correlation, voltage_fluctuation
from .population import population_vector
from .spikes import firing_rate, raster_plot

__all__ = ["cross_correlation", "firing_rate", "population_vector", "raster_plot", "voltage_fluctuation"]
