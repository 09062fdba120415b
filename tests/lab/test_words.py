"""Names and units as people read them, in pictures and in what is told of them."""

import pytest

from brainpy_lab.lab import bundle
from brainpy_lab.lab.words import class_name, unit_text, with_unit

LEAKY = """
dV/dt = (E - V + R*I) / tau
E = -65 mV; tau = 20 ms; R = 10
input I = 2 nA in [0, 4]
init V = -60 mV
"""


@pytest.mark.parametrize(
    "typed, read",
    [("uS", "\xb5S"), ("uA/cm2", "\xb5A/cm\xb2"), ("mS/cm2", "mS/cm\xb2"), ("nA", "nA"), ("um", "um")],
)
def test_units_read_as_in_print(typed, read):
    assert unit_text(typed) == read


def test_numbers_and_classes():
    assert with_unit("3.2", "uS") == "3.2 \xb5S"
    assert with_unit("3.2", "") == "3.2"
    assert [class_name(name) for name in ("unstable-focus", "stable-node", "saddle-node", "star")] == [
        "unstable focus", "stable node", "saddle", "star"
    ]  # fmt: skip


def test_a_picture_is_told_of_as_it_was_drawn_whatever_has_happened_since(make_lab):
    lab = make_lab(LEAKY, "leaky").lab
    png, text = lab.pictured()
    assert "simulated to t = 200 ms, V between" in text.replace(". ", ", ") and lab.t == 0.0
    data, _ = bundle.still(lab)
    assert data["text/plain"].startswith(text)
    assert lab.to_png() != png and "simulated to t = 0 ms" in lab.pictured()[1]
