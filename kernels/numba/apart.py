"""Kernels that a driver calls where they lie: their machine code is made once, not once more inside each driver.

By itself Numba copies what a function calls into its module and lets LLVM work on all of it again. A driver that
calls ten kernels then takes as long to compile as the ten together.
"""

import functools

import llvmlite.binding
from numba.core import cgutils, types
from numba.extending import intrinsic


@functools.cache  # keeps the kernel: drivers know its code by address only
def apart(kernel):
    """`kernel` as compiled code calls it by its address.

    Parameters
    ----------
    kernel : numba dispatcher
        Compiled for one signature that returns nothing, and the only ``kernel`` of its module.

    Returns
    -------
    intrinsic
        Takes the same arguments; what the kernel raises goes through it.
    """
    (signature,) = kernel.nopython_signatures
    compiled = kernel.overloads[signature.args]
    # What lies in the cache knows the kernel by this name, so it may depend on nothing but the kernel's text.
    symbol = f"{kernel.py_func.__module__}.kernel"
    llvmlite.binding.add_symbol(symbol, compiled.library.get_pointer_to_function(compiled.fndesc.llvm_func_name))

    @intrinsic
    def call(typing_context, *arguments):
        expected = types.StarArgTuple.from_types(signature.args)

        def emit(context, builder, _signature, packed):
            function_type = context.call_conv.get_function_type(types.none, signature.args)
            function = cgutils.get_or_insert_function(builder.module, function_type, symbol)
            status, _ = context.call_conv.call_function(
                builder, function, types.none, signature.args, cgutils.unpack_tuple(builder, packed[0])
            )
            with cgutils.if_unlikely(builder, status.is_error):
                context.call_conv.return_status_propagate(builder, status)
            return context.get_dummy_value()

        return types.none(expected), emit

    return call
