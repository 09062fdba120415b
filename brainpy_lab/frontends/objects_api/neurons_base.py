"""What neurons have in common: input, integration, threshold, refractoriness."""

from __future__ import annotations

from typing import Any

from ...math import functions as bm
from ...math.share import share
from ...math.variable import Variable
from .groups import NeuDyn
from .integrators import JointEq, odeint, sdeint
from .synapse_states import as_parameter, as_variable

LONG_AGO = -1e7
"""Time of the last spike of a neuron that has not fired, ms."""


class Spiking(NeuDyn):
    """Neurons with a threshold.

    A class of its own says: ``dynamic``, the names of its variables, first ``V``; their slopes
    ``dV(self, V, t, ..., I)`` and so on, whose arguments are variables by name and the input ``I``;
    ``after_spike(self, new, spike)``, which returns the variables behind a spike.

    Parameters
    ----------
    tau_ref : float or array_like, optional
        With refractoriness: how long a neuron keeps its state after a spike, ms.
    input_var : bool
        Collect input in a variable ``input``, which `clear_input` empties.
    noise : float or array_like, optional
        Of the membrane potential, per square root of ms.
    """

    dynamic: tuple[str, ...] = ("V",)
    is_refractory = False
    inputs_inside = False
    """Whether inputs are evaluated at every stage of the integration (LTC) instead of once per step."""

    def __init__(
        self,
        size: Any,
        keep_size: bool,
        sharding: Any,
        name: str | None,
        mode: Any,
        method: str,
        starts: dict[str, Any],
        tau_ref: Any = 0.0,
        input_var: bool = False,
        noise: Any = None,
        spk_type: Any = None,
        spk_fun: Any = None,
        spk_reset: str = "soft",
        detach_spk: bool = False,
        ref_var: bool = False,
    ):
        super().__init__(size, keep_size, sharding, name, mode, method)
        self._starts = starts
        if self.is_refractory:
            self.tau_ref = as_parameter(tau_ref, self.varshape, "tau_ref")
        self.ref_var = bool(ref_var)
        self.input_var = bool(input_var)
        self.noise = None if noise is None else as_parameter(noise, self.varshape, "noise")
        slopes = [getattr(self, f"d{key}") for key in self.dynamic]
        equations = slopes[0] if len(slopes) == 1 else JointEq(*slopes)
        if self.noise is None:
            self.integral = odeint(equations, method=method)
        else:
            noises = [self._noise_of(key) for key in self.dynamic]
            self.integral = sdeint(equations, noises, method=method)
        self.reset_state()

    def _noise_of(self, key: str) -> Any:
        return lambda *_: self.noise if key == "V" else 0.0

    def reset_state(self, *args: Any, **kwargs: Any) -> None:
        """Every variable at its start, and no spike yet."""
        for key, start in self._starts.items():
            as_variable(self, key, start)
        as_variable(self, "spike", False, bool)
        if self.input_var:
            as_variable(self, "input", 0.0)
        if self.is_refractory:
            as_variable(self, "t_last_spike", LONG_AGO)
            if self.ref_var:
                as_variable(self, "refractory", False, bool)

    def clear_input(self, *args: Any, **kwargs: Any) -> None:
        """No input."""
        if self.input_var:
            self.input.value = 0.0

    def return_info(self) -> Variable:
        """The spikes."""
        return self.spike

    def _current(self, V: Any, I: Any) -> Any:
        """The input inside an equation."""
        return self.sum_current_inputs(V, init=I) if self.inputs_inside else I

    def update(self, x: Any = None) -> Any:
        """One step with the input `x`; returns the spikes."""
        t = share["t"]
        x = 0.0 if x is None else x
        if self.input_var:
            self.input += x
            x = self.input.value
        old = {key: vars(self)[key].value for key in self.dynamic}
        if not self.inputs_inside:
            x = self.sum_current_inputs(old["V"], init=x)
        results = self.integral(*old.values(), t, x)
        new = dict(zip(self.dynamic, results if len(self.dynamic) > 1 else [results]))
        if self.delta_inputs:
            new["V"] = self.sum_delta_inputs(init=new["V"])
        if self.is_refractory:
            waits = (t - self.t_last_spike.value) <= self.tau_ref
            new["V"] = bm.where(waits, old["V"], new["V"])
        spike = self.fires(old, new)
        new = self.after_spike(new, spike)
        if self.is_refractory:
            last = bm.where(spike, t, self.t_last_spike.value)
            self.t_last_spike.value = last
            if self.ref_var:
                self.refractory.value = (t - last) <= self.tau_ref
        for key, value in new.items():
            vars(self)[key].value = value
        self.spike.value = spike
        return spike

    def fires(self, old: dict[str, Any], new: dict[str, Any]) -> Any:
        """Which neurons fire."""
        return new["V"] >= self.V_th

    def after_spike(self, new: dict[str, Any], spike: Any) -> dict[str, Any]:
        """The variables behind the spikes."""
        return {**new, "V": bm.where(spike, self.V_reset, new["V"])}
