"""`TwoEndConn`: a synapse between two groups with a connection, an output and short-term plasticity."""

from __future__ import annotations

import copy
import warnings
from typing import Any

import numpy as np

from ... import checks
from ...connect import All2All, Connector, IJConn, MatConn, One2One
from ...connect.given import matrix
from ...math.graph import at_user
from .base import MissingAttributeError
from .comm import Comm, CSRLinear, OneToOne, weights
from .comm_dense import AllToAll
from .delays import checked_steps, delay_of
from .descriptions import Description
from .groups import Projection
from .joined import References, is_group
from .old_outs import OldOut
from .old_plasticity import OldPlasticity
from .views import DynView, whole


class TwoEndConn(Projection):
    """A synapse between two groups. Classes of your own say in ``update`` what it does.

    Parameters
    ----------
    pre, post : Dynamic or DynView
    conn : Connector, array_like of shape (pre.num, post.num), dict, optional
        A rule, a matrix whose entries other than 0 are synapses, or ``{'i': sources, 'j': targets}``.
    output : OldOut, optional
        Of `bp.synouts`.
    stp : OldPlasticity, optional
        Of `bp.synplast`.
    name, mode : optional

    Attributes
    ----------
    conn : Connector or None
    """

    def __init__(
        self,
        pre: Any,
        post: Any,
        conn: Any = None,
        output: Any = None,
        stp: Any = None,
        name: str | None = None,
        mode: Any = None,
    ):
        super().__init__(name=name, mode=mode)
        self.refs = References(is_group(self, "pre", pre), is_group(self, "post", post))
        self.conn = self._connection(conn)
        self.output = self._served("output", output, OldOut, "bp.synouts.COBA(E=0.)")
        self.stp = self._served("stp", stp, OldPlasticity, "bp.synplast.STD(tau=200.)")

    @property
    def pre(self) -> Any:
        """The group of the sources."""
        return self.refs.pre

    @property
    def post(self) -> Any:
        """The group of the targets."""
        return self.refs.post

    def _connection(self, conn: Any) -> Connector | None:
        n_pre, n_post = self.pre.num, self.post.num
        if conn is None:
            return None
        if isinstance(conn, Connector):
            return copy.copy(conn)(self.pre.size, self.post.size)
        if isinstance(conn, dict):
            if set(conn) != {"i", "j"}:
                what = "a dict with the keys 'i' and 'j'"
                cure = "Give the sources as 'i' and the targets as 'j'."
                raise checks.wrong("conn", conn, what, cure, of=type(self).__name__)
            return IJConn(conn["i"], conn["j"])(n_pre, n_post)
        found = matrix("conn", getattr(conn, "_array", conn))
        if found.shape != (n_pre, n_post):
            what = f"a connector, a matrix of shape {(n_pre, n_post)}, or a dict with 'i' and 'j'"
            cure = f"Its shape is {found.shape}: give a row for each source."
            raise checks.wrong("conn", conn, what, cure, of=type(self).__name__)
        return MatConn(found)(n_pre, n_post)

    def _served(self, key: str, given: Any, kind: type, example: str) -> Any:
        made = given() if isinstance(given, Description) else given
        if made is not None:
            if not isinstance(made, kind):
                cure = "Give one, or leave it out."
                raise checks.wrong(key, given, f"such as {example}", cure, of=type(self).__name__)
            made.register_master(self)
        return made

    def check_pre_attrs(self, *attrs: str) -> None:
        """Make sure that the group of the sources has these attributes.

        Raises
        ------
        MissingAttributeError
            An AttributeError too, naming the first that is missing.
        """
        self._check("pre", self.pre, attrs)

    def check_post_attrs(self, *attrs: str) -> None:
        """Make sure that the group of the targets has these attributes; see `check_pre_attrs`."""
        self._check("post", self.post, attrs)

    def _check(self, role: str, group: Any, attrs: tuple[str, ...]) -> None:
        for attr in attrs:
            if not isinstance(attr, str):
                raise checks.wrong("attributes", attr, "checked by their names", "Give texts in quotes.")
            if not hasattr(group, attr):
                raise MissingAttributeError(
                    f"{type(self).__name__} {self.name!r} needs {attr!r} of its {role} group, which {group.name!r} of "
                    f"class {type(getattr(group, 'target', group)).__name__} has not{at_user()}: give it a bm.Variable "
                    f"self.{attr}, or take another group."
                )


