"""Figures with matplotlib, which loads when the first one is drawn."""

from .plots import get_figure, line_plot, raster_plot

__all__ = ["get_figure", "line_plot", "raster_plot"]
