"""The text of the representation reads as it was written and hides no association."""

import pytest

from brainpy_lab.ir.expr import (
    Binary,
    Call,
    Cast,
    Compare,
    Const,
    Element,
    Field,
    Local,
    Logic,
    Negative,
    Not,
    Param,
    Power,
    Select,
    StepIndex,
    StepSize,
    Time,
)
from brainpy_lab.ir.kernel import Accumulate, DrawLet, Kernel, Let, Push, RingLet, Store
from brainpy_lab.ir.model import Initial, Model, Parameter, Slider
from brainpy_lab.ir.program import Input, Monitor, Population, Program, Projection, Slot, State, Step
from brainpy_lab.ir.show import show
from brainpy_lab.ir.statements import Assign, Draw, Equation, Fold, If, Integrate, RingPush, RingRead, System

a, b, c, v, w = (Local(name) for name in "abcvw")
ONE, TWO, THREE = Const(1), Const(2.0), Const(3)


def plus(x, y):
    return Binary("+", x, y)


def minus(x, y):
    return Binary("-", x, y)


def times(x, y):
    return Binary("*", x, y)


def over(x, y):
    return Binary("/", x, y)


EXPRESSIONS = [
    (minus(minus(a, b), c), "a - b - c"),
    (minus(a, minus(b, c)), "a - (b - c)"),
    (plus(a, plus(b, c)), "a + (b + c)"),
    (plus(times(a, b), c), "a*b + c"),
    (times(a, plus(b, c)), "a*(b + c)"),
    (times(times(a, b), c), "a*b*c"),
    (times(a, times(b, c)), "a*(b*c)"),
    (over(a, times(b, c)), "a/(b*c)"),
    (over(times(a, b), c), "a*b/c"),
    (plus(minus(minus(v, over(Power(v, 3), THREE)), w), Param("I")), "v - v**3/3 - w + I"),
    (Negative(plus(a, b)), "-(a + b)"),
    (Negative(times(a, b)), "-(a*b)"),
    (times(Negative(a), b), "-a*b"),
    (Negative(Negative(a)), "-(-a)"),
    (minus(a, Negative(b)), "a - (-b)"),
    (plus(a, times(Negative(b), c)), "a + -b*c"),
    (times(a, Const(-2.0)), "a*(-2.0)"),
    (Negative(Const(2.0)), "-2.0"),
    (Const(-2.0), "-2.0"),
    (Negative(Const(-2.0)), "-(-2.0)"),
    (Power(Negative(a), 2), "(-a)**2"),
    (Negative(Power(a, 2)), "-a**2"),
    (Power(Power(a, 2), 3), "(a**2)**3"),
    (Power(Const(-1.0), 2), "(-1.0)**2"),
    (Compare("<=", plus(a, b), c), "a + b <= c"),
    (Compare("==", Compare("<", a, b), c), "(a < b) == c"),
    (Logic("and", Logic("or", a, b), Not(c)), "(a or b) and not c"),
    (Logic("or", Logic("and", a, b), c), "a and b or c"),
    (Logic("or", a, Logic("or", b, c)), "a or (b or c)"),
    (Not(Logic("and", a, b)), "not (a and b)"),
    (Not(Compare("<", a, b)), "not a < b"),
    (Select(Compare(">", a, b), a, b), "a if a > b else b"),
    (Select(a, b, Select(b, c, a)), "b if a else c if b else a"),
    (Select(Select(a, b, c), Select(b, c, a), a), "(c if b else a) if (b if a else c) else a"),
    (plus(ONE, Select(a, b, c)), "1 + (b if a else c)"),
    (Call("max", (plus(a, b), TWO)), "max(a + b, 2.0)"),
    (Cast(Field("self", "V"), "f64"), "f64(self.V)"),
    (plus(Time(), StepSize()), "t + dt"),
    (StepIndex(), "step_index"),
    (minus(Element("pre"), Element("self")), "pre.index - self.index"),
    (Field("post", "g"), "post.g"),
]


