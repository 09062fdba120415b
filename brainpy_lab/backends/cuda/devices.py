"""The devices that programs can run on besides the processor: a card, or the emulated one.

CuPy loads when a card is asked for. Whatever is missing is found here, in the order in which a person has to put it
right: the package, the driver, its version, the card, the compiler, memory.
"""

from __future__ import annotations

import functools
import importlib
import os
from typing import Any

from ...errors import ModelUseError
from . import nvrtc
from .interface import Device
from .room import USE_CPU

NO_DRIVER = ("cudaErrorInsufficientDriver", "cudaErrorNoDriver")
NO_CARD = ("cudaErrorNoDevice", "cudaErrorDevicesUnavailable", "cudaErrorInvalidDevice")


@functools.cache
def open_device(backend: str) -> Device:
    """The device of a back end, 'cuda' or 'emulator'; opened once in a process.

    Raises
    ------
    ModelUseError
        When it cannot be opened: why, and what to do.
    """
    if backend == "emulator":
        from .emulator import EmulatedDevice
        from .emulator.build import compiler

        compiler()
        return EmulatedDevice()
    cupy, driver = find_card()
    nvrtc.load(driver=driver // 1000).check(architecture(cupy))
    from .cupy_device import CupyDevice

    try:
        return CupyDevice(cupy, driver // 1000)
    except Exception as error:
        raise _refused(f"the card cannot be opened ({_line(error)})", "See what `nvidia-smi` says") from error


def find_card() -> tuple[Any, int]:
    """CuPy, and the version of CUDA that the driver knows (12040 is 12.4), once all is there that CuPy needs.

    Raises
    ------
    ModelUseError
        For the first thing that is missing.
    """
    cupy = _import_cupy()
    runtime = cupy.cuda.runtime
    try:
        driver = int(runtime.driverGetVersion())
    except Exception as error:
        raise _refused(f"CuPy cannot ask for the driver ({_line(error)})", "Install NVIDIA's driver") from error
    if driver == 0:
        raise _refused(
            "there is no NVIDIA driver on this machine",
            "Where there is an NVIDIA GPU, install its driver (`nvidia-smi` then shows the card; in a container start "
            "it with --gpus all)",
        )
    _check_version(driver, int(runtime.runtimeGetVersion()))
    _check_count(runtime, driver)
    return cupy, driver


def architecture(cupy: Any) -> str:
    """The present card's, as 'sm_90'."""
    return f"sm_{cupy.cuda.Device().compute_capability}"


# -- what may be missing ---------------------------------------------------------------------------------------------


def _import_cupy() -> Any:
    try:
        return importlib.import_module("cupy")
    except ModuleNotFoundError as error:
        if error.name != "cupy":
            raise _refused(f"CuPy cannot be imported ({_line(error)})", f"Install it anew: {nvrtc.INSTALL}") from error
        raise _refused("CuPy is not installed", f"Install it: {nvrtc.INSTALL}") from None
    except ImportError as error:
        advice = f"Install it anew: {nvrtc.INSTALL}, with --force-reinstall"
        raise _refused(f"CuPy is installed but cannot be imported ({_line(error)})", advice) from error


def _check_version(driver: int, built_for: int) -> None:
    """A wheel for a major version of CUDA needs a driver of that version or a later one."""
    if driver // 1000 >= built_for // 1000:
        return
    found = f"the driver knows CUDA {_version(driver)}, and CuPy was made for CUDA {_version(built_for)}"
    if driver >= 12000:
        advice = f"Update the driver, or take the packages for CUDA 12: pip uninstall cupy-cuda13x, {nvrtc.INSTALL_12}"
    else:
        advice = "Update the driver: CUDA 12 is the oldest that works"
    raise _refused(found, advice)


def _check_count(runtime: Any, driver: int) -> None:
    hidden = os.environ.get("CUDA_VISIBLE_DEVICES")
    try:
        count = int(runtime.getDeviceCount())
    except Exception as error:
        said = _line(error)
        if any(name in said for name in NO_DRIVER):
            raise _refused(
                f"the driver knows CUDA {_version(driver)} and refuses to work ({said})",
                f"Update it, or take the packages for CUDA 12: {nvrtc.INSTALL_12}",
            ) from error
        if not any(name in said for name in NO_CARD):
            raise _refused(f"the driver gives no card ({said})", "See what `nvidia-smi` says") from error
        count = 0
    if count == 0:
        why = f", CUDA_VISIBLE_DEVICES={hidden!r} hides them" if hidden is not None else ""
        advice = "Unset that variable" if hidden is not None else "See whether `nvidia-smi` lists one"
        raise _refused(f"the driver is there, but no NVIDIA card{why}", advice)


def _refused(found: str, advice: str) -> ModelUseError:
    return ModelUseError(f'device "gpu" cannot be used: {found}. {advice}; {USE_CPU}.')


def _version(number: int) -> str:
    return f"{number // 1000}.{number % 1000 // 10}"


def _line(error: BaseException) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
