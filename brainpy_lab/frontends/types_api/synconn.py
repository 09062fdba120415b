"""`SynConn`: synapses of one model between two groups."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from ... import checks
from ...connect import formatters
from ...connect.base import Connector
from ...errors import ModelUseError, TypeMismatchError
from ...ir.python_step import python_steps
from .group_base import Ensemble, used_fields
from .groups import NeuGroup
from .initial import apply_initial
from .inputs import takes_no_input
from .subgroups import NeuSubGroup
from .syntype import SynType

RUN_LENGTH = 8  # unbroken targets per run from which on storing runs beats storing single targets


class SynConn(Ensemble):
    """Synapses between a presynaptic and a postsynaptic group.

    Parameters
    ----------
    model : SynType
    pre_group, post_group : NeuGroup or NeuSubGroup
    conn : Connector, ndarray or dict
        A connector, a matrix of shape (pre_group.num, post_group.num) whose positive entries connect, or
        ``{'i': ..., 'j': ...}`` with indices into the groups given.
    delay : float, optional
        Synaptic delay, ms. Steps marked with `delayed` see the states as they were that long ago; ``on spike:`` of a
        text happens that much later. By default what the text says, else 0.
    name, monitors, satisfies, pars_update
        As for `NeuGroup`; per-synapse parameters have one value per edge.
    num : int, optional
        Number of synapses, for programs that state it; it must agree with the connection.

    Attributes
    ----------
    pre, post : NeuState
        States of the whole groups.
    pre_ids, post_ids : ndarray of int, shape (num,)
        Neurons of each synapse, as indices in the whole groups.
    ST : SynState
        One value per synapse.
    conn_mat, pre2post, post2pre, pre2syn, post2syn, pre_slice_syn, post_slice_syn
        The connection in other forms, made when first asked for.

    Raises
    ------
    ModelUseError
        When the groups, the connection or a size do not fit.
    TypeMismatchError
        When a step uses a field that the neurons do not have.
    """

    def __init__(
        self,
        model,
        pre_group=None,
        post_group=None,
        conn=None,
        delay=None,
        name=None,
        monitors=None,
        satisfies=None,
        pars_update=None,
        num=None,
    ):
        if not isinstance(model, SynType):
            raise ModelUseError(
                f'"SynConn" needs a SynType, but got {type(model).__name__}: {checks.shown(model)}. Give "model" a '
                "synapse model, such as bp.models.get_AMPA()."
            )
        if pre_group is None and post_group is None and conn is None and model.mode != "scalar":
            self._by_hand(model, delay, name, monitors, satisfies, pars_update, num)
            return
        for role, group in (("pre_group", pre_group), ("post_group", post_group)):
            if not isinstance(group, (NeuGroup, NeuSubGroup)):
                raise ModelUseError(
                    f'"{role}" of a connection of "{model.name}" must be a NeuGroup or a part of one, but got '
                    f"{type(group).__name__}, {checks.shown(group)}: a scalar synapse needs both groups, so give them."
                )
        if conn is None:
            raise ModelUseError(
                f'"pre_group" and "post_group" are given, but not "conn": say how "{model.name}" connects them, '
                "for example conn=bp.connect.All2All()."
            )
        self.pre_group, self.post_group = pre_group, post_group
        self.pre, self.post = pre_group.ST, post_group.ST
        self.pre_ids, self.post_ids = self._sorted(model, *self._edges(model, conn))
        if num is not None and checks.count("num", num, "synapses") != self.pre_ids.size:
            raise ModelUseError(
                f'"num" is {num}, but the connection has {self.pre_ids.size} synapses. Leave "num" out.'
            )
        self.delay = _checked_delay(delay, model)
        shape = (self.num_pre, self.num_post) if model.mode == "matrix" else None
        super().__init__(model, int(self.pre_ids.size), monitors, name, satisfies, pars_update, shape)
        self._check_fields()
        apply_initial(self)
        self._keep_small()

    def _by_hand(self, model, delay, name, monitors, satisfies, pars_update, num) -> None:
        """Synapses without groups: a number of them, and what the steps need is set by the user."""
        given = dict(satisfies or {})
        sizes = {key: given.pop(key, None) for key in ("num", "pre_size", "post_size")}
        shape = None
        if model.mode == "matrix":
            if sizes["pre_size"] is None or sizes["post_size"] is None:
                raise ModelUseError(
                    f'A "{model.name}" connection without groups needs its sizes: '
                    "satisfies={'pre_size': ..., 'post_size': ...}."
                )
            shape = tuple(checks.count(key, sizes[key], "neurons") for key in ("pre_size", "post_size"))
            num = shape[0] * shape[1] if num is None and sizes["num"] is None else num
        num = sizes["num"] if num is None else num
        if num is None:
            raise ModelUseError(
                f'How many synapses of "{model.name}"? Give pre_group, post_group and conn, or num=... and set what '
                "its steps need by hand."
            )
        num = checks.count("num", num, "synapses")
        self.pre_group = self.post_group = None
        if shape is not None:
            self.pre_size, self.post_size = shape
        for key in ("pre_ids", "post_ids"):
            setattr(self, key, formatters.as_ids(np.zeros(num, np.int64)))
        self.delay = _checked_delay(delay, model)
        super().__init__(model, num, monitors, name, given, pars_update, shape)
        apply_initial(self)

    def _edges(self, model, conn) -> tuple[np.ndarray, np.ndarray]:
        pre, post = self.pre_group, self.post_group
        if isinstance(conn, Connector):
            conn(pre.indices, post.indices)
            pre_ids, post_ids = conn.pre_ids, conn.post_ids  # a rule of a user's own may return nothing
            _must_be_within(conn, pre_ids, _whole(pre), "pre")
            _must_be_within(conn, post_ids, _whole(post), "post")
            if conn.weights is not None:
                self.weights = conn.weights
        elif isinstance(conn, np.ndarray):
            if conn.shape != (pre.num, post.num):
                raise ModelUseError(
                    f'The shape of "conn" must be ({pre.num}, {post.num}), but got {conn.shape}. Give one row for each '
                    "neuron of pre_group, one column for each of post_group."
                )
            conn = checks.array("conn", conn, "a matrix of numbers")
            rows, columns = formatters.mat2ij(conn)
            pre_ids, post_ids = pre.indices.reshape(-1)[rows], post.indices.reshape(-1)[columns]
        elif isinstance(conn, dict):
            if "i" not in conn or "j" not in conn:
                raise ModelUseError(
                    f'When "conn" is a dict it must have "i" and "j", but got {list(conn)}. Give both: indices of the '
                    "neurons before and after each synapse."
                )
            pre_ids = _mapped(pre, conn["i"], "i")
            post_ids = _mapped(post, conn["j"], "j")
            if pre_ids.size != post_ids.size:
                raise ModelUseError(
                    f'In "conn", "i" has {pre_ids.size} entries, but "j" has {post_ids.size}. Give as many: one of '
                    "each for every synapse."
                )
        else:
            raise checks.wrong(
                "conn", conn, 'a Connector, a 2-D array or a dict with "i" and "j"', "Give bp.connect.All2All(), say."
            )
        if len(pre_ids) == 0:
            raise ModelUseError(
                f'"conn" makes no synapse of "{model.name}" between {pre!r} and {post!r}: '
                "check its probability or its indices."
            )
        return formatters.as_ids(np.asarray(pre_ids, np.int64)), formatters.as_ids(np.asarray(post_ids, np.int64))

    def _sorted(self, model, pre_ids: np.ndarray, post_ids: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The synapses in the order in which the steps take them by slices."""
        named = {name for names in model.arguments.values() for name in names}
        roles = [role for role in ("pre", "post") if f"{role}_slice_syn" in named]
        if len(roles) == 2:
            raise ModelUseError(
                f'"{model.name}" asks for pre_slice_syn and post_slice_syn, but synapses have one order: use one of '
                "them, and pre2syn or post2syn for the other."
            )
        if not roles:
            return pre_ids, post_ids
        order = np.argsort(pre_ids if roles[0] == "pre" else post_ids, kind="stable")
        return pre_ids[order], post_ids[order]

    def _keep_small(self) -> None:
        """Let the ids of a model whose steps take lists of synapses lie in 32 bits, until a person asks for them.

        Such a step has the rows of ``pre2syn`` and ``post2syn``, and compiled code runs no loop over the edges.
        """
        named = {name for names in self.model.arguments.values() for name in names}
        steps = self.model.ir.steps
        if named & {"pre2syn", "post2syn"} and len(python_steps(steps)) == len(steps):
            self._ids = {role: ids.astype(np.int32, copy=False) for role, ids in self._ids.items()}

    def ids(self, role: str) -> np.ndarray:
        """``pre_ids`` or ``post_ids`` as they are kept."""
        return self._ids[role]

    def _asked_for(self, role: str) -> np.ndarray:
        """Ids in the type that was promised; they stay in it, because who asks once may ask in a loop."""
        if self._ids[role].dtype.itemsize < self._id_type.itemsize:
            self._ids[role] = self._ids[role].astype(self._id_type)
        return self._ids[role]

    def _take(self, role: str, ids) -> None:
        ids = formatters.as_ids(checks.indices(f"{role}_ids", ids))
        n = self.__dict__.get("num", ids.size)
        if ids.size != n:
            raise checks.wrong(f"{role}_ids", ids, f"{n} neurons, one for each synapse", f"Give {n}.")
        self.__dict__.setdefault("_ids", {})[role] = ids
        self._id_type = ids.dtype

    @property
    def pre_ids(self) -> np.ndarray:
        """The presynaptic neuron of each synapse."""
        return self._asked_for("pre")

    @pre_ids.setter
    def pre_ids(self, ids: np.ndarray) -> None:
        self._take("pre", ids)

    @property
    def post_ids(self) -> np.ndarray:
        """The postsynaptic neuron of each synapse."""
        return self._asked_for("post")

    @post_ids.setter
    def post_ids(self, ids: np.ndarray) -> None:
        self._take("post", ids)

    def _check_fields(self) -> None:
        used = used_fields(self.model.ir.steps)
        for role, group in (("pre", _whole(self.pre_group)), ("post", _whole(self.post_group))):
            for field, place in used.get(role, {}).items():
                if field not in group.ST:
                    twin = next((name for name in group.ST._vars if name.lower() == field.lower()), None)
                    cure = f'rename "{twin}" to "{field}" in' if twin else "add the field to"
                    raise TypeMismatchError(
                        f'Synapse model "{self.model.name}" uses {role}["{field}"], but "{group.name}" (model '
                        f'"{group.model.name}") has only {list(group.ST._vars)}. The connection goes from '
                        f'"{_whole(self.pre_group).name}" to "{_whole(self.post_group).name}": {cure} the '
                        "neuron model, or connect other groups.",
                        place=place,
                    )
        target = _whole(self.post_group).model.ir
        if "input" in used.get("post", {}) and takes_no_input(target):
            raise TypeMismatchError(f"{target.name} takes no input: write 'input I = ...'.")

    @property
    def num_pre(self) -> int:
        """Number of neurons of the whole presynaptic group."""
        return self._end("pre").num

    @property
    def num_post(self) -> int:
        """Number of neurons of the whole postsynaptic group."""
        return self._end("post").num

    def _end(self, role: str):
        group = _whole(getattr(self, f"{role}_group"))
        if group is None:
            raise ModelUseError(f'"{self.name}" was made without groups: set what its steps need by hand.')
        return group

    @cached_property
    def _sums(self):
        """What the states of the synapses sum up to, where they are merged (`runtime.sums.Sums`)."""
        from ...runtime.sums import Sums

        return Sums(self.ST._moved, self.name)

    @cached_property
    def changed_fields(self) -> frozenset[str]:
        """Fields of the postsynaptic neurons that the steps add to."""
        from ...ir.statements import Fold
        from ...passes.typing import statements_of

        return frozenset(
            item.field for step in self.model.ir.steps for item in statements_of(step.body) if isinstance(item, Fold)
        ) | {name for step in python_steps(self.model.ir.steps) for owner, name in step.writes if owner == "post"}

    @cached_property
    def changed_sources(self) -> frozenset[str]:
        """Fields of the presynaptic neurons that the steps change."""
        return frozenset(
            name for step in python_steps(self.model.ir.steps) for owner, name in step.writes if owner == "pre"
        )

    @cached_property
    def layout(self) -> str:
        """How the edges lie in memory: 'runs', 'rows' or 'list' (see `ir.program.Projection`)."""
        pre_ids, post_ids = self.ids("pre"), self.ids("post")
        if np.any(pre_ids[1:] < pre_ids[:-1]):
            return "list"
        breaks = np.count_nonzero((np.diff(post_ids) != 1) | (np.diff(pre_ids) != 0))
        return "runs" if self.num >= RUN_LENGTH * (breaks + 1) else "rows"

    @cached_property
    def conn_mat(self) -> np.ndarray:
        """Matrix of shape (n_pre, n_post), 1.0 where a synapse is."""
        return formatters.ij2mat(self.ids("pre"), self.ids("post"), self.num_pre, self.num_post)

    @cached_property
    def pre2post(self) -> list[np.ndarray]:
        """Postsynaptic neurons of each presynaptic neuron."""
        return formatters.pre2post(self.ids("pre"), self.ids("post"), self.num_pre)

    @cached_property
    def post2pre(self) -> list[np.ndarray]:
        """Presynaptic neurons of each postsynaptic neuron."""
        return formatters.post2pre(self.ids("pre"), self.ids("post"), self.num_post)

    @cached_property
    def pre2syn(self) -> list[np.ndarray]:
        """Synapses of each presynaptic neuron."""
        return formatters.pre2syn(self.ids("pre"), self.num_pre)

    @cached_property
    def post2syn(self) -> list[np.ndarray]:
        """Synapses of each postsynaptic neuron."""
        return formatters.post2syn(self.ids("post"), self.num_post)

    @cached_property
    def pre_slice_syn(self) -> np.ndarray:
        """First and last-plus-one synapse of each presynaptic neuron, shape (n_pre, 2); the edges must be sorted so."""
        return self._slices(self.ids("pre"), self.num_pre, "pre")

    @cached_property
    def post_slice_syn(self) -> np.ndarray:
        """First and last-plus-one synapse of each postsynaptic neuron, shape (n_post, 2)."""
        return self._slices(self.ids("post"), self.num_post, "post")

    def _slices(self, ids: np.ndarray, num: int, role: str) -> np.ndarray:
        if np.any(ids[1:] < ids[:-1]):
            raise ModelUseError(f'The synapses of "{self.name}" are not sorted by their {role}synaptic neuron.')
        return formatters.slices(ids, num)


