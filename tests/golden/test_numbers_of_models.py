"""Every ready model has the numbers that are written down here, to the last bit.

They were copied from our own output, and are read against the papers where a model is made; what is held here is that
none of them changes unseen. After a change that is meant run

    BRAINPY_LAB_UPDATE_GOLDEN=1 pytest tests/golden/test_numbers_of_models.py

and read the difference.
"""

from __future__ import annotations

import os

import pytest

from brainpy_lab import channels, dyn, models, synapses
from tests.golden.accounts import ABSTRACT, ACCOUNTS, account_of, golden, keep


@pytest.mark.parametrize("name", ACCOUNTS)
def test_the_numbers_of_a_model_are_the_golden_ones(name):
    if os.environ.get("BRAINPY_LAB_UPDATE_GOLDEN"):
        keep(name)
    assert account_of(name) == golden(name)


def test_every_ready_model_is_written_down():
    assert {f"models.{name}" for name in models.__all__} <= set(ACCOUNTS)
    assert {f"channels.{name}" for name in set(channels.__all__) - ABSTRACT if not name.endswith("v2")} <= set(ACCOUNTS)
    assert {f"synapses.{name}" for name in synapses.__all__} - {"synapses.TwoEndConn"} <= set(ACCOUNTS)
    with_parameters = {name for name in dyn.__all__ if getattr(getattr(dyn, name), "parameters", None)}
    forms = {name for name in with_parameters if name.endswith(("Ref", "LTC"))}
    assert with_parameters - forms - ABSTRACT - set(channels.__all__) <= {
        name.removeprefix("dyn.") for name in ACCOUNTS
    }
