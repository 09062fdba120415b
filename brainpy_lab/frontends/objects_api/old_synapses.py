"""Synapses between two groups, in one object each (`bp.synapses`): what arrives, how it fades, where it goes."""

from __future__ import annotations

from typing import Any

import numpy as np

from ... import checks
from ...math import functions as bm
from ...math.propagate import propagate
from . import old_outs as synouts
from . import synapse_receptors as receptors
from . import synapse_states as states
from .groups import SynDyn
from .synapse_states import as_parameter
from .two_end import SpikingConn, TwoEndConn, carrier


class _AtSource(SpikingConn):
    """The synaptic state belongs to the sources: spikes -> stp -> state -> connection -> output."""

    def _hold(self, syn: SynDyn, *keys: str) -> None:
        """Take a state of the sources, and its variables under their names."""
        self.syn = syn
        for key in keys:
            setattr(self, key, vars(syn)[key])

    @staticmethod
    def _checked(pre: Any, name: str, value: Any) -> Any:
        """A parameter that the state of the sources has under another name."""
        return as_parameter(value, pre.varshape if getattr(pre, "keep_size", False) else (pre.num,), name)

    @staticmethod
    def _shape(pre: Any) -> dict[str, Any]:
        return {"size": pre.size, "keep_size": getattr(pre, "keep_size", False) and len(pre.varshape) > 1}

    def reset_state(self, *args: Any, **kwargs: Any) -> None:
        """As it was at the start."""
        self.syn.reset_state()

    def update(self, pre_spike: Any = None) -> Any:
        """One step with the spikes that arrive, or with those that are given; returns the current at the targets."""
        return self.put_out(self.comm(self.syn(self.arrived(pre_spike))))


class Alpha(_AtSource):
    r"""Alpha synapses: :math:`g' = (h - g)/\tau`, :math:`h' = -h/\tau`, and :math:`h \to h + 1` at a spike.

    Parameters
    ----------
    pre, post : Dynamic or DynView
        The sources need a variable ``spike``; the targets what the output asks for.
    conn : Connector, array_like or dict
        As of `TwoEndConn`.
    output : OldOut, optional
        Where the current goes, `bp.synouts.CUBA` or `bp.synouts.COBA`. Without it the current is only returned.
    stp : OldPlasticity, optional
    comp_method : {'dense', 'sparse'}
        Which shape a rule for `g_max` is asked for. The sums have the same bits.
    g_max : float, array_like, Initializer or callable
        The weights: a number, a matrix, or one number per synapse.
    delay_step : int, array_like of int, Initializer or callable, optional
        How many steps spikes take: one number, or one for each source.
    tau_decay : float or array_like
        Time constant, ms.
    method : str
    name, mode, stop_spike_gradient : optional
        Without effect, but for `name`.

    Attributes
    ----------
    g, h : Variable, shape (pre.num,)

    Notes
    -----
    The response to a spike at 0 is :math:`(t/\tau) e^{-t/\tau}`; see `bp.dyn.Alpha`. In a `Network` synapses are
    updated before neurons, so that a spike acts one step later without a delay of its own.

    References
    ----------
    Sterratt, Graham, Gillies and Willshaw 2011, Principles of Computational Modelling in Neuroscience, chapter 7.
    """

    def __init__(
        self,
        pre: Any,
        post: Any,
        conn: Any,
        output: Any = None,
        stp: Any = None,
        comp_method: str = "dense",
        g_max: Any = 1.0,
        delay_step: Any = None,
        tau_decay: Any = 10.0,
        method: str = "exp_auto",
        name: str | None = None,
        mode: Any = None,
        stop_spike_gradient: bool = False,
    ):
        super().__init__(pre, post, conn, output, stp, comp_method, g_max, delay_step, name, mode)
        self._hold(states.Alpha(**self._shape(pre), method=method, tau_decay=tau_decay), "g", "h")


class DualExponential(_AtSource):
    """Two exponentials, as `bp.dyn.DualExpon`; the other parameters as of `Alpha`.

    Parameters
    ----------
    tau_decay, tau_rise : float or array_like
        Time constants, ms.
    """

    def __init__(
        self,
        pre: Any,
        post: Any,
        conn: Any,
        stp: Any = None,
        output: Any = None,
        comp_method: str = "dense",
        g_max: Any = 1.0,
        tau_decay: Any = 10.0,
        tau_rise: Any = 1.0,
        delay_step: Any = None,
        method: str = "exp_auto",
        name: str | None = None,
        mode: Any = None,
        stop_spike_gradient: bool = False,
    ):
        super().__init__(pre, post, conn, output, stp, comp_method, g_max, delay_step, name, mode)
        syn = states.DualExpon(**self._shape(pre), method=method, tau_decay=tau_decay, tau_rise=tau_rise)
        self._hold(syn, "g", "h")


