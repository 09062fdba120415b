"""Statements and kernels, one element at a time: what they mean, written down a second time.

Conditions branch, statements run one after the other, states are written where they are assigned. Nothing is shared
with the passes but the tree itself and the elementary functions. Untyped trees mean float64; of typed ones every
operand is held to the type that it declares.
"""

import operator

import numpy as np
from brainpy_lab.kernels.power_chain import ipow_chain
from brainpy_lab.kernels.reference import math as functions

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
from brainpy_lab.ir.kernel import Accumulate, DrawLet, Let, Push, RingLet
from brainpy_lab.ir.statements import Assign, Draw, Fold, If, Integrate, RingPush, RingRead

ARITHMETIC = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv}
COMPARISONS = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}


class World:
    """What an expression of one element reads.

    Parameters
    ----------
    fields : dict of (owner, name) to number
        Statements write into it.
    params : dict of str to number
    t, dt : float
    step_index : int
    element : dict of owner to int
    draw : callable, optional
        ``draw(distribution, site)``.
    rings : dict of (owner, name) to number, optional
        Delayed states.
    """

    def __init__(self, fields=None, params=None, t=0.0, dt=0.1, step_index=0, element=None, draw=None, rings=None):
        self.fields, self.params = dict(fields or {}), dict(params or {})
        self.t, self.dt, self.step_index = np.float64(t), np.float64(dt), step_index
        self.element = element or {"self": 0}
        self.draw, self.rings = draw, {} if rings is None else rings
        self.locals = {}
        self.pushed, self.folds = {}, []


# -- untyped: float64 ------------------------------------------------------------------------------------------------


def value(node, world):
    """The value of an untyped expression."""
    match node:
        case Const(number):
            return np.float64(number) if type(number) is float else number
        case Local(name):
            return world.locals[name]
        case Param(name):
            return np.float64(world.params[name])
        case Field(owner, name):
            return np.float64(world.fields[owner, name])
        case Time():
            return world.t
        case StepSize():
            return world.dt
        case StepIndex():
            return world.step_index
        case Element(which):
            return world.element[which]
        case Negative(a):
            return -_number(value(a, world))
        case Binary("/", a, b):
            return np.float64(value(a, world)) / np.float64(value(b, world))
        case Binary(op, a, b):
            return ARITHMETIC[op](_number(value(a, world)), _number(value(b, world)))
        case Power(a, n):
            return _power(_number(value(a, world)), n)
        case Compare(op, a, b):
            return bool(COMPARISONS[op](_number(value(a, world)), _number(value(b, world))))
        case Logic(op, a, b):
            left, right = value(a, world) != 0, value(b, world) != 0
            return bool(left and right) if op == "and" else bool(left or right)
        case Not(a):
            return not value(a, world) != 0
        case Select(condition, yes, no):
            return value(yes, world) if value(condition, world) != 0 else value(no, world)
        case Call(function, args):
            return getattr(functions, f"{function}_f64")(*(np.float64(value(arg, world)) for arg in args))
        case Cast(a, to):
            return {"bool": lambda x: bool(x != 0), "int": int}.get(to, np.float64)(value(a, world))
    raise TypeError(type(node).__name__)


def _number(x):
    return int(x) if isinstance(x, bool | np.bool_) else x


def _power(x, n):
    if n == 0:
        return type(x)(1)
    values = [x]
    for left, right in ipow_chain(n):
        values.append(values[left] * values[right])
    return values[-1]


def run(body, world):
    """Run the statements of a step on one element."""
    for statement in body:
        match statement:
            case Assign(target=Local(name), value=node):
                world.locals[name] = value(node, world)
            case Assign(target=Field(owner, name), value=node):
                world.fields[owner, name] = np.float64(value(node, world))
            case If(condition=condition, then=then, otherwise=otherwise):
                run(then if value(condition, world) != 0 else otherwise, world)
            case Draw(target=target, distribution=distribution, site=site):
                world.locals[target.name] = world.draw(distribution, site)
            case Fold(field=name, op=op, value=node):
                world.fields["post", name] = ARITHMETIC[op](
                    np.float64(world.fields["post", name]), np.float64(value(node, world))
                )
            case RingPush(field=name):
                world.pushed[name] = world.fields["self", name]
            case RingRead(target=target, field=name):
                world.locals[target.name] = world.rings["self", name]
            case Integrate():
                _integrate(statement, world)


