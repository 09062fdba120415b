"""Words and indents."""

import pytest

from brainpy_lab import tools
from brainpy_lab.errors import CodeError, ModelValueError


@pytest.mark.parametrize(
    "expr, expected",
    [
        ("3-a*_b+c5+8+f(A - .3e-10, tau_2)*17", {"A", "_b", "a", "c5", "f", "tau_2"}),
        ("np.exp(x) and not y or True", {"np.exp", "x", "y"}),
        ("f(x).real + a[0].b", {"f", "x", "a"}),
        ("a if b else c", {"a", "b", "c"}),
        ("(y := 3) + 'quoted name' # comment", {"y"}),
        ("  a = b\n  c = d", {"a", "b", "c", "d"}),
        ("", set()),
    ],
)
def test_identifiers(expr, expected):
    assert tools.get_identifiers(expr) == expected


def test_identifiers_with_numbers():
    found = tools.get_identifiers("3-a*_b+c5+8+f(A - .3e-10, tau_2)*17", include_numbers=True)
    assert found == {"A", "_b", "a", "c5", "f", "tau_2", ".3e-10", "17", "3", "8"}


def test_what_is_not_python_is_said():
    with pytest.raises(CodeError, match="not Python"):
        tools.get_identifiers("f(a")
    with pytest.raises(ModelValueError, match='"expr" must be a text, but got 3'):
        tools.get_identifiers(3)


def test_words_are_replaced_whole_and_at_once():
    assert tools.word_replace("a*_b+c5+8+f(A)", {"a": "banana", "f": "func"}) == "banana*_b+c5+8+func(A)"
    assert tools.word_replace("x + y", {"x": "y", "y": "x"}) == "y + x"
    assert tools.word_replace("x", {}) == "x"
    with pytest.raises(ModelValueError, match='"substitutions" must be a dict'):
        tools.word_replace("x", ["x"])


def test_indents():
    assert tools.get_line_indent("   \tx  ") == 7 and tools.get_line_indent("\tx", spaces_per_tab=2) == 2
    assert tools.indent("a\n  b") == "    a\n      b" and tools.indent("a", 2, tab="\t") == "\t\ta"
    assert tools.deindent("    a\n\n      b") == "a\n\n  b"
    assert tools.deindent("\ta\n\t\tb") == "a\n    b"
    assert tools.deindent("        a", num_tabs=1) == "    a"
    assert tools.deindent("First.\n    Second.\n      Third.", docstring=True) == "First.\nSecond.\n  Third."
