"""What channels and ions have in common, and who may hold whom."""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Iterator
from typing import Any, ClassVar, NamedTuple

from ....errors import ModelDefError, ModelValueError
from ..groups import Dynamic, NeuDyn, direct_children


class IonInfo(NamedTuple):
    """What an ion tells its channels.

    Attributes
    ----------
    C : array_like
        Concentration inside, mM.
    E : array_like
        Reversal potential, mV.
    """

    C: Any
    E: Any


class MembranePart(Dynamic):
    """A channel or an ion: it is updated, and taken back to the start, by what holds it.

    Attributes
    ----------
    master_type : type or tuple of type
        What may hold it; several ions for what depends on all of them (see `MixIons`).
    carries_ion : bool
        Whether its current changes the concentration of the ion that holds it.
    """

    master_type: ClassVar[Any]
    carries_ion = True
    resets_alone = False

    def reset_state(self, V: Any, *ion: Any) -> None:
        """Steady state at the membrane potential `V`."""

    def current(self, V: Any, *ion: Any) -> Any:
        """The current at the membrane potential `V`, inward positive, uA/cm2."""
        raise ModelDefError(f"{type(self).__name__} does not say which current flows: define current(self, V).")

    def update(self, V: Any, *ion: Any) -> Any:
        """One step at the membrane potential `V`."""


class Holder:
    """Holds channels and ions as attributes: those given by keywords, and those assigned later.

    Every one that is put in starts in its steady state at the present membrane potential.
    """

    def add_elem(self, *elements: MembranePart, **named: MembranePart) -> None:
        """Put channels (or ions) in, under their own names or others.

        Raises
        ------
        ModelValueError
            For something that is no channel and no ion, or that something else must hold.
        """
        named = {**{getattr(element, "name", repr(element)): element for element in elements}, **named}
        for key, element in named.items():
            if not isinstance(element, MembranePart):
                near = difflib.get_close_matches(key, inspect.signature(type(self)).parameters, 1)
                cure = f"did you mean {near[0]!r}?" if near else "give something like bp.channels.IL(size)."
                raise ModelValueError(
                    f"{self._called()} is made of channels and ions, but {key!r} is {element!r}: {cure}"
                )
            setattr(self, key, element)

    def __setattr__(self, key: str, value: Any) -> None:
        if isinstance(value, MembranePart) and "size" in vars(self):
            self._fits(key, value)
            super().__setattr__(key, value)
            self._settle(value)
        else:
            super().__setattr__(key, value)

    @property
    def elements(self) -> list[MembranePart]:
        """The channels and ions, in the order in which they were put in."""
        return list(self._elements())

    def _elements(self) -> Iterator[MembranePart]:
        return (child for child in direct_children(self) if isinstance(child, MembranePart))

    def _settle(self, element: MembranePart) -> None:
        """Let an element start, where a membrane potential is known."""

    def _called(self) -> str:
        return f"{type(self).__name__} {getattr(self, 'name', '')!r}"

    def _fits(self, key: str, element: MembranePart) -> None:
        master = element.master_type
        if not self._is(master):
            ions = " and ".join(part.__name__ for part in (master if isinstance(master, tuple) else (master,)))
            raise ModelValueError(
                f"{self._called()} cannot hold {key} = {type(element).__name__}: that belongs to {ions}. "
                + _cure(master, key, type(element).__name__)
            )
        mine, its = self.varshape, element.varshape
        if mine != its:
            raise ModelValueError(
                f"{self._called()} has the shape {mine}, but {key} = {type(element).__name__} has {its}: give both the "
                "same size (and keep_size)."
            )

    def _is(self, master: Any) -> bool:
        return not isinstance(master, tuple) and isinstance(self, master)


def _cure(master: Any, key: str, called: str) -> str:
    if isinstance(master, tuple):
        return f"Write mix_ions(k, ca) and .add_elem({key}={called}(size)) on what it returns."
    if issubclass(master, MembranePart):
        return f"Put it into the ion: bp.dyn.{master.__name__}Fixed(size, {key}={called}(size))."
    return "Put it into the neurons."


class HHTypedNeuron(NeuDyn):
    """Neurons whose membrane is made of channels."""


class IonChannel(MembranePart):
    """Base of ion channels.

    A class of its own defines ``current(V)``, and where it has gates ``update(V)`` and ``reset_state(V)``; channels
    that an ion holds take its concentration and reversal potential too, ``current(V, C, E)`` and so on. The older
    ``update(tdi, V)`` works as well.
    """

    master_type: ClassVar[Any] = HHTypedNeuron