@pytest.mark.parametrize("node, text", EXPRESSIONS)
def test_an_expression_has_only_the_parentheses_that_it_needs(node, text):
    assert show(node) == text


@pytest.mark.parametrize("node, text", EXPRESSIONS)
def test_the_text_of_an_expression_is_associated_as_the_tree(node, text):
    """Python reads the text back: same value for numbers that tell every association apart."""
    values = {"a": 0.1, "b": 0.7, "c": -1e17, "v": 1.3, "w": 3.0, "I": 0.25, "t": 7.0, "dt": 0.1, "step_index": 3,
              "max": max, "f64": float}
    leaves = {"self": {"V": 2.5, "index": 4}, "pre": {"index": 9}, "post": {"g": 0.3}}
    spaces = {owner: type("Owner", (), fields) for owner, fields in leaves.items()}

    def value(node):
        match node:
            case Const(number):
                return number
            case Local(name) | Param(name):
                return values[name]
            case Time():
                return values["t"]
            case StepSize():
                return values["dt"]
            case StepIndex():
                return values["step_index"]
            case Field(owner, name):
                return leaves[owner][name]
            case Element(which):
                return leaves[which]["index"]
            case Negative(x):
                return -value(x)
            case Not(x):
                return not value(x)
            case Power(x, n):
                return value(x) ** n
            case Select(condition, yes, no):
                return value(yes) if value(condition) else value(no)
            case Call(function, args):
                return values[function](*map(value, args))
            case Cast(x, to):
                return values[to](value(x))
            case Binary("+", x, y):
                return value(x) + value(y)
            case Binary("-", x, y):
                return value(x) - value(y)
            case Binary("*", x, y):
                return value(x) * value(y)
            case Binary("/", x, y):
                return value(x) / value(y)
            case Compare("<", x, y):
                return value(x) < value(y)
            case Compare("<=", x, y):
                return value(x) <= value(y)
            case Compare(">", x, y):
                return value(x) > value(y)
            case Compare("==", x, y):
                return value(x) == value(y)
            case Logic("and", x, y):
                return value(x) and value(y)
            case Logic("or", x, y):
                return value(x) or value(y)

    assert eval(text, {**values, **spaces}) == value(node)


SYSTEM = System(
    (
        Equation("v", minus(minus(v, over(Power(v, 3), THREE)), w), Local("D"), noise="xi_v"),
        Equation("w", over(Local("s"), Param("tau")), lines=(("s", plus(v, Param("a"))),), extras=(Local("s"),)),
    ),
    "euler",
)
STEP = Step(
    "update",
    (
        Assign(Local("D"), Const(0.1)),
        Integrate(SYSTEM, (Field("self", "v"), Field("self", "w")), Time(), ("v_new", "w_new"), ("s0",), site=2),
        Draw(Local("u"), "uniform", 0),
        If(
            Compare(">", Local("v_new"), ONE),
            (Assign(Field("self", "v"), Local("u")),),
            (If(Not(Local("u")), ()), Assign(Field("self", "v"), Local("v_new"))),
        ),
    ),
)
STEP_TEXT = """\
step update
    D = 0.1
    v_new, w_new, s0 = one step by euler at t (noise from site 2)
        dv/dt = v - v**3/3 - w + D*xi_v
        v from self.v
        s = v + a
        dw/dt = s/tau
        extra s
        w from self.w
    u = draw uniform (site 0)
    if v_new > 1:
        self.v = u
    else:
        if not u:
            pass
        self.v = v_new"""


def test_a_step_reads_like_a_function():
    assert show(STEP) == STEP_TEXT


def test_a_system_shows_its_equations():
    assert show(SYSTEM) == """\
system by euler
    dv/dt = v - v**3/3 - w + D*xi_v
    s = v + a
    dw/dt = s/tau
    extra s"""


