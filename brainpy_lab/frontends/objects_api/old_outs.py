"""Outputs of the synapses in `bp.synapses`: they add their current to a variable of the target (`bp.synouts`)."""

from __future__ import annotations

from typing import Any

import numpy as np

from ... import checks
from ...errors import ModelUseError
from ...math.functions import asarray
from . import outs
from .base import DynamicalSystem
from .descriptions import Described


def is_synapse(master: Any) -> Any:
    """The synapse that an output or a plasticity is to serve, if it is one."""
    if not (hasattr(master, "check_post_attrs") and hasattr(master, "pre")):
        raise checks.wrong("master", master, "a synapse between two groups", "Give a bp.TwoEndConn.")
    return master


class OldOut(DynamicalSystem, Described):
    """What a synapse does at its target: call it with the conductance.

    A class of its own says what current follows: ``update(self, conductance, potential)``.

    Parameters
    ----------
    target_var : str or None
        The variable of the target that takes the current, ``'input'`` by default; None only computes it.
    membrane_var : str or None
        The variable that is its membrane potential.
    """

    def __init__(self, target_var: str | None = "input", membrane_var: str | None = "V", name: str | None = None):
        super().__init__(name=name)
        for key, value in dict(target_var=target_var, membrane_var=membrane_var).items():
            if value is not None and not (isinstance(value, str) and value.isidentifier()):
                raise checks.wrong(key, value, "the name of a variable of the target", "Write 'input' or 'V', say.")
        self.target_var, self.membrane_var = target_var, membrane_var
        self._synapse: Any = None

    def register_master(self, master: DynamicalSystem) -> None:
        """Serve this synapse, and no other."""
        if self._synapse is not None:
            raise ModelUseError(
                f"{self.name!r} puts out what {self._synapse().name!r} carries: give {master.name!r} an output of its "
                "own."
            )
        is_synapse(master).check_post_attrs(*(key for key in (self.target_var, self.membrane_var) if key is not None))
        self._synapse = lambda: master

    def __call__(self, conductance: Any) -> Any:
        if self._synapse is None:
            raise ModelUseError(f"{self.name!r} serves no synapse: give it to one as output=...")
        post = self._synapse().post
        if len(post.varshape) > 1 and np.shape(conductance) == (post.num,):
            conductance = asarray(conductance).reshape(post.varshape)
        potential = None if self.membrane_var is None else getattr(post, self.membrane_var).value
        current = self.update(conductance, potential)
        if self.target_var is not None:
            target = getattr(post, self.target_var)
            target.value = target.value + current
        return current


class CUBA(OldOut):
    """A current that does not depend on the membrane potential: ``g``.

    Parameters
    ----------
    target_var : str or None
        The variable of the target that takes the current.
    """

    def __init__(self, target_var: str | None = "input", name: str | None = None):
        super().__init__(target_var, None, name)

    def update(self, conductance: Any, potential: Any = None) -> Any:
        """The current."""
        return conductance


class COBA(OldOut):
    """A conductance with a reversal potential: ``g*(E - V)``.

    Parameters
    ----------
    E : float or array_like, mV
    target_var, membrane_var : str
        Variables of the target.
    """

    def __init__(
        self, E: Any = 0.0, target_var: str | None = "input", membrane_var: str = "V", name: str | None = None
    ):
        super().__init__(target_var, membrane_var, name)
        self.E = outs.parameter("E", E)

    update = outs.COBA.update


class MgBlock(OldOut):
    r"""A conductance that magnesium blocks: ``g*(E - V)/(1 + cc_Mg/beta*exp(-alpha*V))``.

    Parameters
    ----------
    E : float, mV
    cc_Mg : float, mM
    alpha : float, 1/mV
    beta : float, mM
    target_var, membrane_var : str
        Variables of the target.

    References
    ----------
    Jahr and Stevens 1990, J. Neurosci. 10, 3178, eq. 4.
    """

    def __init__(
        self,
        E: Any = 0.0,
        cc_Mg: Any = 1.2,
        alpha: Any = 0.062,
        beta: Any = 3.57,
        target_var: str | None = "input",
        membrane_var: str = "V",
        name: str | None = None,
    ):
        super().__init__(target_var, membrane_var, name)
        for key, number in dict(E=E, cc_Mg=cc_Mg, alpha=alpha).items():
            setattr(self, key, outs.parameter(key, number))
        self.beta, self.V_offset = outs.parameter("beta", beta, above=0.0), 0.0

    update = outs.MgBlock.update
