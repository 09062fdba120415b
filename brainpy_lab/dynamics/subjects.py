"""Which subject a model makes."""

from __future__ import annotations

from .. import checks
from ..frontends.objects_api.base import DynamicalSystem
from ..frontends.types_api import NeuType
from .neutype_subject import NeuTypeSubject
from .object_subject import ObjectSubject
from .subject import Subject


def subject_of(model, pars_update, element, *named) -> Subject:
    """The subject of an analysis.

    Parameters
    ----------
    model : NeuType or DynamicalSystem
    pars_update : dict or None
        Parameter -> number, instead of the model's value.
    element : int
        Of a model that is written as a class.
    *named : dict or None
        What else the analysis gives values to.
    """
    if isinstance(model, DynamicalSystem):
        names = {name for table in named if isinstance(table, dict) for name in table}
        subject: Subject = ObjectSubject(model, element, names)
    elif isinstance(model, NeuType):
        if element != 0:
            raise checks.wrong("element", element, "0 for a NeuType", "Its neurons have one set of equations.")
        subject = NeuTypeSubject(model)
    else:
        raise checks.wrong(
            "model", model, "a NeuType or a model as a class", "Give one, such as bp.models.get_HH() or bp.dyn.HH(1)."
        )
    subject.update_params(pars_update)
    return subject