def test_a_model_shows_everything_that_a_cell_may_say():
    model = Model(
        "FHN",
        "neuron",
        (State("v", -1.0), State("t_last", -1e7, "f64")),
        (
            Parameter("tau", 12.5, "ms", Slider(5.0, 30.0)),
            Parameter("g", 1.0, slider=Slider(0.1, 10.0, "log")),
            Parameter("k", 1.0, slider=Slider(1.0, 2.0, choices=(1.0, 2.0))),
        ),
        (Step("update", (Assign(Field("self", "v"), Param("g")),)),),
        (Initial("v", "uniform", (Const(-1.0), Param("g"))), Initial("t_last", "value", (ONE,))),
        (("power", times(Param("g"), Field("self", "v"))),),
        (("v", "mV"),),
        "I",
        "whatever was written",
    )
    assert show(model) == """\
neuron FHN
    state v = -1.0 [mV]
    state t_last = -10000000.0 (f64)
    param tau = 12.5 [ms] in [5.0, 30.0]
    param g = 1.0 in [0.1, 10.0] log
    param k = 1.0 in {1.0, 2.0}
    input I
    init v = uniform(-1.0, g)
    init t_last = 1
    readout power = g*self.v
    step update
        self.v = g"""


def test_a_program_shows_its_schedule_in_order():
    late = Step("output", (RingRead(Local("s_late"), "s"), Fold("input", "-", Local("s_late"))), delayed=True)
    push = Step("update", (Assign(Field("self", "s"), Field("pre", "V")), RingPush("s")))
    states = (State("V", -65.0), State("input"))
    program = Program(
        (
            Population("N", "HH", states, ("C", "g"), (Step("update", ()),), frozenset({"g"})),
            Projection("S", "AMPA", "N", "N", (State("s"),), (), (push, late), delay_steps=5, layout="runs",
                       shared=frozenset({"s"})),
        ),
        (Slot("N", "input", "0"), Slot("N", "step", "update"), Slot("S", "step", "update"), Slot("N", "input", "1"),
         Slot("S", "step", "output"), Slot("N", "monitor", "0")),
        (Input("N", "input", "+", "series"), Input("N", "V", "=", "number")),
        (Monitor("N", "V", some=True),),
        "float32",
    )
    assert show(program) == """\
program in float32
    population N: HH
        state V = -65.0
        state input = 0.0
        params C, g[]
        step update
            pass
    projection S: AMPA from N to N
        edges as runs, delay of 4 steps
        shared along rows: s
        state s = 0.0
        step update
            self.s = pre.V
            push self.s into its delay
        step output (delayed)
            s_late = delayed self.s
            post.input -= s_late
every time step
    1. N.input += series 0
    2. N.update()
    3. S.update()
    4. N.V = number 1
    5. S.output()
    6. record some of N.V (dense) as 0"""


def test_a_kernel_shows_its_space_guard_and_effects():
    kernel = Kernel(
        "update",
        "edges",
        "rows",
        (Let("x", times(a, b)), Let("hit", Compare(">", a, b, dtype="bool")), DrawLet("xi", "normal", 3),
         RingLet("late", "row", "s"), RingLet("own_late", "self", "s", times(a, b))),
        (Store("self", "s", Local("x")), Push("row", "s", Local("x")), Accumulate("g", "+", Local("x")),
         Accumulate("g", "-", Local("late"), Local("hit"))),
        Compare("!=", Field("pre", "spike"), Const(0.0)),
        True,
    )
    assert show(kernel) == """\
kernel update over edges (rows), one after the other
    where pre.spike != 0.0
    x = a*b
    hit = a > b  # bool
    xi = draw normal (site 3)
    late = delayed row.s
    own_late = delayed self.s by a*b steps
    store self.s = x
    push row.s = x
    post.g += x
    post.g -= late where hit"""


def test_a_sequence_is_shown_line_by_line():
    assert show((Assign(a, b), RingPush("s"))) == "a = b\npush self.s into its delay"


def test_what_is_no_part_of_a_program_has_no_text():
    with pytest.raises(TypeError, match="dict is no part of a program"):
        show({})
