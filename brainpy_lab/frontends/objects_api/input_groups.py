"""Where input comes from: variables that are written, spikes at given times, Poisson spikes."""

from __future__ import annotations

from typing import Any

import numpy as np

from ... import checks
from ...math import functions as bm
from ...math import random
from ...math.environment import get_dt
from ...math.propagate import propagate
from ...math.share import share
from ...math.variable import Variable
from .binomial import Binomial
from .groups import Dynamic, NeuDyn, Projection
from .neurons_base import emitted
from .synapse_states import as_parameter, as_variable


class InputVar(Dynamic):
    """A variable ``input`` that flows into others.

    Parameters
    ----------
    size : int or tuple of int
    keep_size : bool

    Notes
    -----
    Use it as an input function, ``neurons.add_inp_fun('', input_var)``, and let a `DSRunner` write ``input_var.input``
    in each step; it is cleared when the step is over.
    """

    def __init__(
        self,
        size: Any,
        keep_size: bool = False,
        sharding: Any = None,
        name: str | None = None,
        mode: Any = None,
        method: str = "exp_auto",
    ):
        super().__init__(size, keep_size, sharding, name, mode, method)
        self.reset_state()

    def reset_state(self, *args: Any, **kwargs: Any) -> None:
        """No input."""
        as_variable(self, "input", 0.0)

    def update(self, *args: Any, **kwargs: Any) -> Any:
        """The input, whatever the arguments."""
        return self.input.value

    def clear_input(self, *args: Any, **kwargs: Any) -> None:
        """No input."""
        self.input.value = 0.0

    def return_info(self) -> Variable:
        """The input."""
        return self.input


class InputGroup(NeuDyn):
    """Stands for neurons outside the model: returns what it is given.

    Parameters
    ----------
    size : int or tuple of int
    keep_size : bool
    """

    def __init__(
        self,
        size: Any,
        sharding: Any = None,
        keep_size: bool = False,
        mode: Any = None,
        name: str | None = None,
    ):
        super().__init__(size, keep_size, sharding, name, mode)

    def update(self, x: Any = None) -> Any:
        """The input itself."""
        return x


class OutputGroup(InputGroup):
    """Stands for what listens to the model: returns what it is given."""


class SpikeTimeGroup(NeuDyn):
    """Neurons that fire at given times.

    Parameters
    ----------
    size : int or tuple of int
    indices : array_like of int, shape (n_spikes,)
        Who fires.
    times : array_like of float, shape (n_spikes,)
        When, ms: in the first step whose time is not before it.
    need_sort : bool
        Accepted; the order of the spikes does not matter.

    Attributes
    ----------
    spike : Variable of bool
    last_t : Variable
        All spikes up to this time, ms, have been given. ``reset_state`` lets them come again.

    Notes
    -----
    Every step compares all times with its own, which costs less than a nanosecond for each of them. Spikes of one
    neuron within one step are one spike.
    """

    def __init__(
        self,
        size: Any,
        indices: Any,
        times: Any,
        spk_type: Any = None,
        name: str | None = None,
        sharding: Any = None,
        keep_size: bool = False,
        mode: Any = None,
        need_sort: bool = True,
    ):
        super().__init__(size, keep_size, sharding, name, mode)
        checks.flag("need_sort", need_sort)
        ids = checks.indices("indices", checks.listed("indices", _plain(indices), "a list of who fires"), n=self.num)
        when = checks.array("times", checks.listed("times", _plain(times), "a list of times, ms"), "times, ms", ndim=1)
        if ids.size == 0 or ids.shape != when.shape:
            name, value = ("indices", indices) if ids.size <= when.size else ("times", times)
            what = f"as long as the other list, 1 or more ({ids.size} indices, {when.size} times)"
            raise checks.wrong(name, value, what, "Give for each spike who fires, and when.")
        self.indices = np.ascontiguousarray(ids, np.int64)
        # Variables, because these have a type of their own: a time in float32 could come a step late.
        self.times = Variable(when, dtype=np.float64)
        self._spike_numbers = np.arange(len(when))
        self.spk_type = checks.dtype("spk_type", spk_type, bool)
        self.reset_state()

    def reset_state(self, *args: Any, **kwargs: Any) -> None:
        """No spike has been given yet."""
        as_variable(self, "spike", False, self.spk_type)
        if "last_t" in vars(self):
            self.last_t.value = -np.inf
        else:
            self.last_t = Variable(np.array(-np.inf), dtype=np.float64)

    def update(self, *args: Any) -> Any:
        """Who fires in this step."""
        t = share["t"] + 1e-6 * get_dt()  # a time that rounding has put just before a spike counts as its time
        times, last = self.times.value, self.last_t.value
        due = (times <= t) & (times > last)
        self.last_t.value = bm.maximum(last, t)
        count = propagate(due, self._spike_numbers, self.indices, self.num, event=True)
        spike = bm.reshape(count > 0.0, self.varshape)
        return emitted(self, spike)

    def return_info(self) -> Variable:
        """The spikes."""
        return self.spike


