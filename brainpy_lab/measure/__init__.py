"""Numbers from recordings: rates, correlations, synchrony, field potentials."""

from .correlation import cross_correlation, functional_connectivity, matrix_correlation, voltage_fluctuation
from .field import unitary_LFP
from .population import population_vector
from .spikes import firing_rate, raster_plot

__all__ = [
    "cross_correlation",
    "firing_rate",
    "functional_connectivity",
    "matrix_correlation",
    "population_vector",
    "raster_plot",
    "unitary_LFP",
    "voltage_fluctuation",
]
