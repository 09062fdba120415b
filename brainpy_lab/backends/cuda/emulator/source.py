"""From CUDA C++ to C++ for g++: what no macro can say is rewritten; lines stay where they are.

Three things are rewritten. Shared variables become references to memory that is poisoned before each block; dynamic
shared memory becomes a pointer; ``__grid_constant__`` parameters become references, because a copy for each thread
costs more than most kernels. Everything else is left to ``emulator.h``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .errors import KernelError

_TOKENS = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.DOTALL)
_SHARED = re.compile(r"(?:\b(?:extern|static|volatile|const)\s+)*\b__shared__\b([^;]*);")
_ALIGNED = re.compile(r"(?:\b__align__|\balignas|\b__attribute__)\s*\(\(?[^()]*\)?\)")
_DECLARED = re.compile(r"^(?P<type>.*?[\s>*&])(?P<name>\w+)\s*(?P<sizes>(?:\[[^\]]*\]\s*)*)$", re.DOTALL)
_KERNEL = re.compile(r"\b__global__\b")
_INCLUDE = re.compile(r"^[ \t]*#[ \t]*include\b", re.MULTILINE)


@dataclass(frozen=True)
class Kernel:
    """The signature of a kernel as it is written.

    Parameters
    ----------
    name : str
    parameters : tuple of str
        Type and name of each, for messages.
    max_threads : str
        The first argument of ``__launch_bounds__``, or an empty text.
    """

    name: str
    parameters: tuple[str, ...]
    max_threads: str


@dataclass(frozen=True)
class Translation:
    """C++ that g++ compiles behind ``emulator.h``, and the kernels that it holds."""

    text: str
    kernels: tuple[Kernel, ...]


def translate(source: str) -> Translation:
    """Rewrite a CUDA source.

    Raises
    ------
    KernelError
        For what NVRTC would refuse and g++ would not, and for shared variables that cannot be read.
    """
    plain = _without_text(source)
    found = _INCLUDE.search(plain)
    if found:
        raise KernelError(
            f"kernel.cu:{_line(source, found.start())}: the source includes a file. NVRTC is given none; "
            f"write what is needed into the source."
        )
    edits = _shared_edits(source, plain)
    kernels = []
    for found in _KERNEL.finditer(plain):
        kernel, more = _kernel(source, plain, found.start())
        if kernel:
            kernels.append(kernel)
        edits += more
    text = source
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + "\n" * (source.count("\n", start, end) - new.count("\n")) + text[end:]
    return Translation(text, tuple(kernels))


Edit = tuple[int, int, str]


def _without_text(source: str) -> str:
    """The source with comments blank, and with strings whose every character is a double quote; as long as before."""

    def blank(found: re.Match[str]) -> str:
        word = found.group()
        if word[0] == "/":
            return re.sub(r"[^\n]", " ", word)
        return word if word == '"C"' else '"' * len(word)

    return _TOKENS.sub(blank, source)


def _line(source: str, place: int) -> int:
    return source.count("\n", 0, place) + 1


def _shared_edits(source: str, plain: str) -> list[Edit]:
    edits: list[Edit] = []
    for found in _SHARED.finditer(plain):
        line = _line(source, found.start())
        if plain[plain.rfind("\n", 0, found.start()) + 1 :].lstrip().startswith("#"):
            raise KernelError(f"kernel.cu:{line}: __shared__ in a macro. Write shared variables where they are used.")
        if not _in_function(plain, found.start()):
            raise KernelError(
                f"kernel.cu:{line}: a shared variable outside of functions. Declare it in the kernel, pass a pointer."
            )
        words = found.group()[: found.start(1) - found.start()]
        prefix = "volatile " if "volatile" in words else ""
        pieces = _split(_ALIGNED.sub(" ", found.group(1)))
        first = _DECLARED.match(pieces[0].strip())
        if not first or "=" in found.group(1):
            raise KernelError(
                f"kernel.cu:{line}: cannot read the shared variable '{found.group().strip()}'. "
                f"Expected a type, a name and sizes in brackets, without a value."
            )
        base = first["type"].strip()
        new = []
        for i, piece in enumerate(pieces):
            declared = first if i == 0 else _DECLARED.match(base + " " + piece.strip())
            if not declared:
                raise KernelError(f"kernel.cu:{line}: cannot read the shared variable '{piece.strip()}'.")
            kind, name, sizes = prefix + declared["type"].strip(), declared["name"], declared["sizes"].strip()
            if "extern" in words.split():
                pointer = f"{kind}* const {name} = ({kind}*)emulator_state->dynamic_shared;"
                new.append(pointer)
            else:
                tag = f"emulator_shared_{name}"
                new.append(f"struct {tag} {{}}; auto& {name} = emulator::shared<{kind}{sizes}, {tag}>();")
        edits.append((found.start(), found.end(), " ".join(new)))
    return edits


def _in_function(plain: str, place: int) -> bool:
    """Whether a bracket other than that of a namespace or of ``extern "C"`` is open."""
    opened = []
    for found in re.finditer(r'(?:\bnamespace\b[^;{}]*|extern\s*"C"\s*)?\{|\}', plain[:place]):
        if found.group() != "}":
            opened.append(len(found.group()) == 1)
        elif opened:
            opened.pop()
    return any(opened)


def _kernel(source: str, plain: str, start: int) -> tuple[Kernel | None, list[Edit]]:
    """The kernel whose ``__global__`` is at `start`; None when the host cannot name it."""
    place, max_threads = start + len("__global__"), ""
    word = re.compile(r"\s*(\w+)\s*(\(?)")
    while found := word.match(plain, place):
        place = found.end()
        if not found[2]:
            continue
        end = _closing(plain, place)
        if found[1] == "__launch_bounds__":
            max_threads = _split(source[place:end])[0].strip()
            place = end + 1
            continue
        parameters, edits = _parameters(source, plain, place, end)
        head = plain[max(plain.rfind(mark, 0, start) for mark in ";}") + 1 : start]
        if not re.search(r'extern\s*"C"', head) and not _in_c_block(plain, start):
            return None, edits
        return Kernel(found[1], parameters, max_threads), edits
    return None, []


def _in_c_block(plain: str, place: int) -> bool:
    for found in re.finditer(r'extern\s*"C"\s*\{', plain[:place]):
        depth = 1
        for letter in plain[found.end() : place]:
            depth += {"{": 1, "}": -1}.get(letter, 0)
            if not depth:
                break
        if depth:
            return True
    return False


def _parameters(source: str, plain: str, start: int, end: int) -> tuple[tuple[str, ...], list[Edit]]:
    texts, edits = [], []
    place = start
    for piece in _split(plain[start:end]):
        if piece.strip() and piece.strip() != "void":
            texts.append(" ".join(piece.replace("__grid_constant__", " ").replace("__restrict__", " ").split()))
        if "__grid_constant__" in piece:
            name = re.search(r"\w+\s*$", piece)
            if name:
                edits.append((place + name.start(), place + name.start(), "&"))
        place += len(piece) + 1
    return tuple(texts), edits


def _closing(plain: str, place: int) -> int:
    """The bracket that closes the one before `place`."""
    depth = 1
    for i in range(place, len(plain)):
        depth += {"(": 1, ")": -1}.get(plain[i], 0)
        if not depth:
            return i
    return len(plain)


def _split(text: str) -> list[str]:
    """`text` at the commas outside of all brackets."""
    pieces, depth, start = [], 0, 0
    for i, letter in enumerate(text):
        if letter in "([{<":
            depth += 1
        elif letter in ")]}>":
            depth -= 1
        elif letter == "," and depth == 0:
            pieces.append(text[start:i])
            start = i + 1
    return [*pieces, text[start:]]
