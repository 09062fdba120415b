"""`NeuGroup`: neurons of one model."""

from __future__ import annotations

import numpy as np

from ... import checks
from ...connect.formatters import as_ids
from ...errors import ModelUseError
from .group_base import Ensemble
from .initial import apply_initial
from .neutype import NeuType
from .subgroups import NeuSubGroup, select


class NeuGroup(Ensemble):
    """A group of neurons.

    Parameters
    ----------
    model : NeuType
    geometry : int, (int,) or (int, int), optional
        Number of neurons, or height and width of a sheet. May be left out when the model states a number.
    monitors : list, tuple or dict, optional
        What to record: field names, or pairs of a field and the elements to record.
    name : str, optional
    satisfies : dict, optional
        Attributes to set, for what the model requires.
    pars_update : dict, optional
        Parameter -> number, or array with one value per neuron.

    Attributes
    ----------
    num, size : int
        Number of neurons. States are flat: ``ST['V']`` has shape (num,) whatever the geometry.
    geometry : int or (int, int)
    indices : ndarray of int
        Index of each neuron, in the shape of the geometry.

    Raises
    ------
    ModelUseError
        When an argument does not fit the model.

    Examples
    --------
    >>> import brainpy_lab as bp
    >>> group = bp.NeuGroup(bp.models.get_LIF(), 10, monitors=['V', 'spike'])
    >>> group.run(100., inputs=('ST.input', 20.))
    >>> group.mon.V.shape
    (1000, 10)
    """

    def __init__(self, model, geometry=None, monitors=None, name=None, satisfies=None, pars_update=None):
        if not isinstance(model, NeuType):
            raise ModelUseError(
                f'"NeuGroup" needs a NeuType, but got {type(model).__name__}: {checks.shown(model)}. Give "model" a '
                "neuron model, such as bp.models.get_LIF()."
            )
        if geometry is None:
            geometry = model.n
        if geometry is None:
            raise ModelUseError(f'How many neurons of "{model.name}"? Give a geometry: NeuGroup({model.name}, 10).')
        self.geometry = _checked_geometry(geometry)
        num = int(np.prod(self.geometry))
        self.size = num
        self.indices = as_ids(np.arange(num)).reshape(self.geometry)
        super().__init__(model, num, monitors, name, satisfies, pars_update)
        apply_initial(self)

    def __getitem__(self, item) -> NeuSubGroup:
        """Neurons by slice or index; on a sheet one index selects rows, two select rows and columns."""
        return NeuSubGroup(self, select(self, item))

    def __len__(self) -> int:
        return self.num


def _checked_geometry(geometry) -> int | tuple[int, int]:
    sizes = list(geometry) if isinstance(geometry, (list, tuple, np.ndarray)) else [geometry]
    if len(sizes) > 2:
        raise ModelUseError(
            f"Do not support 3+ dimensional networks. Got geometry={geometry!r}: give n, or (height, width)."
        )
    # A float is cut to a whole number.
    fits = len(sizes) > 0 and all(checks.is_number(size) and 1 <= size <= checks.MOST for size in sizes)
    if not fits or np.prod([float(size) for size in sizes]) > checks.MOST:
        raise checks.wrong(
            "geometry", geometry, "an int or a pair of ints, with at least one neuron", "Give n, or (height, width)."
        )
    sizes = [int(size) for size in sizes]
    return sizes[0] if len(sizes) == 1 else (sizes[0], sizes[1])
