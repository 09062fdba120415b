"""Ions: what their channels share, the concentration and the reversal potential; and channels of several ions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from .... import checks
from ....errors import ModelKeyError
from ....initialize import OneInit
from ....math import functions as bm
from ....math.share import share
from ....math.variable import Variable
from ..integrators import odeint
from ..parametrized import Parametrized, initializer
from ..synapse_states import as_variable
from .base import HHTypedNeuron, Holder, IonChannel, IonInfo, MembranePart

FARADAY = 96.48533212
"""C/mmol (2018 CODATA)."""
GAS = 8.314462618
"""J/(mol K)."""


class Ion(Holder, Parametrized, MembranePart):
    """An ion with the channels that carry it.

    Parameters
    ----------
    size : int or tuple of int
    keep_size : bool
    method : str
    name : str, optional
    **channels
        Channels that take ``(V, C, E)``, and parameters of the class.

    Attributes
    ----------
    C : float, array or Variable
        Concentration inside, mM.
    E : float, array or Variable
        Reversal potential, mV.
    """

    master_type: ClassVar[Any] = HHTypedNeuron

    def __init__(
        self,
        size: Any,
        keep_size: bool = False,
        method: str = "exp_auto",
        name: str | None = None,
        mode: Any = None,
        **channels: Any,
    ):
        super().__init__(size, keep_size, None, name, mode, method)
        self.external: dict[str, Callable] = {}
        self._membrane: _Membrane = _Membrane()
        own = {*self.parameters, *map(initializer, self.starts)}
        parts = {key: value for key, value in channels.items() if key not in own}
        self._take({key: value for key, value in channels.items() if key in own})
        self._begin()
        self.add_elem(**parts)

    def _begin(self) -> None:
        """Make the variables of a class that has some."""

    def _settle(self, element: MembranePart) -> None:
        if self._membrane.V is not None:
            element.reset_state(self._membrane.V.value, *self.pack_info())

    def pack_info(self) -> IonInfo:
        """The concentration and the reversal potential as they are now."""
        return IonInfo(getattr(self.C, "value", self.C), getattr(self.E, "value", self.E))

    def current(self, V: Any, C: Any = None, E: Any = None, external: bool = False) -> Any:
        """The current of all channels, uA/cm2; with `external` also what `add_external_current` has added."""
        info = self._info(C, E)
        total = self._total(self.elements, V, info)
        return self._plus_external(total, V, info) if external else total

    def flux(self, V: Any, C: Any = None) -> Any:
        """The part of the current that this ion carries, inward positive, uA/cm2."""
        info = self._info(C, None)
        carriers = [channel for channel in self.elements if channel.carries_ion]
        return self._plus_external(self._total(carriers, V, info), V, info)

    def _info(self, C: Any, E: Any) -> IonInfo:
        now = self.pack_info()
        return IonInfo(now.C if C is None else C, now.E if E is None else E)

    @staticmethod
    def _total(channels: list[MembranePart], V: Any, info: IonInfo) -> Any:
        total: Any = 0.0
        for channel in channels:
            total = total + channel.current(V, *info)
        return total

    def _plus_external(self, total: Any, V: Any, info: IonInfo) -> Any:
        for function in self.external.values():
            total = total + function(V, *info)
        return total

    def add_external_current(self, key: str, fun: Callable) -> None:
        """Let a current ``fun(V, C, E)`` that flows elsewhere carry this ion too.

        Raises
        ------
        ModelKeyError
            When the key is taken.
        """
        checks.text("key", key)
        if key in self.external:
            raise ModelKeyError(f"{self.name!r} has an external current {key!r} already: choose another key.")
        self.external[key] = checks.function("fun", fun, "a function of V, C and E")

    def reset_state(self, V: Any, *ion: Any) -> None:
        """Concentration at its start, and every channel in its steady state at `V`."""
        for channel in self.elements:
            channel.reset_state(V, *self.pack_info())

    def update(self, V: Any, *ion: Any) -> None:
        """One step: every channel at the old concentration, then the concentration."""
        info = self.pack_info()
        for channel in self.elements:
            channel._updated(V, *info)
        self.advance(V)

    def advance(self, V: Any) -> None:
        """One step of the concentration."""


class _Membrane:
    """The variable of the membrane potential, which belongs to the neurons."""

    V: Variable | None = None


class Sodium(Ion):
    """Sodium; a class of its own says its concentration and reversal potential."""


class SodiumFixed(Sodium):
    """Sodium whose concentration stays.

    Parameters
    ----------
    E : float or array_like, mV
    C : float or array_like, mM
    """

    parameters = dict(E=50.0, C=0.0400811)


class Potassium(Ion):
    """Potassium; a class of its own says its concentration and reversal potential."""


class PotassiumFixed(Potassium):
    """Potassium whose concentration stays.

    Parameters
    ----------
    E : float or array_like, mV
    C : float or array_like, mM
    """

    parameters = dict(E=-95.0, C=0.0400811)


class Calcium(Ion):
    """Calcium; a class of its own says its concentration and reversal potential."""


class CalciumFixed(Calcium):
    """Calcium whose concentration stays.

    Parameters
    ----------
    E : float or array_like, mV
    C : float or array_like, mM
    """

    parameters = dict(E=120.0, C=2.4e-4)


class SodiumChannel(IonChannel):
    """Base of channels that a `Sodium` holds."""

    master_type = Sodium


class PotassiumChannel(IonChannel):
    """Base of channels that a `Potassium` holds."""

    master_type = Potassium


class CalciumChannel(IonChannel):
    """Base of channels that a `Calcium` holds."""

    master_type = Calcium


class CalciumDyna(Calcium):
    r"""Calcium whose concentration changes; a class of its own defines ``derivative(C, t, V)``, mM/ms.

    The reversal potential follows the concentration: :math:`E = \frac{R T}{2 F} \ln\frac{C_0}{C}`.

    Parameters
    ----------
    T : float or array_like
        Temperature, degrees Celsius.
    C0 : float or array_like, mM
        Concentration outside.
    C_initializer : Initializer, callable or array_like, mM
    """

    parameters = dict(T=36.0, C0=2.0)
    starts = dict(C=OneInit(2.4e-4))
    R, F = GAS, FARADAY  # for people to read

    def _begin(self) -> None:
        self.integral = odeint(self.derivative, method=self.method)
        self._start()
        as_variable(self, "E", self._nernst(self.C.value))

    def derivative(self, C: Any, t: Any, V: Any) -> Any:
        """dC/dt, mM/ms."""
        raise NotImplementedError(f"{type(self).__name__} does not say how calcium changes: define derivative().")

    def _nernst(self, C: Any) -> Any:
        return (GAS / (2.0 * FARADAY)) * (self.T + 273.15) * bm.log(self.C0 / C)

    def reset_state(self, V: Any, *ion: Any) -> None:
        """Concentration at its start, and every channel in its steady state at `V`."""
        self._start()
        self.E.value = self._nernst(self.C.value)
        super().reset_state(V)

    def advance(self, V: Any) -> None:
        """One step of the concentration, with the channels as they are now."""
        C = self.integral(self.C.value, share["t"], V)
        self.C.value = C
        self.E.value = self._nernst(C)


class CalciumDetailed(CalciumDyna):
    r"""Calcium in a thin shell under the membrane, which currents fill and pumps empty:
    :math:`C' = \max\left(\frac{I_{Ca}}{2 F d}, 0\right) - \frac{C - C_{rest}}{\tau}`.

    Parameters
    ----------
    T : float or array_like
        Temperature, degrees Celsius.
    d : float or array_like
        Depth of the shell, um.
    C_rest : float or array_like, mM
    tau : float or array_like, ms
    C0 : float or array_like, mM
        Concentration outside.
    C_initializer : Initializer, callable or array_like, mM

    Notes
    -----
    :math:`I_{Ca}` is the current of the channels that carry calcium, inward positive, in uA/cm2; a current of 1 uA/cm2
    into a shell of 1 um raises the concentration by 5.18e-5 mM/ms. A current outward takes nothing away.

    References
    ----------
    Destexhe, Contreras, Sejnowski and Steriade 1994, J. Neurophysiol. 72, 803.
    """

    parameters = {**CalciumDyna.parameters, **dict(d=1.0, C_rest=2.4e-4, tau=5.0)}

    def derivative(self, C: Any, t: Any, V: Any) -> Any:
        """dC/dt, mM/ms."""
        # 0.01 takes uA/(cm2 um C/mmol) to mM/ms.
        filling = (0.01 / (2.0 * FARADAY)) / self.d * self.flux(V, C)
        return bm.maximum(filling, 0.0) + (self.C_rest - C) / self.tau


class CalciumFirstOrder(CalciumDyna):
    r"""Calcium with a decay alone: :math:`C' = \max(\alpha I_{Ca}, 0) - \beta C`.

    Parameters
    ----------
    T : float or array_like
        Temperature, degrees Celsius.
    alpha : float or array_like
        mM/ms for a current of 1 uA/cm2, inward positive.
    beta : float or array_like, 1/ms
    C0 : float or array_like, mM
        Concentration outside.
    C_initializer : Initializer, callable or array_like, mM

    Notes
    -----
    The default numbers are those of the paper, whose unit of calcium is arbitrary. For mM take ``alpha=5.18e-5/d`` with
    a shell of depth `d`, um. Without any current C falls towards 0, and E rises on and on; `CalciumDetailed` has a
    rest.

    References
    ----------
    Pinsky and Rinzel 1994, J. Comput. Neurosci. 1, 39, eq. 8; Traub, Wong, Miles and Michelson 1991, J. Neurophysiol.
    66, 635.
    """

    parameters = {**CalciumDyna.parameters, **dict(alpha=0.13, beta=0.075)}

    def derivative(self, C: Any, t: Any, V: Any) -> Any:
        """dC/dt, mM/ms."""
        return bm.maximum(self.alpha * self.flux(V, C), 0.0) - self.beta * C


class MixIons(Holder, MembranePart):
    """Channels that depend on several ions, each of which the neurons hold besides.

    Parameters
    ----------
    *ions : Ion
        Two or more.
    **channels
        Each takes ``(V, info, info, ...)`` with one `IonInfo` for each type of its ``master_type``, in that order.

    Notes
    -----
    The current flows through the membrane, and changes none of the concentrations: where it carries one of the ions,
    say so by its `Ion.add_external_current`.
    """

    master_type: ClassVar[Any] = HHTypedNeuron

    def __init__(self, *ions: Ion, **channels: Any):
        if len(ions) < 2 or not all(isinstance(ion, Ion) for ion in ions):
            raise checks.wrong("ions", ions, "two or more ions", "Give mix_ions(k, ca), say.")
        if len({ion.varshape for ion in ions}) != 1:
            shapes = [ion.varshape for ion in ions]
            raise checks.wrong("ions", shapes, "of one shape", "Give ions of the same size.")
        super().__init__(ions[0].size, ions[0].keep_size)
        self._ions = _Several(ions)
        self._membrane = _Membrane()
        self.add_elem(**channels)

    @property
    def ions(self) -> tuple[Ion, ...]:
        return self._ions.all

    def _is(self, master: Any) -> bool:
        return isinstance(master, tuple) and all(any(isinstance(ion, part) for ion in self.ions) for part in master)

    def _settle(self, element: MembranePart) -> None:
        if self._membrane.V is not None:
            element.reset_state(self._membrane.V.value, *self._infos(element))

    def _infos(self, element: MembranePart) -> list[IonInfo]:
        return [next(ion for ion in self.ions if isinstance(ion, part)).pack_info() for part in element.master_type]

    def current(self, V: Any, *ion: Any) -> Any:
        """The current of all channels, uA/cm2."""
        total: Any = 0.0
        for channel in self.elements:
            total = total + channel.current(V, *self._infos(channel))
        return total

    def reset_state(self, V: Any, *ion: Any) -> None:
        """Every channel in its steady state at `V`."""
        for channel in self.elements:
            channel.reset_state(V, *self._infos(channel))

    def update(self, V: Any, *ion: Any) -> None:
        """One step of every channel."""
        for channel in self.elements:
            channel._updated(V, *self._infos(channel))


class _Several:
    """Ions that are parts of the neurons, not of what mixes them."""

    def __init__(self, ions: tuple[Ion, ...]):
        self.all = ions


def mix_ions(*ions: Ion, **channels: Any) -> MixIons:
    """`MixIons` of these ions."""
    return MixIons(*ions, **channels)
