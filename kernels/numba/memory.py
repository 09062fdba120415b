"""Arrays from addresses, and the primitives that a driver calls between kernels."""

import numpy as np
from brainpy_lab.kernels.numba.active import active_bits, first_bit
from numba import njit, types
from numba.extending import intrinsic
from numba.np import arrayobj


def _define(element):
    """``flat(addresses, sizes, place)`` and ``table(...)``: the array of a place, of one or two dimensions.

    `addresses` and `sizes` are of int64, two sizes for each place. Written for LLVM, because Numba takes long over an
    index, and a driver has dozens.
    """

    def array_of(ndim):
        @intrinsic
        def array(typing_context, addresses, sizes, place):
            def emit(context, builder, signature, arguments):
                def read(which, index):
                    words = arrayobj.make_array(signature.args[which])(context, builder, arguments[which])
                    return builder.load(builder.gep(words.data, [index]))

                number = arguments[2]
                first = builder.shl(number, number.type(1))
                shape = [read(1, builder.add(first, number.type(axis))) for axis in range(ndim)]
                size = context.get_abi_sizeof(context.get_data_type(element))
                strides = [context.get_constant(types.intp, size)]
                if ndim == 2:
                    strides.insert(0, builder.mul(shape[1], strides[0]))
                made = arrayobj.make_array(signature.return_type)(context, builder)
                pointer = builder.inttoptr(read(0, number), made.data.type)
                arrayobj.populate_array(made, pointer, shape, strides, size, None)
                return made._getvalue()

            return types.Array(element, ndim, "C")(addresses, sizes, types.int64), emit

        return array

    return array_of(1), array_of(2)


flat_f64, table_f64 = _define(types.float64)
flat_f32, table_f32 = _define(types.float32)
flat_i64, table_i64 = _define(types.int64)
flat_i32, table_i32 = _define(types.int32)
flat_b1, table_b1 = _define(types.boolean)


@njit
def record_all(out, row, first, source):
    """Copy `source` into a row of `out`, from column `first` on."""
    columns = out[row, first:first + source.shape[0]]
    for i in range(source.shape[0]):
        columns[i] = source[i]


@njit
def record_some(out, row, first, source, index):
    """Copy the listed elements of `source` into a row of `out`, from column `first` on."""
    columns = out[row, first:first + index.shape[0]]
    for i in range(index.shape[0]):
        columns[i] = source[index[i]]


@njit
def append_events(steps, ids, k, i_run, first, source):
    """Write (step, first + element) from place `k` on for every element that is not zero; returns the next place."""
    k = np.uint64(k)
    # Most neurons are silent in most steps: 64 are tested at once.
    for start in range(0, source.shape[0], 64):
        bits = active_bits(source, start, source.shape[0])
        while bits:
            steps[k] = i_run
            ids[k] = first + start + first_bit(bits)
            k += np.uint64(1)
            bits &= bits - np.uint64(1)
    return np.int64(k)


@njit
def record_events(steps, ids, count, i_run, source):
    """Append (step, element) for every element that is not zero; the caller has made sure of the room."""
    count[0] = append_events(steps, ids, count[0], i_run, 0, source)


def _input(op):
    # Printed as text would be the same; closures over an operator do not compile, so there is one function for each.
    if op == "+":
        def apply(target, value):
            for i in range(target.shape[0]):
                target[i] = target[i] + value[i]

        def fill(target, value):
            for i in range(target.shape[0]):
                target[i] = target[i] + value
    elif op == "-":
        def apply(target, value):
            for i in range(target.shape[0]):
                target[i] = target[i] - value[i]

        def fill(target, value):
            for i in range(target.shape[0]):
                target[i] = target[i] - value
    elif op == "*":
        def apply(target, value):
            for i in range(target.shape[0]):
                target[i] = target[i] * value[i]

        def fill(target, value):
            for i in range(target.shape[0]):
                target[i] = target[i] * value
    elif op == "/":
        def apply(target, value):
            for i in range(target.shape[0]):
                target[i] = target[i] / value[i]

        def fill(target, value):
            for i in range(target.shape[0]):
                target[i] = target[i] / value
    else:
        def apply(target, value):
            for i in range(target.shape[0]):
                target[i] = value[i]

        def fill(target, value):
            for i in range(target.shape[0]):
                target[i] = value
    return njit(error_model="numpy")(apply), njit(error_model="numpy")(fill)


input_add, input_add_number = _input("+")
input_subtract, input_subtract_number = _input("-")
input_multiply, input_multiply_number = _input("*")
input_divide, input_divide_number = _input("/")
input_set, input_set_number = _input("=")


@njit
def _after(rows, time):
    """How many of the rows (time, element), sorted by time, are not later than `time`."""
    low, high = 0, rows.shape[0]
    while low < high:
        middle = (low + high) // 2
        if rows[middle, 0] <= time:
            low = middle + 1
        else:
            high = middle
    return low


@njit
def input_events(target, first, rows, t, dt):
    """Set the elements of the events of the step at `t` to 1: those after ``t - dt``, up to `t`.

    `target` holds the elements from number `first` on; events of others are left to others.

    A time that is a step's start up to rounding belongs to that step; the two bounds of a step meet those of its
    neighbours, so that each event comes once.
    """
    late = 1e-9 * dt
    for k in range(_after(rows, t - dt + late), _after(rows, t + late)):
        element = np.int64(rows[k, 1]) - first
        if 0 <= element < target.shape[0]:
            target[element] = 1
