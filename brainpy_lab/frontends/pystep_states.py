"""Which states of its group and its neighbours a step reads, changes, and sets to the time."""

from __future__ import annotations

import ast

from ..errors import ModelDefError
from .pysource_place import Source
from .pysource_scope import did_you_mean
from .pystep_draft import Draft, Telling
from .pystep_names import FreeNames

State = tuple[str, str]
"""(owner, name): of ``ST['x']`` ('self', 'x'), of ``pre['x']`` ('pre', 'x')."""


class States:
    """What one function of a step does with states: nothing, unless it is the step itself.

    Parameters
    ----------
    draft : Draft
        Takes what is found.
    source : Source
    names : FreeNames
        A state may be named by a text that has a name.
    tell : Telling
    """

    def __init__(self, draft: Draft, source: Source, names: FreeNames, tell: Telling) -> None:
        self._draft, self._source, self._names, self._tell = draft, source, names, tell
        self._owners: dict[str, str] = {}
        if source is draft.source:
            ends = ("pre", "post") if draft.setting.kind == "synapse" else ()
            owners = {"ST": "self"} | {end: end for end in ends}
            self._owners = {name: owner for name, owner in owners.items() if name in source.arguments}
        self._aliases: dict[str, set[State]] = {}
        self._touched: set[str] = set()
        self._clocks = {"_t"}

    def owner(self, name: str) -> str | None:
        """Whose states a name holds: 'self', 'pre' or 'post'."""
        return self._owners.get(name)

    def find(self, node: ast.expr) -> State | None:
        """The state that is ``ST['x']``, ``pre['x']`` or ``post['x']``."""
        if not (isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name)):
            return None
        owner = self.owner(node.value.id)
        if owner is None:
            return None
        key = node.slice
        if isinstance(key, ast.Constant) and isinstance(key.value, str):
            return owner, key.value
        if isinstance(key, ast.Name) and not self._names.is_bound(key.id):
            value = self._names.value(key.id)
            if isinstance(value, str):
                return owner, value
        return None

    # ---- reading ----

    def read(self, node: ast.AST, state: State) -> None:
        """Note a state, which must exist."""
        owner, name = state
        setting = self._draft.setting
        setting.record.add_field(owner, name, self._source.place(node))
        states = setting.states
        if owner == "self" and states is not None and name not in states:
            model = setting.model or f"step {self._draft.source.name!r}"
            self._tell.fail(
                node,
                f'Variable "{name}" is used in {model}, but not defined in "ST"{did_you_mean(name, states) or "."} '
                f"Declared states: {', '.join(states) or 'none'}.",
                ModelDefError,
            )
        self._draft.fields[state] = None

    def used_whole(self, name: str) -> None:
        """Note that ``ST``, ``pre`` or ``post`` is used as a whole; of its own states any may be read and changed."""
        for state in self._draft.setting.states or () if name == "ST" else ():
            self._draft.fields["self", state] = None
            if not self._draft.delayed:
                self._draft.writes["self", state] = None

    # ---- changing ----

    def assigned(self, node: ast.Assign) -> None:
        """Note what an assignment does."""
        held = self._held_by(node.value)
        is_time = self._is_time(node.value)
        for target in node.targets:
            self.changed(target)
            if is_time:
                self._holds_time(target)
            if isinstance(target, ast.Name) and held:
                self._aliases.setdefault(target.id, set()).update(held)

    def changed(self, target: ast.expr) -> None:
        """Note the states that an assignment to `target` changes."""
        if isinstance(target, (ast.Tuple, ast.List)):
            for item in target.elts:
                self.changed(item)
            return
        base = target
        while isinstance(base, ast.Subscript):
            state = self.find(base)
            if state is not None:
                if self._draft.delayed and state[0] == "self":
                    self._tell.fail(target, 'Delayed function cannot assign value to "ST".', ModelDefError)
                self._draft.writes[state] = None
                return
            base = base.value
        if isinstance(base, ast.Name) and isinstance(target, ast.Subscript):
            self._touched.add(base.id)

    def changed_in_place(self, target: ast.expr) -> None:
        """As `changed`, by ``+=`` and the like: of a name, what it holds."""
        self.changed(target)
        if isinstance(target, ast.Name):
            self._touched.add(target.id)

    def finish(self) -> None:
        """Note the states that were changed under other names."""
        for name in self._touched:
            for state in self._aliases.get(name, ()):
                if not (self._draft.delayed and state[0] == "self"):
                    self._draft.writes[state] = None

    def _held_by(self, value: ast.expr) -> set[State]:
        """States whose very arrays an expression may be."""
        found = {state for state in [self.find(value)] if state is not None}
        if isinstance(value, ast.IfExp):
            found |= self._held_by(value.body) | self._held_by(value.orelse)
        if isinstance(value, ast.Subscript) and not found:
            found |= self._held_by(value.value)
        if isinstance(value, ast.Name):
            found |= self._aliases.get(value.id, set())
        if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute):
            found |= self._held_by(value.func.value)  # reshape, ravel and the like may be views
        return found

    # ---- the time ----

    def _is_time(self, value: ast.expr) -> bool:
        """Whether a value is ``_t``, plus or minus something, on all elements or on some."""
        match value:
            case ast.Name(name):
                return name in self._clocks
            case ast.BinOp(left, ast.Add() | ast.Sub(), right):
                return self._is_time(left) != self._is_time(right)
            case ast.IfExp(_, yes, no) | ast.Call(ast.Attribute(_, "where"), [_, yes, no], []):
                return self._is_time(yes) or self._is_time(no)
        return False

    def _holds_time(self, target: ast.expr) -> None:
        if isinstance(target, ast.Name):
            self._clocks.add(target.id)
        while isinstance(target, ast.Subscript):
            state = self.find(target)
            if state is not None and state[0] == "self":
                self._draft.times[state[1]] = None
            target = target.value
