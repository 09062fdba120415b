"""What neurons have in common: parameters, input, integration, threshold, refractoriness."""

from __future__ import annotations

from typing import Any, ClassVar

from ... import checks
from ...errors import ModelUseError
from ...initialize import ZeroInit
from ...math import functions as bm
from ...math.graph import at_user
from ...math.share import share
from ...math.variable import Variable
from .given import fitting
from .groups import NeuDyn
from .integrators import JointEq, odeint, sdeint
from .parametrized import Parametrized
from .synapse_states import as_parameter, as_variable

LONG_AGO = -1e7
"""Time of the last spike of a neuron that has not fired, ms."""


def time_and_input(x: Any, more: tuple[Any, ...]) -> tuple[Any, Any]:
    """The time, and the input of ``update(x)``; also of the older ``update(tdi, x)``, where `tdi` has the key ``t``."""
    if isinstance(x, dict) and "t" in x:
        t, x, more = x["t"], *(more or (None,))[:1], more[1:]
    else:
        t = share["t"]
    if more:
        raise ModelUseError(f"update takes one input, but got {1 + len(more)}{at_user()}: add them up.")
    return t, 0.0 if x is None else x


def emitted(neurons: Any, spike: Any) -> Any:
    """Keep the spikes of this step, in the type that the neurons have chosen; returns them."""
    if neurons.spk_type.kind != "b":
        spike = spike.astype(neurons.spk_type)
    neurons.spike.value = spike
    return spike


class Spiking(Parametrized, NeuDyn):
    """Neurons with a threshold.

    A class of its own says: ``dynamic``, the names of its variables, first ``V``; their slopes
    ``dV(self, V, t, ..., I)`` and so on, whose arguments are variables by name and the input ``I``;
    ``parameters``, name -> default; ``starts``, variable -> default of its initializer; and where they differ from
    those here, ``fires`` and ``after_spike``.

    Parameters
    ----------
    size : int or tuple of int
    keep_size : bool
        Keep the axes of `size`.
    method : str
        Integration method.
    name : str, optional
    tau_ref : float or array_like
        With refractoriness: how long a neuron keeps its membrane potential after a spike, ms.
    ref_var : bool
        With refractoriness: keep a variable ``refractory``, which tells who waits.
    input_var : bool
        Collect input in a variable ``input``, which `clear_input` empties.
    noise : float or array_like, optional
        Of the membrane potential, per square root of ms.
    spk_dtype : numpy dtype, optional
        Of the spikes, bool by default.
    **values
        Parameters, and initial values as ``V_initializer=...``: numbers, arrays, initializers or functions of the
        shape.

    Notes
    -----
    ``sharding``, ``mode``, ``init_var``, ``spk_fun``, ``spk_reset`` and ``detach_spk`` are accepted for programs that
    give them: they speak of devices and of training.

    Raises
    ------
    ModelUseError
        For an argument that the class does not have.
    """

    dynamic: ClassVar[tuple[str, ...]] = ("V",)
    starts: ClassVar[dict[str, Any]] = {"V": ZeroInit()}
    is_refractory = False
    inputs_inside = False
    """Whether inputs are evaluated at every stage of the integration (LTC) instead of once per step."""
    collects_input = False
    """Whether there is a variable ``input`` unless `input_var` says otherwise."""

    def __init__(
        self,
        size: Any,
        sharding: Any = None,
        keep_size: bool = False,
        mode: Any = None,
        *,
        name: str | None = None,
        method: str = "exp_auto",
        input_var: bool | None = None,
        noise: Any = None,
        spk_dtype: Any = None,
        init_var: bool = True,
        spk_fun: Any = None,
        spk_reset: str = "soft",
        detach_spk: bool = False,
        **values: Any,
    ):
        super().__init__(size, keep_size, sharding, name, mode, method)
        if not self.is_refractory and ("tau_ref" in values or "ref_var" in values):
            raise ModelUseError(
                f"{type(self).__name__} neurons have no refractoriness{at_user()}: take a class whose name ends in "
                "Ref, such as LifRef."
            )
        refractory = {key: values.pop(key, default) for key, default in self.options().items()}
        tau_ref, self.ref_var = refractory.get("tau_ref"), checks.flag("ref_var", refractory.get("ref_var", False))
        self._take(values)
        if self.is_refractory:
            self.tau_ref = as_parameter(0.0 if tau_ref is None else tau_ref, self.varshape, "tau_ref")
        self.input_var = self.collects_input if input_var is None else checks.flag("input_var", input_var)
        self.spk_type = checks.dtype("spk_dtype", spk_dtype, bool)
        self.noise = None if noise is None else as_parameter(noise, self.varshape, "noise")
        slopes = [getattr(self, f"d{key}") for key in self.dynamic]
        equations = slopes[0] if len(slopes) == 1 else JointEq(*slopes)
        if self.noise is None:
            self.integral = odeint(equations, method=method)
        else:
            self.integral = sdeint(equations, [self._noise_of(key) for key in self.dynamic], method=method)
        self.reset_state()

    @classmethod
    def options(cls) -> dict[str, Any]:
        """Those of refractoriness."""
        return {"tau_ref": 0.0, "ref_var": False} if cls.is_refractory else {}

    def _noise_of(self, key: str) -> Any:
        return lambda *_: self.noise if key == "V" else 0.0

    def reset_state(self, *args: Any, **kwargs: Any) -> None:
        """Every variable at its start, and no spike yet."""
        self._start()
        as_variable(self, "spike", False, self.spk_type)
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

    def update(self, x: Any = None, *more: Any) -> Any:
        """One step with the input `x`; returns the spikes. The older form ``update(tdi, x)`` works too."""
        t, x = time_and_input(x, more)
        x = fitting("x", x, self.varshape, self)
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
        return emitted(self, spike)

    def fires(self, old: dict[str, Any], new: dict[str, Any]) -> Any:
        """Which neurons fire."""
        return new["V"] >= self.V_th

    def after_spike(self, new: dict[str, Any], spike: Any) -> dict[str, Any]:
        """The variables behind the spikes."""
        return {**new, "V": bm.where(spike, self.V_reset, new["V"])}


_FORMS = {
    "Ref": (dict(is_refractory=True), "that keep their membrane potential for ``tau_ref`` after a spike"),
    "LTC": (dict(inputs_inside=True), "whose inputs are evaluated at every stage of the integration"),
}


def forms(base: type[Spiking]) -> tuple[Any, Any, Any]:
    """The classes ``<base>Ref``, ``<base>LTC`` and ``<base>RefLTC``: the same neurons with other options."""
    ref, ltc = form(base, "Ref"), form(base, "LTC")
    return ref, ltc, form(ref, "LTC")


def form(base: type[Spiking], suffix: str) -> Any:
    """The class ``<base><suffix>``."""
    options, what = _FORMS[suffix]
    doc = f"`{base.__name__}` neurons {what}."
    return type(base)(f"{base.__name__}{suffix}", (base,), {**options, "__doc__": doc, "__module__": base.__module__})
