"""Defaults of the package: step size, integration method, compilation, precision, seed.

Settings are read when a model is defined (the method) or a program is built (everything else); nothing reads them
inside a time step. ``profile.set()`` changes only what it is given.

Examples
--------
>>> import brainpy_lab as bp
>>> bp.profile.set(dt=0.05, numerical_method='exponential')
>>> bp.profile.get_dt()
0.05
>>> bp.profile.set(dt=0.1, numerical_method='euler')
"""

from __future__ import annotations

import warnings

from . import checks
from .checks import flag as _flag
from .errors import ModelUseError, ModelValueError

METHODS = (
    "euler",
    "midpoint",
    "heun",
    "rk2",
    "rk3",
    "rk4",
    "rk4_alternative",
    "exponential",
    "milstein",
    "milstein_ito",
    "milstein_stra",
)

# The underscored names are read by programs written for the 0.3 front end.
_jit: bool | None = None
_device = "cpu"
_numerical_method = "euler"
_dt = 0.1
_float_type = "float64"
_int_type = "int64"
_merge_integrators = True
_merge_steps = False
_substitute_equation = False
_merge_synapses = False
_sums = "auto"
_deterministic = True
_show_code = False
_show_code_scope = False
_seed: int | None = None
_backend = "numpy"
_numba_profile = {"nopython": True, "fastmath": False, "nogil": True, "parallel": False, "cache": False}
_initial_draws = 0


def set(
    jit=None,
    device=None,
    numerical_method=None,
    dt=None,
    float_type=None,
    int_type=None,
    merge_integrators=None,
    merge_steps=None,
    substitute=None,
    show_code=None,
    show_code_scope=None,
    seed=None,
    merge_synapses=None,
    sums=None,
    deterministic=None,
):
    """Change defaults; arguments that are left out keep their value.

    Parameters
    ----------
    jit : bool or 'auto', optional
        True insists on compiled code, False never compiles, 'auto' (the state before the first call) compiles what
        can be compiled.
    device : str, optional
        'cpu', or 'multi-cpu': compiled programs run on several threads, with the same bits. How many is the setting
        NUMBA_NUM_THREADS of Numba (environment, or ``numba.config``), by default one for each processor; programs that
        threads would not make faster run on one, and say so. 'gpu': an NVIDIA card, with the same bits; it must be
        there, with what it needs (``docs/gpu.md``). 'auto': the card if there is one that can be used, else 'cpu'; a
        warning says which. 'emulator': the text for the card, run on the CPU thread by thread, to look for mistakes.
    numerical_method : str, optional
        Method of integrators that are defined from now on.
    dt : float, optional
        Step size, ms. Programs read it when they run.
    float_type : str or dtype, optional
        Of the states and parameters of groups that are made from now on: 'float64' or 'float32'.
    int_type : str or dtype, optional
        Of the indices of groups and connections that are made from now on (``indices``, ``pre_ids``, ``pre2syn``,
        ...): 'int64' or 'int32'. Computations do not depend on it.
    merge_integrators : bool, optional
        Accepted, without effect: integrators are always computed inside their step, and `show_code` prints each as a
        function too.
    merge_steps : bool, optional
        Make one loop of the steps of a group of neurons that follow each other in its schedule, one function in what
        `show_code` prints. Steps in Python, those of connections, and one that the schedule names twice stay apart.
        The results do not depend on it.
    substitute : bool, optional
        Whether `show_code` prints differential equations with their intermediate values written out. The results do
        not depend on it.
    show_code : bool, optional
        Print the code of a program when it is built.
    show_code_scope : bool, optional
        Print the names that each step sees, and their values, when a program is built.
    seed : int or 'auto', optional
        Seed of the random numbers of programs that are built from now on, 0 to 2**32 - 1.
    merge_synapses : bool, optional
        Whether connections keep one state per postsynaptic neuron instead of one per synapse, where the sum over
        synapses obeys the same equations. The same mathematics, rounded in another order: off unless switched on.
        Programs read it when they run. ``Network.merged`` shows the sums.
    sums : {'auto', 'fold', 'quanta'}, optional
        How a neuron adds up what spikes deliver to it in a step. 'fold': one after the other, in the order of the
        synapses. 'quanta': exactly, in whole multiples of a power of two that is far below the weights, so that no
        order changes a bit; results then differ from those of 'fold' in the last digits. 'auto' means 'quanta' on a
        GPU, where 'fold' is slow, else 'fold'. Each has the same bits on every back end.
    deterministic : bool, optional
        False lets a GPU add up in whatever order spikes come, which is a little faster and gives other last digits in
        every run; results say so. True, the usual state, goes back to `sums`.

    Raises
    ------
    ModelValueError
        For a value that the setting cannot have.
    """
    global _deterministic
    global _merge_integrators, _merge_steps, _substitute_equation, _merge_synapses, _show_code, _show_code_scope
    if jit is not None or device is not None:
        set_device(jit, device)
    if numerical_method is not None:
        set_numerical_method(numerical_method)
    if dt is not None:
        set_dt(dt)
    if float_type is not None:
        set_float_type(float_type)
    if int_type is not None:
        set_int_type(int_type)
    if merge_integrators is not None:
        _merge_integrators = _flag("merge_integrators", merge_integrators)
    if merge_steps is not None:
        _merge_steps = _flag("merge_steps", merge_steps)
    if substitute is not None:
        _substitute_equation = _flag("substitute", substitute)
    if show_code is not None:
        _show_code = _flag("show_code", show_code)
    if show_code_scope is not None:
        _show_code_scope = _flag("show_code_scope", show_code_scope)
    if seed is not None:
        set_seed(seed)
    if merge_synapses is not None:
        _merge_synapses = _flag("merge_synapses", merge_synapses)
    if sums is not None:
        set_sums(sums)
    if deterministic is not None:
        _deterministic = _flag("deterministic", deterministic)


