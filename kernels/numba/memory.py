"""Arrays from addresses, and the primitives that a driver calls between kernels."""

import numpy as np
from brainpy_lab.kernels.numba.active import active_bits, first_bit
from numba import carray, njit, types
from numba.extending import intrinsic


def _pointer_to(element):
    @intrinsic
    def cast(typing_context, address):
        pointer = types.CPointer(element)

        def emit(context, builder, signature, arguments):
            return builder.inttoptr(arguments[0], context.get_value_type(pointer))

        return pointer(types.int64), emit

    return cast


_as_f64, _as_f32 = _pointer_to(types.float64), _pointer_to(types.float32)
_as_i64, _as_i32, _as_b1 = _pointer_to(types.int64), _pointer_to(types.int32), _pointer_to(types.boolean)


def _define(pointer):
    @njit(forceinline=True)
    def flat(address, n):
        return carray(pointer(address), (n,))

    @njit(forceinline=True)
    def table(address, rows, n):
        return carray(pointer(address), (rows, n))

    return flat, table


flat_f64, table_f64 = _define(_as_f64)
flat_f32, table_f32 = _define(_as_f32)
flat_i64, table_i64 = _define(_as_i64)
flat_i32, table_i32 = _define(_as_i32)
flat_b1, table_b1 = _define(_as_b1)


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
