"""The active ones among many elements, 64 at a time, and the memory of what belongs to them fetched ahead.

Most neurons are silent in most steps, and the rows of edges of those that are not lie anywhere.
"""

from llvmlite import ir
from numba.core import cgutils, types
from numba.core.errors import TypingError
from numba.extending import intrinsic

AHEAD = 4
"""Rows of edges between the one that is worked on and the one that is fetched: memory answers within the time of a few
short rows. Of 64,000 neurons with 80 synapses each, a step takes a quarter less time, with 2, 4 and 8 alike."""

LINE_BYTES, FETCHED = 64, 16
"""A line of a processor's cache (where it has another size, that costs time only), and how many lines of a row are
asked for: what lies behind them the processor foresees by itself."""


@intrinsic
def active_bits(typing_context, array, start, stop):
    """Which of the elements from `start` to `stop`, 64 at most, are not zero, as the bits of a uint64."""
    kind = array.dtype
    if not isinstance(kind, (types.Boolean, types.Integer, types.Float)) or not start == stop == types.int64:
        raise TypingError(f"active_bits takes (array of numbers, int64, int64), found ({array}, {start}, {stop})")

    def emit(context, builder, signature, arguments):
        array, start, stop = arguments
        data = context.make_array(signature.args[0])(context, builder, array).data
        first, element, word = builder.gep(data, [start]), data.type.pointee, ir.IntType(64)
        compare = builder.fcmp_unordered if isinstance(kind, types.Float) else builder.icmp_unsigned
        found, length = cgutils.alloca_once(builder, word), builder.sub(stop, start)
        with builder.if_else(builder.icmp_signed(">=", length, word(64))) as (many, few):
            with many:
                vector = ir.VectorType(element, 64)
                place = builder.bitcast(first, vector.as_pointer())
                values = builder.load(place, align=context.get_abi_sizeof(element))  # only elements are aligned
                builder.store(builder.bitcast(compare("!=", values, ir.Constant(vector, None)), word), found)
            with few:
                builder.store(word(0), found)
                with cgutils.for_range(builder, length) as loop:
                    value = builder.load(builder.gep(first, [loop.index]))
                    bit = builder.zext(compare("!=", value, ir.Constant(element, None)), word)
                    builder.store(builder.or_(builder.load(found), builder.shl(bit, loop.index)), found)
        return builder.load(found)

    return types.uint64(array, start, stop), emit


@intrinsic
def first_bit(typing_context, bits):
    """The place of the lowest bit that is set; some bit must be."""
    if bits != types.uint64:
        raise TypingError(f"first_bit takes uint64, found {bits}")

    def emit(context, builder, signature, arguments):
        return builder.cttz(arguments[0], ir.IntType(1)(1))

    return types.int64(bits), emit


@intrinsic
def count_bits(typing_context, bits):
    """How many bits are set."""
    if bits != types.uint64:
        raise TypingError(f"count_bits takes uint64, found {bits}")

    def emit(context, builder, signature, arguments):
        return builder.ctpop(arguments[0])

    return types.int64(bits), emit


@intrinsic
def fetch(typing_context, array, start, stop):
    """Ask for the memory of the elements from `start` to `stop`, `FETCHED` lines of it at most; changes nothing."""
    if not isinstance(array, types.Array) or not start == stop == types.int64:
        raise TypingError(f"fetch takes (array, int64, int64), found ({array}, {start}, {stop})")

    def emit(context, builder, signature, arguments):
        array, start, stop = arguments
        data = context.make_array(signature.args[0])(context, builder, array).data
        byte, number, word = ir.IntType(8).as_pointer(), ir.IntType(32), ir.IntType(64)
        step = LINE_BYTES // context.get_abi_sizeof(data.type.pointee)
        most = builder.add(start, word(FETCHED * step))
        stop = builder.select(builder.icmp_signed("<", stop, most), stop, most)
        kind = ir.FunctionType(ir.VoidType(), [byte, number, number, number])
        prefetch = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0")
        with cgutils.for_range_slice(builder, start, stop, word(step), inc=True) as (place, _):
            address = builder.bitcast(builder.gep(data, [place]), byte)
            builder.call(prefetch, [address, number(0), number(3), number(1)])  # to read it, again and again; data
        return context.get_dummy_value()

    return types.void(array, start, stop), emit
