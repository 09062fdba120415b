"""Models as text, and tools for text and functions."""

import ast

import brainpy_lab as bp
from tests.bad_input.frontend import step
from tests.bad_input.table import FLAG, FUNCTION, METHOD, NEEDED, TEXT, Call, Wrong, nan

CELL = "dv/dt = -v"
SYNAPSE = "ds/dt = -s\npost.input += s"
COUNTED = ["3", -1, 2.5, nan, True, None]
CODE = [*TEXT, None, "a = ("]
STRING = TEXT + NEEDED

ROWS = [
    Call(
        "neuron",
        {"text": CELL, "name": "M"},
        {
            "text": [*STRING, Wrong("dv/dt = u", "u", "'u'"), Wrong("", "M", "neuron")],
            "name": [3, None, "a b", "", Wrong("if", says="if"), "print"],
            "method": METHOD,
            "cell": TEXT,
            "first_line": [*COUNTED, 0],
        },
    ),
    Call(
        "synapse",
        {"text": SYNAPSE, "name": "M"},
        {
            "text": [*STRING, Wrong("ds/dt = u", "u", "'u'"), Wrong("", "M", "synapse")],
            "name": [3, None, "a b", "", Wrong("if", says="if"), "print"],
            "method": METHOD,
            "cell": TEXT,
            "first_line": [*COUNTED, 0],
        },
    ),
    Call(
        "tools.DictPlus",
        {"a": 1},
        {"args": [Wrong(args=(3,), shows="3"), Wrong(args=("ab",), shows="'ab'")]},
        free={"kwargs": "any value is kept"},
    ),
    Call(
        "tools.DictPlus.update",
        {"a": 1},
        {"args": [Wrong(args=(3,), shows="3")]},
        on=bp.tools.DictPlus,
        free={"kwargs": "any value is kept"},
    ),
    Call(
        "tools.CodeLineFormatter.add",
        {"text": "a", "level": 0},
        {"text": STRING, "level": COUNTED},
        on=bp.tools.CodeLineFormatter,
    ),
    Call(
        "tools.CodeLineFormatter.visit",
        {"node": ast.parse("a = 1")},
        {"node": [3, "a", None, [ast.parse("a")]], "level": COUNTED},
        on=bp.tools.CodeLineFormatter,
    ),
    Call("tools.FindAtomicOp", {"var2idx": ["post"]}, {"var2idx": [3, "post", None]}),
    Call("tools.FuncCallFinder", {"func_name": "f"}, {"func_name": [*STRING, ""]}),
    Call("tools.LineFormatterForTrajectory", {"fixed_vars": {"m": 0.1}}, {"fixed_vars": [3, "m", None]}),
    Call(
        "tools.analyse_diff_eq",
        {"eq_code": "return -x"},
        {
            "eq_code": [
                *CODE,
                Wrong("a = 1", "return", "equation"),
                Wrong("return", "return", "equation"),
                Wrong("for a in b: pass", "for", "equation"),
                Wrong("return a, b, c", "3 values", "equation"),
            ]
        },
    ),
    Call(
        "tools.ast2code",
        {"ast_node": ast.parse("a")},
        {"ast_node": [3, "a", None], "indent": COUNTED, "line_length": [*COUNTED, 0]},
    ),
    Call(
        "tools.deindent",
        {"text": " a"},
        {"text": STRING, "num_tabs": COUNTED[:-1], "spaces_per_tab": COUNTED, "docstring": FLAG + NEEDED},
    ),
    Call(
        "tools.find_atomic_op",
        {"code_line": "a[0] += 1", "var2idx": ["a"]},
        {"code_line": CODE, "var2idx": [3, "a", None]},
    ),
    Call("tools.format_code", {"code_string": "a = 1"}, {"code_string": CODE}),
    Call(
        "tools.format_code_for_trajectory",
        {"code_string": "a = 1", "fixed_vars": {"m": 1.0}},
        {"code_string": CODE, "fixed_vars": [3, "m", None]},
    ),
    Call("tools.func_call", {"args": ["a"]}, {"args": [3, "a", None, {}]}),
    Call("tools.func_copy", {"f": step}, {"f": [*FUNCTION, None, len]}),
    Call("tools.get_func_name", {"func": step}, {"func": [*FUNCTION, None], "replace": FLAG}),
    Call("tools.get_func_scope", {"func": step}, {"func": [*FUNCTION, None, len], "include_dispatcher": FLAG}),
    Call("tools.get_func_source", {"func": step}, {"func": [*FUNCTION, None, len]}),
    Call("tools.get_identifiers", {"expr": "a + b"}, {"expr": [*STRING, "f(a"], "include_numbers": FLAG}),
    Call("tools.get_line_indent", {"line": " a"}, {"line": STRING, "spaces_per_tab": COUNTED}),
    Call("tools.get_main_code", {"func": step}, {"func": ["f", [len], len]}),
    Call("tools.indent", {"text": "a"}, {"text": STRING, "num_tabs": COUNTED, "spaces_per_tab": COUNTED, "tab": TEXT}),
    Call("tools.is_lambda_function", {"func": 3}, free={"func": "what is no lambda gives False"}),
    Call("tools.jit", {"func": len}, {"func": FUNCTION}),
    Call("tools.numba_func", {"func": len}, {"func": [*FUNCTION, None], "params": [3, "a", ["a"]]}),
    Call("tools.replace_func", {"code": "f(a)", "func_name": "f"}, {"code": CODE, "func_name": [*STRING, ""]}),
    Call("tools.show_code_scope", {"code_scope": {}}, {"code_scope": [3, "a", None, ["a"]], "ignores": [3, "a", None]}),
    Call("tools.show_code_str", {"func_code": "a"}, {"func_code": STRING}),
    Call(
        "tools.word_replace",
        {"expr": "a", "substitutions": {"a": "b"}},
        {"expr": STRING, "substitutions": [3, "a", None, ["a"], {1: "b"}]},
    ),
]