# -- compilation and device ------------------------------------------------------------------------------------


DEVICES = ("cpu", "multi-cpu", "gpu", "emulator", "auto")
_BACKENDS = {"gpu": "cuda", "emulator": "emulator"}


def set_device(jit, device=None) -> None:
    """Choose whether to compile (`jit`: True, False, 'auto' or None to keep) and where to run (`device`).

    Raises
    ------
    ModelUseError
        When the device cannot be used: why, and what to do. Nothing is changed then.
    """
    global _jit, _device
    wanted = _jit
    if jit is not None:
        wanted = None if isinstance(jit, str) and jit == "auto" else _flag("jit", jit)
    chosen = _device if device is None else _usable(device, wanted)
    if wanted is False and chosen in _BACKENDS:
        raise ModelUseError(
            f'jit=False never compiles, and device="{chosen}" runs nothing but compiled code. Write '
            f'profile.set(jit="auto", device="{chosen}"), or profile.set(jit=False, device="cpu").'
        )
    _jit, _device = wanted, chosen


def _usable(device, jit: bool | None) -> str:
    """The name of a device that is there."""
    name = str(device)
    if name.startswith("gpu") and name[3:].lstrip(":").isdigit():
        raise ModelValueError(
            f'"device" must be "gpu", which is one card, but got {checks.shown(device)}. To choose among several, set '
            f"the environment variable CUDA_VISIBLE_DEVICES={name[3:].lstrip(':')} before Python starts."
        )
    if not isinstance(device, str) or device not in DEVICES:
        raise ModelValueError(
            f"Unknown device in Numba mode: {device}. Use device=\"cpu\", \"multi-cpu\", \"gpu\", "
            '"emulator" or "auto".'
        )
    if device == "auto":
        return _automatic(jit)
    if device in _BACKENDS and jit is not False:
        _open_device(device)
    return device


