"""From a conductance to a current."""

from __future__ import annotations

from typing import Any

import numpy as np

from ... import checks
from ...math import functions as bm
from ...math.functions import asarray
from ...math.variable import Variable
from .base import DynamicalSystem
from .descriptions import Described


class SynOut(DynamicalSystem, Described):
    """What a synaptic conductance does at a membrane; call it with the membrane potential.

    Attributes
    ----------
    conductance : Variable
        After `keep_cond` only: what `bind_cond` has bound last.
    """

    def __init__(self, name: str | None = None, scaling: Any = None):
        super().__init__(name=name)
        self._bound: Any = None

    def keep_cond(self, shape: Any) -> None:
        """Let what `bind_cond` binds last from step to step, beginning with 0.

        A target that is called before the projection then sees the conductance of the last step.
        """
        self.conductance = Variable(np.zeros(shape))

    def bind_cond(self, conductance: Any) -> None:
        """Let the conductance be this, in the rest of the step or from now on (`keep_cond`)."""
        kept = vars(self).get("conductance")
        if kept is None:
            object.__setattr__(self, "_bound", conductance)
        else:
            kept.value = conductance

    def unbind_cond(self) -> None:
        """Forget the conductance."""
        if "conductance" in vars(self):
            self.conductance.value = 0.0
        else:
            object.__setattr__(self, "_bound", None)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        kept = vars(self).get("conductance")
        if kept is not None:
            return self.update(kept.value, *args, **kwargs)
        return 0.0 if self._bound is None else self.update(self._bound, *args, **kwargs)

    def reset_state(self, *args: Any, **kwargs: Any) -> None:
        """Forget the conductance."""
        self.unbind_cond()


class COBA(SynOut):
    """A conductance with a reversal potential: ``g*(E - V)``.

    Parameters
    ----------
    E : float or array_like, mV
    """

    def __init__(self, E: Any, sharding: Any = None, name: str | None = None, scaling: Any = None):
        super().__init__(name=name)
        self.E = parameter("E", E)

    def update(self, conductance: Any, potential: Any) -> Any:
        """The current."""
        return conductance * (self.E - potential)


class CUBA(SynOut):
    """A current that does not depend on the membrane potential: ``g``."""

    def update(self, conductance: Any, potential: Any = None) -> Any:
        """The current."""
        return conductance


class MgBlock(SynOut):
    r"""A conductance that magnesium blocks: ``g*(E - V)/(1 + cc_Mg/beta*exp(alpha*(V_offset - V)))``.

    Parameters
    ----------
    E, V_offset : float, mV
    cc_Mg : float, mM
    alpha : float, 1/mV
    beta : float, mM

    References
    ----------
    Jahr and Stevens 1990, J. Neurosci. 10, 3178, eq. 4.
    """

    def __init__(
        self,
        E: Any = 0.0,
        cc_Mg: Any = 1.2,
        alpha: Any = 0.062,
        beta: Any = 3.57,
        V_offset: Any = 0.0,
        sharding: Any = None,
        name: str | None = None,
        scaling: Any = None,
    ):
        super().__init__(name=name)
        for key, number in dict(E=E, cc_Mg=cc_Mg, alpha=alpha, V_offset=V_offset).items():
            setattr(self, key, parameter(key, number))
        self.beta = parameter("beta", beta, above=0.0)

    def update(self, conductance: Any, potential: Any) -> Any:
        """The current."""
        block = 1.0 + self.cc_Mg / self.beta * bm.exp(self.alpha * (self.V_offset - potential))
        return conductance * (self.E - potential) / block


def parameter(name: str, value: Any, **bounds: Any) -> Any:
    """A number, or an array of numbers, within the bounds of `checks.array`."""
    known = getattr(value, "_array", value)
    checks.array(name, known, "a number, or an array of numbers", copy=False, **bounds)
    return float(value) if isinstance(value, (int, float)) else asarray(value)