class SpikingConn(TwoEndConn):
    """A `TwoEndConn` that takes the spikes of its sources and carries something to its targets.

    Attributes
    ----------
    comm : Comm
        With the weights, ``comm.weight``.
    """

    def __init__(
        self,
        pre: Any,
        post: Any,
        conn: Any,
        output: Any,
        stp: Any,
        comp_method: str,
        g_max: Any,
        delay_step: Any,
        name: str | None,
        mode: Any,
    ):
        super().__init__(pre, post, conn, output, stp, name, mode)
        self.check_pre_attrs("spike")
        self.comp_method = comp_method
        self.comm = carrier(self, g_max, comp_method)
        self.delay = delay_of(whole(pre))
        self._places = np.unravel_index(pre.ids, pre.target.varshape) if isinstance(pre, DynView) else ()
        self.delay_step = checked_steps(delay_step, pre.varshape)
        self.delay.prepare(0 if self.delay_step is None else int(np.max(self.delay_step)))

    def arrived(self, pre_spike: Any) -> Any:
        """The spikes that arrive, or that are given, scaled by the plasticity."""
        if pre_spike is None:
            pre_spike = self.delay.at_steps(self.delay_step, *self._places)
        if self.stp is None:
            return pre_spike
        self.stp.update(pre_spike)
        return self.stp(pre_spike)

    def put_out(self, conductance: Any) -> Any:
        """The current of a conductance at the targets; it is delivered if there is an output."""
        return conductance if self.output is None else self.output(conductance)

    @property
    def g_max(self) -> Any:
        """The weights; an earlier name of ``comm.weight``."""
        warnings.warn(f"{type(self).__name__}.g_max is now called comm.weight.", DeprecationWarning, stacklevel=2)
        return self.comm.weight

    @g_max.setter
    def g_max(self, value: Any) -> None:
        warnings.warn(f"{type(self).__name__}.g_max is now called comm.weight.", DeprecationWarning, stacklevel=2)
        self.comm.weight = weights(value, np.shape(self.comm.weight), "g_max")


def carrier(synapse: TwoEndConn, g_max: Any, comp_method: str) -> Comm:
    """What carries values along the connection of a synapse.

    Parameters
    ----------
    synapse : TwoEndConn
    g_max : float, array_like, Initializer or callable
        One number, a matrix of shape (pre.num, post.num), or one number per synapse, sorted by source. A rule makes a
        matrix where `comp_method` is 'dense' and numbers per synapse where it is 'sparse'.
    comp_method : {'dense', 'sparse'}
        Both add in the order of the sources, so both have the same bits, and both visit synapses only.
    """
    called = f"{type(synapse).__name__} {synapse.name!r}"
    conn, n_pre, n_post = synapse.conn, synapse.pre.num, synapse.post.num
    if conn is None:
        raise checks.wrong("conn", None, "a connector", "Give bp.connect.All2All(), say.", of=called)
    checks.choice("comp_method", comp_method, ("dense", "sparse"))
    is_all = isinstance(conn, All2All)
    n_syn = n_pre * n_post - (not conn.include_self) * min(n_pre, n_post) if is_all else len(conn.require("pre_ids"))
    what = f"a number, a matrix of shape {(n_pre, n_post)}, or one number for each of {n_syn} synapses"
    if isinstance(g_max, (bool, type)):
        raise checks.wrong("g_max", g_max, what, "Give a number, or make a rule: bp.init.OneInit(1.).", of=called)
    if callable(g_max):
        g_max = g_max((n_pre, n_post) if comp_method == "dense" and not isinstance(conn, One2One) else (n_syn,))
    weight = np.asarray(getattr(g_max, "_array", g_max))
    if weight.dtype.kind not in "biuf" or weight.size != 1 and weight.shape not in ((n_pre, n_post), (n_syn,)):
        cure = f"Its shape is {weight.shape}: give one of these forms."
        raise checks.wrong("g_max", g_max, what, cure, of=called)
    if np.isnan(weight).any():
        raise checks.wrong("g_max", g_max, what, "Give numbers instead of nan.", of=called)
    if weight.size == 1:
        weight = float(weight.reshape(-1)[0])  # type: ignore[assignment]
    if is_all and np.shape(weight) in ((), (n_pre, n_post)):
        return AllToAll(n_pre, n_post, weight, include_self=conn.include_self)
    if np.ndim(weight) == 2:
        indices, indptr = conn.require("pre2post")
        weight = weight[np.repeat(np.arange(n_pre), np.diff(indptr)), indices]
    return OneToOne(n_pre, weight) if isinstance(conn, One2One) else CSRLinear(conn, weight)