def _automatic(jit: bool | None) -> str:
    """'gpu' if there is a card that can be used, else 'cpu'."""
    if jit is False:
        chosen, why = "cpu", "with jit=False nothing is compiled"
    else:
        try:
            chosen, why = "gpu", _open_device("gpu").name
        except ModelUseError as error:
            chosen, why = "cpu", str(error).removeprefix('device "gpu" cannot be used: ').partition(". ")[0]
    warnings.warn(f"device 'auto' is '{chosen}': {why}", UserWarning, stacklevel=5)
    return chosen


def _open_device(device: str):
    """What runs the programs of 'gpu' or 'emulator'; an error says what is missing."""
    from .backends.cuda.devices import open_device

    return open_device(_BACKENDS[device])


def get_device() -> str:
    """Name of the device: what 'auto' was resolved to."""
    return _device


def device_backend() -> str | None:
    """The back end of a device of its own memory, 'cuda' or 'emulator'; None on the CPU."""
    return _BACKENDS.get(_device)


def is_jit() -> bool:
    """Whether compiled code is insisted on; False while nothing was chosen."""
    return bool(_jit)


def run_on_cpu() -> bool:
    """Whether programs run on the CPU; the emulated device is there too."""
    return not run_on_gpu()


def run_on_gpu() -> bool:
    """Whether programs run on a GPU."""
    return _device == "gpu"


def get_num_threads() -> int | None:
    """Threads that a program may use, with the device 'multi-cpu'; None with 'cpu'."""
    if _device != "multi-cpu":
        return None
    from numba import config

    return int(config.NUMBA_NUM_THREADS)


def get_num_thread_gpu() -> int | None:
    """Threads of a block on the GPU; None while no GPU is chosen."""
    if not run_on_gpu():
        return None
    from .backends.cuda.program_text import BLOCK

    return BLOCK


def _refuse_uncompiled(what: str) -> None:
    """Refuse to compute `what` with NumPy while a device that cannot is chosen."""
    if device_backend() is not None:
        raise ModelUseError(
            f'{what}: jit=False computes step by step with NumPy, but the device is "{_device}". Leave jit=False out, '
            'or run on the CPU: profile.set(device="cpu").'
        )


def runtime_backend() -> str:
    """The back end that ``runtime.build`` is asked for: 'auto', 'numba', 'reference', 'cuda' or 'emulator'."""
    return device_backend() or {None: "auto", True: "numba", False: "reference"}[_jit]


# -- numerics ---------------------------------------------------------------------------------------------------


def set_dt(dt) -> None:
    """Set the step size, ms."""
    global _dt
    _dt = checks.number("dt", dt, unit="milliseconds", above=0)


def get_dt() -> float:
    """Step size, ms."""
    return _dt


def set_numerical_method(method) -> None:
    """Set the method of integrators that are defined without one."""
    global _numerical_method
    if not isinstance(method, str) or method not in METHODS:
        raise ModelValueError(f"Unsupported numerical method: {method}. Choose one of {', '.join(METHODS)}.")
    _numerical_method = method


def get_numerical_method() -> str:
    """Method of integrators that are defined without one."""
    return _numerical_method


def _type_name(value, allowed: tuple[str, ...], setting: str) -> str:
    name = value if isinstance(value, str) else getattr(value, "name", getattr(value, "__name__", repr(value)))
    if name not in allowed:
        raise checks.wrong(setting, value, " or ".join(map(repr, allowed)), "Write one of them.")
    return name


def set_float_type(float_type) -> None:
    """Set the precision ('float64' or 'float32') of groups that are made from now on."""
    global _float_type
    _float_type = _type_name(float_type, ("float64", "float32"), "float_type")


def get_float_type() -> str:
    """'float64' or 'float32'."""
    return _float_type


def set_int_type(int_type) -> None:
    """Set the type of indices ('int64' or 'int32') of groups and connections that are made from now on."""
    global _int_type
    _int_type = _type_name(int_type, ("int64", "int32"), "int_type")


def get_int_type() -> str:
    """'int64' or 'int32'."""
    return _int_type


def set_seed(seed) -> None:
    """Fix the random numbers of programs and initial values; ``'auto'`` draws a seed from NumPy's generator again."""
    global _seed, _initial_draws
    is_auto = isinstance(seed, str) and seed == "auto"
    _seed = None if is_auto else checks.seed("seed", seed)
    _initial_draws = 0


