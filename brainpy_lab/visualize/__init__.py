"""Figures with matplotlib, which loads when the first one is drawn."""

from .animations import animate_1D, animate_2D
from .plots import get_figure, line_plot, raster_plot, remove_axis
from .style import plot_style1

__all__ = ["animate_1D", "animate_2D", "get_figure", "line_plot", "plot_style1", "raster_plot", "remove_axis"]
