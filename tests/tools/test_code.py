"""Code as lines, and what can be found in it."""

import ast

import pytest

from brainpy_lab import tools
from brainpy_lab.errors import CodeError, DiffEquationError, ModelValueError

MODERN = '''
"""docstring"""
x: float = 1.5
y = z = x if (n := 3) > 2 else 0
@deco
def f(a, /, b, *, c=1) -> int:
    return a
match x:
    case [1, *rest]:
        y = 2
try:
    y **= 2
except* ValueError as e:
    raise
else:
    pass
finally:
    w = f"{x!r:>{n}}"
with open(p) as q, r:
    for k in range(3):
        y += k
    else:
        del y
if x:
    a = 1
elif z:
    a = 2
else:
    a = 3
async def g():
    await h()
'''


def test_code_of_any_kind_keeps_its_meaning_as_lines():
    found = tools.format_code(MODERN)
    lines = ast.dump(ast.parse("\n".join(found.lines)))
    # A chain becomes two assignments and a shorthand is written out.
    expected = MODERN.replace('"""docstring"""\n', "").replace("x: float =", "x =")
    value = "x if (n := 3) > 2 else 0"
    expected = expected.replace(f"y = z = {value}", f"y = {value}\nz = {value}")
    expected = expected.replace("y **= 2", "y = y ** 2").replace("y += k", "y = y + k")
    assert lines == ast.dump(ast.parse(expected))


def test_assignments_are_listed_in_order():
    found = tools.format_code("    a = b = 1\n    if a:\n        c[0] -= 2 * a\n    print(a)")
    assert found.lefts == ["a", "b", "c[0]"] and found.rights == ["1", "1", "c[0] - 2 * a"]
    assert found.lines == ["a = 1", "b = 1", "if a:", "    c[0] = c[0] - 2 * a", "print(a)"]


def test_the_value_of_a_shorthand_keeps_its_brackets():
    assert tools.format_code("a *= b + 1").rights == ["a * (b + 1)"]


def test_states_are_held_fixed():
    code = "m = f(ST['m'])\nST['m'] = m\nST['V'] += 1\nST['h'] = h"
    found = tools.format_code_for_trajectory(code, {"m": 0.5, "h": -1})
    assert found.lines == ["m = f(ST['m'])", "ST['m'] = 0.5", "ST['V'] = ST['V'] + 1", "ST['h'] = -1"]
    assert tools.format_code_for_trajectory("ST['m'] = 1", ["m"]).rights == ["m"]
    with pytest.raises(ModelValueError, match='"fixed_vars"'):
        tools.LineFormatterForTrajectory(3)


@pytest.mark.parametrize("code", ["a = (", "for", 3])
def test_what_is_not_python_is_said(code):
    with pytest.raises((CodeError, ModelValueError), match="not Python|must be Python text"):
        tools.format_code(code)


def test_a_tree_becomes_text_with_the_wanted_indent():
    tree = ast.parse("if a:\n  if b:\n    c = 'x  y'")
    assert tools.ast2code(tree, indent=2) == "if a:\n  if b:\n    c = 'x  y'"
    assert tools.ast2code(ast.BinOp(ast.Name("a"), ast.Add(), ast.Constant(1))) == "a + 1"
    with pytest.raises(ModelValueError, match="node of the ast module"):
        tools.ast2code("a")


@pytest.mark.parametrize(
    "line, left, right",
    [
        ("post['V'] += a + b", "post['V']", "a + b"),
        ("post[0, j] -= a + b", "post[0, j]", "-(a + b)"),
        ("post[i] = post[i] + c", "post[i]", "c"),
        ("post[i] = c + post[i]", "post[i]", "c"),
        ("post[i] *= c", None, None),
        ("pre[i] += c", None, None),
        ("post = post + 1", None, None),
        ("post[i] = c - post[i]", None, None),
    ],
)
def test_additions_in_place_are_found(line, left, right):
    found = tools.find_atomic_op(line, {"post": 0})
    assert (found.left, found.right) == (left, right)


def test_calls_become_a_name():
    code, args, kwargs = tools.replace_func("a = m.f(x, k=2 * y) + g(m.f(1))", "m.f")
    assert (code, args, kwargs) == ("a = _res_m_f + g(_res_m_f)", ["x"], {"k": "2 * y"})
    assert tools.replace_func("a = g(1)", "f") == ("a = g(1)", [], {})
    with pytest.raises(ModelValueError, match='"func_name"'):
        tools.replace_func("a", 3)


@pytest.mark.parametrize(
    "end, f, g, returns, kind",
    [
        ("return -x", "-x", None, [], "x"),
        ("return -x, s", "-x", "s", [], "x,x"),
        ("return (-x,), a, b", "-x", None, ["a", "b"], "(x,),x,x"),
        ("return (-x, s), a", "-x", "s", ["a"], "(x,x),x"),
        ("return (-x, s),", "-x", "s", [], "(x,x),"),
        ("return [-x, s]", "-x", "s", [], "x,x"),
    ],
)
def test_an_equation_is_read(end, f, g, returns, kind):
    found = tools.analyse_diff_eq(f"a = 2 * x\nb: float = a\nb += 1\n{end}")
    assert (found.f_expr, found.g_expr, found.returns, found.return_type) == (f, g, returns, kind)
    assert found.variables == ["a", "b", "b"] and found.expressions == ["2 * x", "a", "b + 1"]


@pytest.mark.parametrize(
    "code, message",
    [
        ("if a:\n  b = 1\nreturn b", 'line 1: .* not of "if"'),
        ("return a if b else c", 'not of "ifexp"'),
        ("a = 1", "there is no return"),
        ("return", "returns nothing"),
        ("return a, b, c", "returns 3 values"),
    ],
)
def test_what_is_no_equation_is_said(code, message):
    with pytest.raises(DiffEquationError, match=message):
        tools.analyse_diff_eq(code)