def _integrate(statement, world):
    """Euler(-Maruyama) and the classical Runge-Kutta method, from the formulas."""
    system, dt, outside, now = statement.system, world.dt, dict(world.locals), world.t
    start = [np.float64(value(node, world)) for node in statement.values]
    time = np.float64(value(statement.time, world))

    def slopes(values, at):
        found = []
        for eq in system.equations:
            world.locals = {**outside, **dict(zip((eq.variable for eq in system.equations), values))}
            world.t = at
            for name, node in eq.lines:
                world.locals[name] = value(node, world)
            diffusion = None if eq.diffusion is None else np.float64(value(eq.diffusion, world))
            found.append((np.float64(value(eq.drift, world)), diffusion, [value(extra, world) for extra in eq.extras]))
        world.locals, world.t = dict(outside), now
        return found

    first = slopes(start, time)
    drifts = [drift for drift, _, _ in first]
    if system.method == "euler":
        result, drawn = [], {}
        for number, (eq, x, (drift, diffusion, _)) in enumerate(zip(system.equations, start, first)):
            new = x + dt * drift
            if diffusion is not None:
                key = eq.noise or number
                if key not in drawn:
                    drawn[key] = world.draw("normal", statement.site + len(drawn))
                new = new + diffusion * (functions.sqrt_f64(dt) * drawn[key])
            result.append(new)
    else:
        assert system.method == "rk4", system.method

        def moved(width, ks):
            return [x + width * k for x, k in zip(start, ks)]

        half = dt / np.float64(2.0)
        k2 = [k for k, _, _ in slopes(moved(half, drifts), time + half)]
        k3 = [k for k, _, _ in slopes(moved(half, k2), time + half)]
        k4 = [k for k, _, _ in slopes(moved(dt, k3), time + dt)]
        result = [x + (dt / 6.0) * (a + 2.0 * b + 2.0 * c + d) for x, a, b, c, d in zip(start, drifts, k2, k3, k4)]
    world.locals.update(zip(statement.results, result))
    world.locals.update(zip(statement.extras, [extra for _, _, extras in first for extra in extras]))


# -- typed kernels ---------------------------------------------------------------------------------------------------


class Typed:
    """A typed kernel on one element; `real` is np.float64 or np.float32. Every declared type is checked."""

    def __init__(self, world, real):
        self.world, self.real = world, real
        self.types = {"bool": np.bool_, "int": np.int64, "real": real, "f64": np.float64}

    def run(self, kernel):
        """Values of the effects: [(effect, value, holds)]."""
        world = self.world
        for let in kernel.lets:
            assert let.name not in world.locals, f"{let.name} is assigned twice"
            if isinstance(let, Let):
                world.locals[let.name] = self.value(let.value)
            elif isinstance(let, DrawLet):
                world.locals[let.name] = self.real(world.draw(let.distribution, let.site))
            elif isinstance(let, RingLet):
                world.locals[let.name] = world.rings[let.owner, let.field]
        found = []
        for effect in kernel.effects:
            holds = not isinstance(effect, Accumulate) or effect.when is None or bool(self.value(effect.when))
            found.append((effect, self.value(effect.value), holds))
        return found

    def value(self, node):
        found = self._value(node)
        assert type(found) is self.types[node.dtype], (node, node.dtype, type(found))
        return found

    def _value(self, node):
        world = self.world
        kind = self.types[node.dtype]
        match node:
            case Const(number):
                return kind(number)
            case Local(name):
                return world.locals[name]
            case Param(name):
                return self.real(world.params[name])
            case Field(owner, name):
                return world.fields[owner, name]
            case Time():
                return world.t
            case StepSize():
                return kind(world.dt)
            case StepIndex():
                return np.int64(world.step_index)
            case Element(which):
                return np.int64(world.element[which])
            case Negative(a):
                return -self.same(a, node.dtype)
            case Binary(op, a, b):
                return ARITHMETIC[op](self.same(a, node.dtype), self.same(b, node.dtype))
            case Power(a, n):
                return _power(self.same(a, node.dtype), n)
            case Compare(op, a, b):
                return np.bool_(COMPARISONS[op](self.same(a, b.dtype), self.value(b)))
            case Logic(op, a, b):
                left, right = self.same(a, "bool"), self.same(b, "bool")
                return left & right if op == "and" else left | right
            case Not(a):
                return ~self.same(a, "bool")
            case Select(condition, yes, no):
                first, second = self.same(yes, node.dtype), self.same(no, node.dtype)
                return first if self.same(condition, "bool") else second
            case Call(function, args):
                suffix = "f32" if kind is np.float32 else "f64"
                return getattr(functions, f"{function}_{suffix}")(*(self.same(arg, node.dtype) for arg in args))
            case Cast(a, to):
                assert to == node.dtype
                return kind(self.value(a))
        raise TypeError(type(node).__name__)

    def same(self, node, dtype):
        assert node.dtype == dtype, (node, node.dtype, dtype)
        return self.value(node)


def apply(found, fields):
    """Write the effects of a kernel over 'neurons' or of one edge into `fields`; returns what was pushed."""
    pushed = {}
    for effect, number, holds in found:
        if isinstance(effect, Push):
            pushed[effect.field] = number
        elif isinstance(effect, Accumulate):
            if holds:
                fields["post", effect.field] = ARITHMETIC[effect.op](fields["post", effect.field], number)
        else:
            fields[effect.owner, effect.field] = number
    return pushed
