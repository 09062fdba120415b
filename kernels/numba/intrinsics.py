"""LLVM instructions that Python text cannot ask for: select, bit casts, integer operations of a stated width.

Each is one or a few instructions without fast-math flags, so a loop that uses them stays branch-free and LLVM can
vectorise it. Integer operations keep the width of their operands (Numba itself would widen 32 bits to 64).
"""

from brainpy_lab.kernels.power_chain import ipow_chain
from numba.core import cgutils, types
from numba.core.errors import TypingError
from numba.extending import intrinsic

_UNSIGNED = {types.float64: types.uint64, types.float32: types.uint32}
_FLOAT = {unsigned: floating for floating, unsigned in _UNSIGNED.items()}


@intrinsic
def select(typing_context, condition, if_true, if_false):
    """`if_true` where `condition` holds, else `if_false`; both are evaluated. ``select(c, a, b)``."""
    result = typing_context.unify_types(if_true, if_false)
    if not isinstance(condition, types.Boolean) or not isinstance(result, (types.Number, types.Boolean)):
        raise TypingError(f"select takes (boolean, number, number), found ({condition}, {if_true}, {if_false})")

    def emit(context, builder, signature, arguments):
        return builder.select(*arguments)

    return result(types.boolean, result, result), emit


def _bitcast(table, name):
    @intrinsic
    def cast(typing_context, x):
        if x not in table:
            raise TypingError(f"{name} takes one of {sorted(map(str, table))}, found {x}")
        result = table[x]

        def emit(context, builder, signature, arguments):
            return builder.bitcast(arguments[0], context.get_value_type(result))

        return result(x), emit

    return cast


to_bits = _bitcast(_UNSIGNED, "to_bits")
from_bits = _bitcast(_FLOAT, "from_bits")


def _integer_operation(instruction):
    @intrinsic
    def operation(typing_context, a, b):
        if a is not b or a not in _FLOAT:
            raise TypingError(f"{instruction} takes two uint64 or two uint32, found {a} and {b}")

        def emit(context, builder, signature, arguments):
            return getattr(builder, instruction)(*arguments)

        return a(a, b), emit

    return operation


bits_add = _integer_operation("add")
bits_sub = _integer_operation("sub")
bits_and = _integer_operation("and_")
bits_or = _integer_operation("or_")
bits_xor = _integer_operation("xor")
shift_left = _integer_operation("shl")
shift_right = _integer_operation("lshr")


def _llvm_function(name):
    @intrinsic
    def function(typing_context, x):
        if x not in _UNSIGNED:
            raise TypingError(f"{name} takes float64 or float32, found {x}")

        def emit(context, builder, signature, arguments):
            return builder.call(builder.module.declare_intrinsic(name, [arguments[0].type]), arguments)

        return x(x), emit

    return function


fabs = _llvm_function("llvm.fabs")
floor = _llvm_function("llvm.floor")
sqrt = _llvm_function("llvm.sqrt")


@intrinsic
def horner(typing_context, z, coefficients):
    """Polynomial in `z` from a tuple of coefficients, highest power first: p = p*z + c, one rounding each."""
    if not isinstance(coefficients, types.UniTuple) or coefficients.dtype != z:
        raise TypingError(f"horner takes a number and a tuple of its type, found {z} and {coefficients}")

    def emit(context, builder, signature, arguments):
        z, table = arguments
        first, *rest = cgutils.unpack_tuple(builder, table, coefficients.count)
        for coefficient in rest:
            first = builder.fadd(builder.fmul(first, z), coefficient)
        return first

    return z(z, coefficients), emit


@intrinsic
def subtract_multiples(typing_context, x, k, parts):
    """``(r, lost)`` with ``r + lost = x - k*parts[0] - k*parts[1] - ...``; the first difference is exact."""
    if not isinstance(parts, types.UniTuple) or not parts.dtype == x == k:
        raise TypingError(f"subtract_multiples takes numbers of one type and a tuple of it, found {x}, {k}, {parts}")

    def emit(context, builder, signature, arguments):
        x, k, table = arguments
        first, *rest = cgutils.unpack_tuple(builder, table, parts.count)
        x = builder.fsub(x, builder.fmul(k, first))
        lost = context.get_constant(parts.dtype, 0.0)
        for part in rest:
            multiple = builder.fmul(k, part)
            y = builder.fsub(x, multiple)
            lost = builder.fadd(builder.fsub(builder.fsub(x, y), multiple), lost)
            x = y
        r = builder.fadd(x, lost)
        return context.make_tuple(builder, signature.return_type, (r, builder.fadd(builder.fsub(x, r), lost)))

    return types.UniTuple(x, 2)(x, k, parts), emit


@intrinsic(prefer_literal=True)
def ipow(typing_context, x, n):
    """``x**n`` for an integer constant 0 <= n <= 64, in the order of `ipow_chain`."""
    if x not in _UNSIGNED or not isinstance(n, types.IntegerLiteral):
        raise TypingError(f"ipow takes a float and an integer written as a constant, found {x} and {n}")
    chain = ipow_chain(n.literal_value)

    def emit(context, builder, signature, arguments):
        if n.literal_value == 0:
            return context.get_constant(x, 1.0)
        values = [arguments[0]]
        for left, right in chain:
            values.append(builder.fmul(values[left], values[right]))
        return values[-1]

    return x(x, n), emit