def _whole(group):
    return group.source if isinstance(group, NeuSubGroup) else group


def _must_be_within(conn, ids: np.ndarray, group, role: str) -> None:
    """A rule of a user's own may give any numbers, and compiled code would write outside of an array."""
    if len(ids) and (np.min(ids) < 0 or np.max(ids) >= group.num):
        raise ModelUseError(
            f'"conn", {checks.shown(conn)}, gave {role}_ids from {np.min(ids)} to {np.max(ids)}, but "{group.name}" '
            f"has the neurons 0 to {group.num - 1}. Return indices out of those that connect() was given."
        )


def _mapped(group, indices, key: str) -> np.ndarray:
    array = np.asarray(indices).reshape(-1)
    if not array.size:
        array = array.astype(np.int64)  # an empty list is one of floats to NumPy
    if array.dtype.kind not in "iu":
        raise ModelUseError(
            f'"{key}" of "conn" must hold ints, but its dtype is {array.dtype}: {checks.shown(indices)}. Give the '
            "numbers of neurons."
        )
    if array.size and (array.min() < 0 or array.max() >= group.num):
        raise ModelUseError(
            f'"{key}" of "conn" must lie in 0..{group.num - 1}, but has {array.min()}..{array.max()}. Count the '
            "neurons of the group from 0, and leave the others out."
        )
    return group.indices.reshape(-1)[array]


def _checked_delay(delay, model) -> float:
    if delay is None:
        return model.delay
    delay = checks.number("delay", delay, unit="milliseconds", low=0)
    if delay and model.ir.source and not any(step.looks_back for step in model.ir.steps):
        raise ModelUseError(
            f'"delay" is {delay:g} ms, but nothing in "{model.name}" comes through a delay: that is what happens '
            "'on spike:'. Leave \"delay\" out, or write such a line."
        )
    return delay