class NMDA(_AtSource):
    """Slow conductances that saturate, as `bp.dyn.NMDA`; the other parameters as of `Alpha`.

    Parameters
    ----------
    a, tau_decay, tau_rise : float or array_like
        As of `bp.dyn.NMDA`.
    output : OldOut, optional
        Blocked by magnesium by default.
    """

    def __init__(
        self,
        pre: Any,
        post: Any,
        conn: Any,
        output: Any = synouts.MgBlock.desc(E=0.0),  # noqa: B008 (a description is not changed)
        stp: Any = None,
        comp_method: str = "dense",
        g_max: Any = 0.15,
        delay_step: Any = None,
        tau_decay: Any = 100.0,
        a: Any = 0.5,
        tau_rise: Any = 2.0,
        method: str = "exp_auto",
        name: str | None = None,
        mode: Any = None,
        stop_spike_gradient: bool = False,
    ):
        super().__init__(pre, post, conn, output, stp, comp_method, g_max, delay_step, name, mode)
        syn = receptors.NMDA(**self._shape(pre), method=method, a=a, tau_decay=tau_decay, tau_rise=tau_rise)
        self._hold(syn, "g", "x")


class AMPA(_AtSource):
    """Receptors that a pulse of transmitter opens, as `bp.dyn.AMPA`; the other parameters as of `Alpha`.

    Parameters
    ----------
    alpha, beta, T : float or array_like
        As of `bp.dyn.AMPA`.
    T_duration : float or array_like
        How long the transmitter is there, ms.
    output : OldOut, optional
        A conductance with the reversal potential of 0 mV by default.
    """

    def __init__(
        self,
        pre: Any,
        post: Any,
        conn: Any,
        output: Any = synouts.COBA.desc(E=0.0),  # noqa: B008 (a description is not changed)
        stp: Any = None,
        comp_method: str = "dense",
        g_max: Any = 0.42,
        delay_step: Any = None,
        alpha: Any = 0.98,
        beta: Any = 0.18,
        T: Any = 0.5,
        T_duration: Any = 0.5,
        method: str = "exp_auto",
        name: str | None = None,
        mode: Any = None,
        stop_spike_gradient: bool = False,
    ):
        super().__init__(pre, post, conn, output, stp, comp_method, g_max, delay_step, name, mode)
        T_dur = self._checked(pre, "T_duration", T_duration)
        syn = receptors.AMPA(**self._shape(pre), method=method, alpha=alpha, beta=beta, T=T, T_dur=T_dur)
        self._hold(syn, "g", "spike_arrival_time")


class GABAa(AMPA):
    """As `AMPA`, with the rates of GABA-A receptors and a reversal potential of -80 mV; see `bp.dyn.GABAa`."""

    def __init__(
        self,
        pre: Any,
        post: Any,
        conn: Any,
        output: Any = synouts.COBA.desc(E=-80.0),  # noqa: B008 (a description is not changed)
        stp: Any = None,
        comp_method: str = "dense",
        g_max: Any = 0.04,
        delay_step: Any = None,
        alpha: Any = 0.53,
        beta: Any = 0.18,
        T: Any = 1.0,
        T_duration: Any = 1.0,
        method: str = "exp_auto",
        name: str | None = None,
        mode: Any = None,
        stop_spike_gradient: bool = False,
    ):
        super().__init__(
            pre, post, conn, output, stp, comp_method, g_max, delay_step, alpha, beta, T, T_duration, method, name, mode
        )


class BioNMDA(_AtSource):
    """NMDA receptors that open in two steps, as `bp.dyn.BioNMDA`; the other parameters as of `Alpha`.

    Parameters
    ----------
    alpha1, beta1, alpha2, beta2 : float or array_like
        As of `bp.dyn.BioNMDA`.
    T_0, T_dur : float or array_like
        Transmitter, mM, and how long it is there, ms.
    output : OldOut, optional
        Blocked by magnesium by default.
    """

    def __init__(
        self,
        pre: Any,
        post: Any,
        conn: Any,
        output: Any = synouts.MgBlock.desc(E=0.0),  # noqa: B008 (a description is not changed)
        stp: Any = None,
        comp_method: str = "dense",
        g_max: Any = 0.15,
        delay_step: Any = None,
        alpha1: Any = 2.0,
        beta1: Any = 0.01,
        alpha2: Any = 1.0,
        beta2: Any = 0.5,
        T_0: Any = 1.0,
        T_dur: Any = 0.5,
        method: str = "exp_auto",
        name: str | None = None,
        mode: Any = None,
        stop_spike_gradient: bool = False,
    ):
        super().__init__(pre, post, conn, output, stp, comp_method, g_max, delay_step, name, mode)
        T = self._checked(pre, "T_0", T_0)
        rates = dict(alpha1=alpha1, beta1=beta1, alpha2=alpha2, beta2=beta2)
        syn = receptors.BioNMDA(**self._shape(pre), method=method, **rates, T=T, T_dur=T_dur)
        self._hold(syn, "g", "x", "spike_arrival_time")


