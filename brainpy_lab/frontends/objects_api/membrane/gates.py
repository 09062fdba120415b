"""Channels with gates: one implementation, to which a channel gives its exponents and rate functions."""

from __future__ import annotations

from typing import Any, ClassVar

from ....math.share import share
from ..integrators import odeint
from ..parametrized import Parametrized
from ..synapse_states import as_variable
from .base import IonChannel


class Ohmic(Parametrized, IonChannel):
    r"""A channel that is always open: :math:`I = g_{max} (E - V)`.

    Parameters
    ----------
    size : int or tuple of int
    keep_size : bool
    method : str
        Integration method of the gates.
    name : str, optional
    **values
        Parameters: numbers, arrays, initializers or functions of the shape.

    Notes
    -----
    Without a parameter ``E`` the reversal potential is that of the ion that holds the channel.
    """

    def __init__(
        self,
        size: Any,
        keep_size: bool = False,
        sharding: Any = None,
        method: str | None = "exp_auto",
        name: str | None = None,
        mode: Any = None,
        **values: Any,
    ):
        super().__init__(size, keep_size, sharding, name, mode, method or "exp_auto")
        self._take(values)

    def reversal(self, *ion: Any) -> Any:
        """The reversal potential, mV."""
        return self.E if "E" in self.parameters else ion[1]

    def conductance(self, *ion: Any) -> Any:
        """The conductance at the present gates, mS/cm2."""
        return self.g_max

    def current(self, V: Any, *ion: Any) -> Any:
        """The current at the membrane potential `V`, inward positive, uA/cm2."""
        return self.conductance(*ion) * (self.reversal(*ion) - V)


class Gated(Ohmic):
    r"""A channel with gates: :math:`I = g_{max} p^M q^N (E - V)`.

    Each gate obeys :math:`x' = \phi (x_\infty - x)/\tau_x` where the class defines ``f_x_inf(V)`` and ``f_x_tau(V)``,
    and :math:`x' = \phi (\alpha_x (1 - x) - \beta_x x)` where it defines ``f_x_alpha(V)`` and ``f_x_beta(V)``;
    :math:`\phi` is the parameter ``phi_x`` if there is one, else ``phi``, else 1.

    Attributes
    ----------
    powers : dict of str to int
        Gate -> its exponent.
    """

    powers: ClassVar[dict[str, int]] = {}

    def __init__(self, size: Any, *args: Any, **values: Any):
        super().__init__(size, *args, **values)
        for gate in self.powers:
            as_variable(self, gate, 0.0)
        self._integrals = {gate: odeint(getattr(self, f"d{gate}"), method=self.method) for gate in self.powers}

    def dp(self, p: Any, t: Any, V: Any) -> Any:
        """dp/dt, 1/ms."""
        return self._slope("p", p, V)

    def dq(self, q: Any, t: Any, V: Any) -> Any:
        """dq/dt, 1/ms."""
        return self._slope("q", q, V)

    def _of(self, gate: str, what: str, *args: Any) -> Any:
        return getattr(self, f"f_{gate}_{what}")(*args)

    def _has(self, gate: str, what: str) -> bool:
        return hasattr(type(self), f"f_{gate}_{what}")

    def _slope(self, gate: str, x: Any, *args: Any) -> Any:
        phi = next((name for name in (f"phi_{gate}", "phi") if name in self.parameters), None)
        if self._has(gate, "inf"):
            slope = (self._of(gate, "inf", *args) - x) / self._of(gate, "tau", *args)
        else:
            slope = self._of(gate, "alpha", *args) * (1.0 - x) - self._of(gate, "beta", *args) * x
        return slope if phi is None else getattr(self, phi) * slope

    def steady(self, gate: str, *args: Any) -> Any:
        """Where a gate comes to rest."""
        if self._has(gate, "inf"):
            return self._of(gate, "inf", *args)
        alpha, beta = self._of(gate, "alpha", *args), self._of(gate, "beta", *args)
        return alpha / (alpha + beta)

    def reset_state(self, V: Any, *ion: Any) -> None:
        """Gates where they rest at `V`."""
        for gate in self.powers:
            vars(self)[gate].value = self.steady(gate, V)

    def update(self, V: Any, *ion: Any) -> None:
        """One step of the gates at `V`."""
        for gate, integral in self._integrals.items():
            variable = vars(self)[gate]
            variable.value = integral(variable.value, share["t"], V)

    def conductance(self, *ion: Any) -> Any:
        """The conductance at the present gates, mS/cm2."""
        g = self.g_max
        for gate, power in self.powers.items():
            x = vars(self)[gate].value
            g = g * (x if power == 1 else x**power)
        return g


def under(channel: type[Ohmic], kind: type[IonChannel], name: str | None = None) -> Any:
    """The form of a channel that an ion holds, ``<channel>v2``: of `kind`, and without a reversal potential."""
    parameters = {key: value for key, value in channel.parameters.items() if key != "E"}
    ion = kind.master_type.__name__
    doc = f"`{channel.__name__}` that a `{ion}` holds: it has no ``E`` of its own, and takes ``(V, C, E)``."
    return type(channel)(
        name or f"{channel.__name__}v2",
        (channel, kind),
        {"parameters": parameters, "__doc__": doc, "__module__": channel.__module__},
    )
