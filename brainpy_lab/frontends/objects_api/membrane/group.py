"""`CondNeuGroup`: neurons whose membrane is made of channels."""

from __future__ import annotations

from typing import Any

from .... import checks
from ....errors import ModelUseError
from ....initialize import Uniform
from ....math.variable import Variable
from ..given import fitting
from ..integrators import odeint, sdeint
from ..neurons_base import emitted, time_and_input
from ..synapse_states import as_parameter, as_variable
from .base import HHTypedNeuron, Holder, MembranePart
from .ions import MixIons


class CondNeuGroup(Holder, HHTypedNeuron):
    r"""Neurons made of channels: :math:`C V' = \sum_j I_j + I`, where every channel says its current :math:`I_j`.

    Parameters
    ----------
    size : int or tuple of int
    keep_size : bool
    C : float or array_like
        Capacitance, uF/cm2.
    A : float or array_like
        Area, cm2: an input in nA counts ``1e-3/A`` uA/cm2, so that 1e-3 leaves the number as it is.
    V_th : float or array_like, mV
    V_initializer : Initializer, callable or array_like, mV
    noise : float or array_like, optional
        Of the membrane potential, mV per square root of ms.
    method : str
        Integration method. While the gates stand still the potential moves with the time constant C/g, which is short
        during a spike: 'exp_auto' takes it with any step, explicit methods such as 'rk4' need a step below it.
    name : str, optional
    input_var : bool
        Collect input in a variable ``input``, which `clear_input` empties.
    spk_type : numpy dtype, optional
        Of the spikes, bool by default.
    **channels : IonChannel or Ion
        Attributes that are assigned later (``self.IK = ...``) count as well.

    Attributes
    ----------
    V : Variable, mV
    spike : Variable
        Whether V rose through `V_th` in the last step.
    input : Variable, nA

    Raises
    ------
    ModelValueError
        For something that is no channel and no ion, that belongs elsewhere, or that has another size.

    Notes
    -----
    A step integrates V first, with the gates as the last step has left them; then every channel updates its gates at
    the old V. Currents of synapses are evaluated at the old V and added to the input, so they are scaled by ``1e-3/A``
    too; in `CondNeuGroupLTC` they are part of the equation, in uA/cm2.

    Examples
    --------
    >>> import brainpy_lab as bp
    >>> class HH(bp.CondNeuGroup):
    ...     def __init__(self, size):
    ...         super().__init__(size, V_th=20., V_initializer=bp.init.Constant(-65.))
    ...         self.INa = bp.channels.INa_HH1952(size)
    ...         self.IK = bp.channels.IK_HH1952(size, E=-77., g_max=36.)
    ...         self.IL = bp.channels.IL(size, E=-54.387, g_max=0.3)
    >>> cells = HH(2)
    >>> runner = bp.DSRunner(cells, monitors=['V', 'INa.p'], inputs=('input', 10.), progress_bar=False)
    """

    inputs_inside = False
    """Whether the currents of synapses are part of the equation (LTC) instead of the input."""

    def __init__(
        self,
        size: Any,
        keep_size: bool = False,
        C: Any = 1.0,
        A: Any = 1e-3,
        V_th: Any = 0.0,
        V_initializer: Any = None,
        noise: Any = None,
        method: str = "exp_auto",
        name: str | None = None,
        mode: Any = None,
        init_var: bool = True,
        input_var: bool = True,
        spk_type: Any = None,
        **channels: MembranePart,
    ):
        super().__init__(size, keep_size, None, name, mode, method)
        self.C = as_parameter(C, self.varshape, "C", above=0.0)
        self.A = as_parameter(A, self.varshape, "A", above=0.0)
        self.V_th = as_parameter(V_th, self.varshape, "V_th")
        self.noise = None if noise is None else as_parameter(noise, self.varshape, "noise")
        self.input_var = checks.flag("input_var", input_var)
        self.spk_type = checks.dtype("spk_type", spk_type, bool)
        self._V_start = Uniform(-70.0, -60.0) if V_initializer is None else V_initializer
        if self.noise is None:
            self.integral = odeint(self.derivative, method=method)
        else:
            self.integral = sdeint(self.derivative, lambda *_: self.noise, method=method)
        self.add_elem(**channels)
        self.reset_state()

    def _settle(self, element: MembranePart) -> None:
        if "V" in vars(self):
            self._reset_element(element)

    def _reset_element(self, element: MembranePart) -> None:
        if hasattr(element, "_membrane"):
            element._membrane.V = self.V
        element.reset_state(self.V.value)

    def reset_state(self, *args: Any, **kwargs: Any) -> None:
        """V at its start, every channel in its steady state there, no spike, no input."""
        as_variable(self, "V", self._V_start)
        as_variable(self, "spike", False, self.spk_type)
        if self.input_var:
            as_variable(self, "input", 0.0)
        # What mixes ions comes last: it needs them as they start.
        for element in sorted(self.elements, key=lambda element: isinstance(element, MixIons)):
            self._reset_element(element)

    def clear_input(self, *args: Any, **kwargs: Any) -> None:
        """No input."""
        if self.input_var:
            self.input.value = 0.0

    def return_info(self) -> Variable:
        """The spikes."""
        return self.spike

    def derivative(self, V: Any, t: Any, I: Any = None) -> Any:
        """dV/dt, mV/ms, with the input `I` in uA/cm2; without it, that of the variable ``input``."""
        if I is None:
            I = self._scaled(self._collected(V, self.input.value if self.input_var else 0.0))
        if self.inputs_inside:
            I = self.sum_current_inputs(V, init=I)
        for element in self.elements:
            I = I + element.current(V)
        return I * (1.0 / self.C)

    def _collected(self, V: Any, x: Any) -> Any:
        """The input with the currents of synapses, nA."""
        return x if self.inputs_inside else self.sum_current_inputs(V, init=x)

    def _scaled(self, x: Any) -> Any:
        """uA/cm2 for nA."""
        return x * (1e-3 / self.A)

    def update(self, x: Any = None, *more: Any) -> Any:
        """One step with the input `x`, nA; returns the spikes. The older form ``update(tdi, x)`` works too."""
        self._check_ions()
        t, x = time_and_input(x, more)
        x = fitting("x", x, self.varshape, self)
        if self.input_var:
            self.input += x
            x = self.input.value
        old = self.V.value
        x = self._scaled(self._collected(old, x))
        V = self.integral(old, t, x) if "I" in self.integral.others else self.integral(old, t)
        if self.delta_inputs:
            V = self.sum_delta_inputs(init=V)
        for element in self.elements:
            element._updated(old)
        spike = (V >= self.V_th) & (old < self.V_th)
        self.V.value = V
        return emitted(self, spike)

    def _check_ions(self) -> None:
        for mixed in (element for element in self.elements if isinstance(element, MixIons)):
            for ion in mixed.ions:
                if not any(ion is element for element in self.elements):
                    raise ModelUseError(
                        f"{self._called()} holds a MixIons of {type(ion).__name__} {ion.name!r}, but not that ion, "
                        "which nothing would update then: put it into the neurons as well."
                    )


class CondNeuGroupLTC(CondNeuGroup):
    """`CondNeuGroup` whose synaptic currents are evaluated inside the equation, in uA/cm2."""

    inputs_inside = True
