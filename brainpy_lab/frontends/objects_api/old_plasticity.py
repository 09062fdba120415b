"""Short-term plasticity of the synapses in `bp.synapses` (`bp.synplast`)."""

from __future__ import annotations

from typing import Any

from ...errors import ModelUseError
from ...passes.integrate import known_method
from . import outs, synapse_plasticity
from .base import DynamicalSystem
from .groups import SynDyn
from .old_outs import is_synapse
from .synapse_states import bounds_of


class OldPlasticity(DynamicalSystem):
    """Scales what the spikes of a synapse do, by a state of each source.

    Notes
    -----
    In a step the state takes the spikes first, and then scales them.
    """

    state: SynDyn

    def __init__(self, name: str | None = None):
        super().__init__(name=name)
        self._synapse: Any = None

    def register_master(self, master: DynamicalSystem) -> None:
        """Serve this synapse, and no other."""
        if self._synapse is not None:
            raise ModelUseError(
                f"{self.name!r} is the plasticity of {self._synapse().name!r}: give {master.name!r} one of its own."
            )
        self._synapse = lambda: master
        self.state = self.make(is_synapse(master).pre.num)
        for key in ("u", "x"):
            if key in vars(self.state):
                setattr(self, key, vars(self.state)[key])

    def make(self, num: int) -> SynDyn:
        """The state of that many sources."""
        raise NotImplementedError

    def update(self, pre_spike: Any) -> None:
        """Take the spikes of the step."""
        self.state.update(pre_spike)

    def filter(self, x: Any) -> Any:
        """`x` of each source, scaled."""
        return x * self.state.return_info().value

    __call__ = filter


def _checked(name: str, value: Any) -> Any:
    """A parameter whose shape is known only with the synapse, which checks that; rules are asked there too."""
    return value if callable(value) else outs.parameter(name, value, **bounds_of(name))


class STD(OldPlasticity):
    """Short-term depression: spikes count ``x``, as `bp.dyn.STD` says.

    Parameters
    ----------
    tau : float, ms
    U : float
    method : str
    """

    def __init__(self, tau: Any = 200.0, U: Any = 0.07, method: str = "exp_auto", name: str | None = None):
        super().__init__(name)
        self.options = dict(tau=_checked("tau", tau), U=_checked("U", U), method=known_method(method))

    def make(self, num: int) -> SynDyn:
        return synapse_plasticity.STD(num, **self.options)


class STP(OldPlasticity):
    """Short-term facilitation and depression: spikes count ``u*x``, as `bp.dyn.STP` says.

    Parameters
    ----------
    U : float
    tau_f, tau_d : float, ms
    method : str
    """

    def __init__(
        self,
        U: Any = 0.15,
        tau_f: Any = 1500.0,
        tau_d: Any = 200.0,
        method: str = "exp_auto",
        name: str | None = None,
    ):
        super().__init__(name)
        numbers = {key: _checked(key, value) for key, value in dict(U=U, tau_f=tau_f, tau_d=tau_d).items()}
        self.options = {**numbers, "method": known_method(method)}

    def make(self, num: int) -> SynDyn:
        return synapse_plasticity.STP(num, **self.options)
