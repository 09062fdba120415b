"""The fingerprint changes with the structure and with nothing else."""

import os
import subprocess
import sys
from dataclasses import replace

import pytest

from brainpy_lab.ir.expr import Binary, Call, Const, Field, Local, Param, Power
from brainpy_lab.ir.fingerprint import fingerprint
from brainpy_lab.ir.model import Model
from brainpy_lab.ir.place import Place
from brainpy_lab.ir.program import Input, Monitor, Population, Program, Slot, State, Step
from brainpy_lab.ir.statements import Assign, If

V = Field("self", "V")


def program(value=None, place=None, **changes):
    value = value or Binary("+", V, Param("g", place=place), place=place)
    step = Step("update", (If(Param("g"), (Assign(V, value, place=place),)),), place=place)
    last = Step("reset", (Assign(V, Const(0.0)),))
    item = Population("N", "HH", (State("V"), State("u")), ("g", "C"), (step, last), frozenset({"g", "C"}))
    found = Program(
        (item,),
        (Slot("N", "step", "update"), Slot("N", "step", "reset"), Slot("N", "monitor", "0")),
        (Input("N", "V", "+", "number"),),
        (Monitor("N", "V"),),
    )
    return replace(found, **changes)


def with_object(**changes):
    found = program()
    return replace(found, objects=(replace(found.objects[0], **changes),))


VARIANTS = {
    "base": program(),
    "operator": program(Binary("-", V, Param("g"))),
    "order": program(Binary("+", Param("g"), V)),
    "leaf": program(Binary("+", V, Local("g"))),
    "name": program(Binary("+", V, Param("C"))),
    "int literal": program(Binary("+", V, Const(1))),
    "real literal": program(Binary("+", V, Const(1.0))),
    "bool literal": program(Binary("+", V, Const(True))),
    "zero": program(Binary("+", V, Const(0.0))),
    "minus zero": program(Binary("+", V, Const(-0.0))),
    "last bit": program(Binary("+", V, Const(1.0000000000000002))),
    "power": program(Power(V, 3)),
    "other power": program(Power(V, 2)),
    "call": program(Call("exp", (V,))),
    "typed": program(Binary("+", V, Param("g"), dtype="f64")),
    "float type": program(float_type="float32"),
    "schedule": program(schedule=program().schedule[::-1]),
    "shorter schedule": program(schedule=program().schedule[:2]),
    "input": program(inputs=(Input("N", "V", "=", "number"),)),
    "source": program(inputs=(Input("N", "V", "+", "array"),)),
    "monitor": program(monitors=(Monitor("N", "V", "events"),)),
    "some": program(monitors=(Monitor("N", "V", some=True),)),
    "state dtype": with_object(states=(State("V", dtype="f64"), State("u"))),
    "state order": with_object(states=(State("u"), State("V"))),
    "spread": with_object(spread=frozenset({"g"})),
    "boundary of names": with_object(params=("gC",)),
}


def test_every_difference_in_structure_shows():
    found = {name: fingerprint(variant) for name, variant in VARIANTS.items()}
    assert len(set(found.values())) == len(VARIANTS)
    assert all(len(text) == 64 and int(text, 16) >= 0 for text in found.values())


def test_a_place_does_not_show():
    assert fingerprint(program(place=Place("a.py", 3, 4, 9, "x = 1"))) == fingerprint(program())


def test_an_equal_program_made_anew_has_the_same_fingerprint():
    assert fingerprint(program()) == fingerprint(program())


def test_the_text_of_a_model_does_not_show():
    one, two = (Model("HH", "neuron", (State("V"),), (), (), source=text) for text in ("dV/dt = 1", "dV/dt=1"))
    assert fingerprint(one) == fingerprint(two) != fingerprint(replace(one, name="HH2"))


@pytest.mark.parametrize("seed", ["0", "4711"])
def test_another_process_finds_the_same_fingerprint(seed):
    code = ("from brainpy_lab.ir.fingerprint import fingerprint; from brainpy_lab.ir.expr import *;"
            "from brainpy_lab.ir.program import *;"
            "print(fingerprint((Population('N', 'm', (), tuple('abcdef'), (), frozenset('abcdef')), Const(0.1))))")
    done = subprocess.run([sys.executable, "-c", code], env={**os.environ, "PYTHONHASHSEED": seed},
                          capture_output=True, text=True, check=True)
    here = fingerprint((Population("N", "m", (), tuple("abcdef"), (), frozenset("abcdef")), Const(0.1)))
    assert done.stdout.strip() == here


def test_what_is_no_part_of_a_program_has_no_fingerprint():
    with pytest.raises(TypeError, match="object is no part of a program"):
        fingerprint(object())
