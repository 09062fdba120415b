"""Words and indents of program text."""

from __future__ import annotations

import io
import keyword
import re
import tokenize

from .. import checks
from ..errors import CodeError


def get_identifiers(expr, include_numbers=False) -> set[str]:
    """The names in a piece of Python.

    Parameters
    ----------
    expr : str
        Python text, an expression or several lines. What stands in strings and comments does not count.
    include_numbers : bool
        Whether to give number literals too.

    Returns
    -------
    set of str
        Names without keywords; a dotted name (``np.exp``) is one.

    Raises
    ------
    CodeError
        When the text cannot be split into words, for a quote or bracket that is never closed.

    Examples
    --------
    >>> import brainpy_lab as bp
    >>> sorted(bp.tools.get_identifiers('3-a*_b+c5+8+f(A - .3e-10, tau_2)*17'))
    ['A', '_b', 'a', 'c5', 'f', 'tau_2']
    """
    checks.text("expr", expr)
    checks.flag("include_numbers", include_numbers)
    found: set[str] = set()
    name = ""
    after_dot = False  # of something that is no name: `f(x).real`
    # Brackets let an expression span lines, as it may inside a statement.
    for token in _tokens(expr):
        if token.type == tokenize.NAME and not keyword.iskeyword(token.string):
            if name.endswith("."):
                name += token.string
            elif not after_dot:
                found.add(name)
                name = token.string
            after_dot = False
        elif token.type == tokenize.OP and token.string == ".":
            if name:
                name += "."
            else:
                after_dot = True
        else:
            found.add(name)
            name, after_dot = "", False
            if include_numbers and token.type == tokenize.NUMBER:
                found.add(token.string)
    found.add(name)
    return found - {""}


def _tokens(text: str):
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(deindent(text)).readline))
    except (tokenize.TokenError, IndentationError, SyntaxError) as problem:
        raise CodeError(
            f'"expr" is not Python: {problem.args[0]}. Found {checks.shown(text)}: close what is open.'
        ) from None
    return tokens


def word_replace(expr, substitutions) -> str:
    r"""Replace whole words.

    Parameters
    ----------
    expr : str
    substitutions : dict of str to str
        Word -> replacement, for everything that matches ``\bword\b``; all at once, so that words can be swapped.

    Examples
    --------
    >>> import brainpy_lab as bp
    >>> bp.tools.word_replace('a*_b+c5+8+f(A)', {'a': 'banana', 'f': 'func'})
    'banana*_b+c5+8+func(A)'
    """
    checks.text("expr", expr)
    if substitutions is None:
        raise checks.wrong("substitutions", None, "a dict of word -> replacement", "Write {'a': 'b'}, say.")
    checks.mapping("substitutions", substitutions, "word -> replacement")
    if not substitutions:
        return expr
    words = "|".join(re.escape(word) for word in sorted(substitutions, key=len, reverse=True))
    return re.sub(rf"\b(?:{words})\b", lambda match: str(substitutions[match.group()]), expr)


def get_line_indent(line, spaces_per_tab=4) -> int:
    """Number of spaces before the first character of a line; a tab counts `spaces_per_tab`."""
    checks.text("line", line)
    checks.count("spaces_per_tab", spaces_per_tab, "spaces", low=0)
    line = line.rstrip("\r\n")
    return len(line.replace("\t", " " * spaces_per_tab)) - len(line.lstrip().replace("\t", " " * spaces_per_tab))


def indent(text, num_tabs=1, spaces_per_tab=4, tab=None) -> str:
    """Move every line to the right.

    Parameters
    ----------
    text : str
    num_tabs : int
        By how many tabs.
    spaces_per_tab : int
    tab : str, optional
        What a tab is; `spaces_per_tab` spaces when left out.
    """
    checks.text("text", text)
    checks.count("num_tabs", num_tabs, "tabs", low=0)
    checks.count("spaces_per_tab", spaces_per_tab, "spaces", low=0)
    if tab is not None:
        checks.text("tab", tab)
    start = (" " * spaces_per_tab if tab is None else tab) * num_tabs
    return "\n".join(start + line for line in text.split("\n"))


def deindent(text, num_tabs=None, spaces_per_tab=4, docstring=False) -> str:
    """Move every line to the left.

    Parameters
    ----------
    text : str
        Its tabs become spaces.
    num_tabs : int, optional
        By how many tabs; by what all lines have in common when left out.
    spaces_per_tab : int
    docstring : bool
        Whether the first line says nothing about the indent, as in a docstring.
    """
    checks.text("text", text)
    checks.count("spaces_per_tab", spaces_per_tab, "spaces", low=0)
    checks.flag("docstring", docstring)
    lines = text.replace("\t", " " * spaces_per_tab).split("\n")
    if num_tabs is None:
        counted = [line for line in lines[1 if docstring else 0 :] if line.strip()]
        cut = min((len(line) - len(line.lstrip()) for line in counted), default=0)
    else:
        cut = checks.count("num_tabs", num_tabs, "tabs", low=0) * spaces_per_tab
    if docstring and lines:
        return "\n".join([lines[0].lstrip(), *(line[cut:] for line in lines[1:])])
    return "\n".join(line[cut:] for line in lines)
