"""Phase portraits and bifurcation diagrams of neuron models with one or two variables that matter."""

from .bifurcation import BifurcationAnalyzer
from .phase import FixedPoint, PhasePortraitAnalyzer

__all__ = ["BifurcationAnalyzer", "FixedPoint", "PhasePortraitAnalyzer"]