class PoissonGroup(NeuDyn):
    """Neurons that fire at random: in a step of dt ms with the probability ``freqs*dt/1000``.

    Parameters
    ----------
    size : int or tuple of int
    freqs : float, array_like, Initializer or callable
        Rates, Hz.

    Raises
    ------
    ModelValueError
        When a rate is negative, or above one spike per step.
    """

    def __init__(
        self,
        size: Any,
        freqs: Any,
        keep_size: bool = False,
        sharding: Any = None,
        spk_type: Any = None,
        name: str | None = None,
        mode: Any = None,
    ):
        super().__init__(size, keep_size, sharding, name, mode)
        self.freqs = as_parameter(freqs, self.varshape, "freqs")
        _rate("freqs", self.freqs)
        self.spk_type = checks.dtype("spk_type", spk_type, bool)
        self.reset_state()

    def reset_state(self, *args: Any, **kwargs: Any) -> None:
        """No spikes."""
        as_variable(self, "spike", False, self.spk_type)

    def update(self, *args: Any) -> Any:
        """Who fires in this step."""
        spike = random.random(self.varshape) < self.freqs * (share["dt"] / 1000.0)
        return emitted(self, spike)

    def return_info(self) -> Variable:
        """The spikes."""
        return self.spike


class PoissonInput(Projection):
    """Spikes of many Poisson neurons that no program needs to hold: each element of a variable gets its own.

    Parameters
    ----------
    target_var : Variable
        What is added to, such as ``neurons.V`` or ``synapse.g``.
    num_input : int
        Number of neurons that feed each element.
    freq : float
        Rate of each of them, Hz.
    weight : float
        What a spike adds.

    Notes
    -----
    In a step the number of spikes is binomial, of `num_input` trials with the probability ``freq*dt/1000``; see
    `Binomial` for how it is drawn.
    """

    def __init__(
        self,
        target_var: Variable,
        num_input: int,
        freq: Any,
        weight: Any,
        mode: Any = None,
        name: str | None = None,
    ):
        super().__init__(name=name, mode=mode)
        if not isinstance(target_var, Variable):
            raise checks.wrong("target_var", target_var, "a bm.Variable", "Give neurons.V, say.", of="PoissonInput")
        self._target = _Held(target_var)  # the variable is a part of its own group
        self.num_input = checks.count("num_input", num_input, "neurons")
        self.freq, self.weight = as_parameter(freq, (), "freq"), as_parameter(weight, (), "weight")
        _rate("freq", self.freq)

    @property
    def target_var(self) -> Variable:
        return self._target.variable

    def update(self, *args: Any) -> None:
        """Add the spikes of this step."""
        target = self.target_var
        p = float(self.freq) * get_dt() / 1000.0  # a number now: what may be drawn depends on it
        count = Binomial(self.num_input, p).draw(target.shape)
        target.value = target.value + count * self.weight


def _plain(value: Any) -> Any:
    """The numbers of a variable; everything else as it is."""
    return getattr(value, "_array", value)


class _Held:
    """A variable of another part."""

    def __init__(self, variable: Variable):
        self.variable = variable


def _rate(name: str, freq: Any) -> None:
    """A rate that neurons can have: not negative, at most one spike per step."""
    rates, most = np.asarray(freq), 1000.0 / get_dt()
    if not np.isfinite(rates).all() or rates.min() < 0 or rates.max() > most:
        what = f"a rate in Hz, from 0 to {most:g} (one spike per step of {get_dt():g} ms)"
        raise checks.wrong(name, freq, what, "Give a rate in these bounds, or make dt smaller.")