class Exponential(SpikingConn):
    r"""Exponential decay at the targets: :math:`g' = -g/\tau`, and :math:`g \to g + \sum w` where spikes arrive.

    Parameters
    ----------
    pre, post, conn, output, stp, comp_method, g_max, delay_step, method, name
        As of `Alpha`.
    tau : float or array_like
        Time constant, ms.

    Attributes
    ----------
    g : Variable, shape (post.num,)

    Notes
    -----
    A step decays first; what arrives in it counts in full.
    """

    def __init__(
        self,
        pre: Any,
        post: Any,
        conn: Any,
        output: Any = None,
        stp: Any = None,
        comp_method: str = "sparse",
        g_max: Any = 1.0,
        delay_step: Any = None,
        tau: Any = 8.0,
        method: str = "exp_auto",
        name: str | None = None,
        mode: Any = None,
        stop_spike_gradient: bool = False,
    ):
        super().__init__(pre, post, conn, output, stp, comp_method, g_max, delay_step, name, mode)
        self.syn = states.Expon(post.num, method=method, tau=tau)
        self.g = self.syn.g

    def reset_state(self, *args: Any, **kwargs: Any) -> None:
        """No conductance."""
        self.syn.reset_state()

    def update(self, pre_spike: Any = None) -> Any:
        """One step with the spikes that arrive, or with those that are given; returns the current at the targets."""
        return self.put_out(self.syn(self.comm(self.arrived(pre_spike))))


class Delta(SpikingConn):
    """Spikes that act at once: each adds its weight to the target.

    Parameters
    ----------
    pre, post, conn, stp, comp_method, g_max, delay_step, name
        As of `Alpha`.
    output : OldOut, optional
        By default the weights, mV, are added to the membrane potential ``V``.
    post_ref_key : str, optional
        A variable of the targets that is true while they are refractory: these take nothing.
    """

    def __init__(
        self,
        pre: Any,
        post: Any,
        conn: Any,
        output: Any = synouts.CUBA.desc(target_var="V"),  # noqa: B008 (a description is not changed)
        stp: Any = None,
        comp_method: str = "sparse",
        g_max: Any = 1.0,
        delay_step: Any = None,
        post_ref_key: str | None = None,
        name: str | None = None,
        mode: Any = None,
        stop_spike_gradient: bool = False,
    ):
        super().__init__(pre, post, conn, output, stp, comp_method, g_max, delay_step, name, mode)
        if post_ref_key is not None:
            self.check_post_attrs(checks.text("post_ref_key", post_ref_key))
        self.post_ref_key = post_ref_key

    def update(self, pre_spike: Any = None) -> Any:
        """One step with the spikes that arrive, or with those that are given; returns what the targets get."""
        sums = self.comm(self.arrived(pre_spike))
        if self.post_ref_key is not None:
            sums = bm.where(getattr(self.post, self.post_ref_key).value, 0.0, sums)
        return self.put_out(sums)


class GapJunction(TwoEndConn):
    """Electrical synapses: each adds ``g_max*(V_pre - V_post)`` to the ``input`` of its target.

    Parameters
    ----------
    pre, post : Dynamic or DynView
        Both with a membrane potential ``V``; the targets with a variable ``input``.
    conn : Connector, array_like or dict
    comp_method : {'dense', 'sparse'}
    g_max : float, array_like, Initializer or callable
        As of `Alpha`.
    """

    def __init__(
        self,
        pre: Any,
        post: Any,
        conn: Any,
        comp_method: str = "dense",
        g_max: Any = 1.0,
        name: str | None = None,
        mode: Any = None,
    ):
        super().__init__(pre, post, conn, name=name, mode=mode)
        self.check_pre_attrs("V")
        self.check_post_attrs("V", "input")
        self.comp_method = comp_method
        weight = carrier(self, g_max, comp_method).weight
        indices, indptr = self.conn.require("pre2post")
        self.pre_ids = np.repeat(np.arange(pre.num), np.diff(indptr))
        self.post_ids = np.asarray(indices, np.int64)
        self.weight = weight if np.ndim(weight) < 2 else weight[self.pre_ids, self.post_ids]

    def update(self) -> Any:
        """One step; returns the current at the targets."""
        if not len(self.post_ids):
            return bm.zeros(self.post.num)
        before, behind = self.pre.V.value.reshape(-1), self.post.V.value.reshape(-1)
        along = (before[self.pre_ids] - behind[self.post_ids]) * self.weight
        current = propagate(along, np.arange(len(self.post_ids)), self.post_ids, self.post.num)
        if len(self.post.varshape) > 1:
            current = current.reshape(self.post.varshape)
        target = self.post.input
        target.value = target.value + current
        return current