def get_seed() -> int | None:
    """The seed, or None while none was set."""
    return _seed


def next_initial_stream() -> int:
    """A new number for each group that draws its initial values, counted from the last `set_seed`."""
    global _initial_draws
    _initial_draws += 1
    return _initial_draws - 1


# -- settings that programs of the 0.3 front end set or ask ---------------------------------------------------------


_IN_NETWORKS = {
    "nopython": (True, "steps that Numba cannot translate run on the reference back end, see jit"),
    "nogil": (True, "compiled code never holds the lock of the interpreter"),
    "parallel": (False, "the device says how many threads compute"),
}


def set_numba_profile(**kwargs) -> None:
    """Set options for Numba: ``nopython``, ``fastmath``, ``nogil``, ``parallel``, ``cache``.

    They hold for functions that `tools.jit` and `tools.numba_func` compile, except `fastmath`, which would change the
    numbers. Groups and networks are compiled in one way, whatever the options are, and kept on disk; asking for
    another way warns.

    Parameters
    ----------
    **kwargs : bool

    Raises
    ------
    ModelValueError
        For an unknown option or another value.
    """
    for name, value in kwargs.items():
        if name not in _numba_profile:
            raise ModelValueError(
                f'Unknown Numba option "{name}" = {checks.shown(value)}. Choose one of {", ".join(_numba_profile)}.'
            )
        _numba_profile[name] = _flag(name, value)
        if name == "fastmath" and value:
            text = "has no effect: arithmetic is never reordered, so that every back end gives the same bits"
        elif name in _IN_NETWORKS and value is not _IN_NETWORKS[name][0]:
            text = f"holds for functions of tools.jit only, not for groups and networks: {_IN_NETWORKS[name][1]}"
        else:
            continue
        warnings.warn(f"The Numba option {name}={value} {text}.", UserWarning, stacklevel=2)


def get_numba_profile() -> dict[str, bool]:
    """The options for Numba (the live dictionary)."""
    return _numba_profile


def set_backend(backend) -> None:
    """Record the name of an array library, 'numpy' or 'pytorch'. Arrays are NumPy's all the same.

    Raises
    ------
    ModelValueError
        For another name.
    """
    global _backend
    if not isinstance(backend, str) or backend not in ("numpy", "pytorch"):
        raise ModelValueError(f'Unsupported "backend": {checks.shown(backend)}. Choose "numpy" or "pytorch".')
    _backend = backend
    if backend != "numpy":
        warnings.warn(f'The backend "{backend}" has no effect: arrays are NumPy\'s.', UserWarning, stacklevel=2)


def get_backend() -> str:
    """Name of the array library."""
    return _backend


def is_merge_integrators() -> bool:
    """The setting `merge_integrators`."""
    return _merge_integrators


def is_merge_steps() -> bool:
    """The setting `merge_steps`."""
    return _merge_steps


def is_substitute_equation() -> bool:
    """The setting `substitute`."""
    return _substitute_equation


def set_sums(sums) -> None:
    """Set how neurons add up what spikes deliver: 'auto', 'fold' or 'quanta'."""
    global _sums
    if not isinstance(sums, str) or sums not in ("auto", "fold", "quanta"):
        raise checks.wrong("sums", sums, "'auto', 'fold' or 'quanta'", "Write one of them.")
    _sums = sums


def get_sums() -> str:
    """How programs that are built from now on add up: 'auto', 'fold', 'quanta', or 'any' while not deterministic."""
    return _sums if _deterministic else "any"


def is_merge_synapses() -> bool:
    """Whether states of synapses are merged into one per postsynaptic neuron, where that is possible."""
    return _merge_synapses


def show_format_code() -> bool:
    """Whether the code of a program is printed when it is built."""
    return _show_code


def show_code_scope() -> bool:
    """The setting `show_code_scope`."""
    return _show_code_scope
