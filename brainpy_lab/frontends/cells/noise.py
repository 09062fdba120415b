"""Split the right-hand side of an equation into drift + diffusion * xi, without touching what holds no xi."""

from __future__ import annotations

from .source import Problems
from .syntax import Apply, Arithmetic, Choose, Minus, Name, Node, Number, nodes
from .words import is_noise

# The factor of each noise; None stands for 1, which is not multiplied.
Factors = dict[str, Node | None]


def split_noise(value: Node, problems: Problems) -> tuple[Node | None, Factors]:
    """(drift, factors by noise name); drift None is zero. Raises `Mistake` where the noise is not linear."""
    if not _noises(value):
        return value, {}
    match value:
        case Name(name=name):
            return None, {name: None}
        case Minus(span=span, operand=operand):
            drift, factors = split_noise(operand, problems)
            return (
                None if drift is None else Minus(span, drift),
                {name: Minus(span, _or_one(factor, span)) for name, factor in factors.items()},
            )
        case Arithmetic(op=op, left=left, right=right) if op in "+-":
            drift_l, factors_l = split_noise(left, problems)
            drift_r, factors_r = split_noise(right, problems)
            factors: Factors = dict(factors_l)
            for name, factor in factors_r.items():
                factors[name] = _sum(op, factors_l.get(name), factor, value.span, name in factors_l)
            if drift_l is None and drift_r is None:
                return None, factors
            if drift_r is None:
                return drift_l, factors
            if drift_l is None:
                return (drift_r if op == "+" else Minus(value.span, drift_r)), factors
            return Arithmetic(value.span, op, drift_l, drift_r), factors
        case Arithmetic(op="*", left=left, right=right):
            if _noises(left) and _noises(right):
                raise _nonlinear(right, problems)
            if _noises(left):
                drift, factors = split_noise(left, problems)
                return (
                    None if drift is None else Arithmetic(value.span, "*", drift, right),
                    {n: right if f is None else Arithmetic(value.span, "*", f, right) for n, f in factors.items()},
                )
            drift, factors = split_noise(right, problems)
            return (
                None if drift is None else Arithmetic(value.span, "*", left, drift),
                {n: left if f is None else Arithmetic(value.span, "*", left, f) for n, f in factors.items()},
            )
        case Arithmetic(op="/", left=left, right=right) if not _noises(right):
            drift, factors = split_noise(left, problems)
            return (
                None if drift is None else Arithmetic(value.span, "/", drift, right),
                {n: Arithmetic(value.span, "/", _or_one(f, value.span), right) for n, f in factors.items()},
            )
        case Choose() | Apply(name="where", args=(_, _, _)):
            return _split_choice(value, problems)
    raise _nonlinear(value, problems)


def _split_choice(value: Node, problems: Problems) -> tuple[Node | None, Factors]:
    condition, yes, no = value.args if isinstance(value, Apply) else (value.condition, value.yes, value.no)  # type: ignore[attr-defined]
    if _noises(condition):
        raise _nonlinear(condition, problems)
    zero = Number(value.span, 0.0)
    drift_y, factors_y = split_noise(yes, problems)
    drift_n, factors_n = split_noise(no, problems)
    factors: Factors = {}
    for name in [*factors_y, *(n for n in factors_n if n not in factors_y)]:
        one_y = _or_one(factors_y[name], value.span) if name in factors_y else zero
        one_n = _or_one(factors_n[name], value.span) if name in factors_n else zero
        factors[name] = Choose(value.span, condition, one_y, one_n)
    if drift_y is None and drift_n is None:
        return None, factors
    return Choose(value.span, condition, drift_y or zero, drift_n or zero), factors


def _noises(node: Node) -> list[Name]:
    return [item for item in nodes(node) if isinstance(item, Name) and is_noise(item.name)]


def _or_one(factor: Node | None, span: tuple[int, int]) -> Node:
    return Number(span, 1.0) if factor is None else factor


def _sum(op: str, left: Node | None, right: Node | None, span: tuple[int, int], both: bool) -> Node | None:
    if both:
        return Arithmetic(span, op, _or_one(left, span), _or_one(right, span))
    if op == "+":
        return right
    return Minus(span, _or_one(right, span))


def _nonlinear(node: Node, problems: Problems) -> Exception:
    noise = _noises(node)[0]
    return problems.fail("noise-linear", noise.span, name=noise.name)
