"""CUDA text becomes machine code without a card: exact, without spills, cached, and with errors that say what to do."""

from __future__ import annotations

import re
import subprocess
import sys
import time
import warnings
from pathlib import Path

import pytest
from brainpy_lab.kernels.cuda.prelude import prelude

from brainpy_lab.backends.cuda import compile as cuda
from brainpy_lab.backends.cuda import nvrtc
from brainpy_lab.backends.numba import cache
from brainpy_lab.errors import InternalError, ModelUseError
from brainpy_lab.ir.functions import FUNCTIONS

ROOT = Path(__file__).resolve().parents[2]
ARCHITECTURES = ("sm_80", "sm_90", "sm_120")
TYPES = {"f64": "double", "f32": "float"}
SMALL = 'extern "C" __global__ void twice(float* x) { __shared__ float s[8]; s[threadIdx.x] = x[0]; x[1] = s[0] * 2; }'


def nvrtc_is_here():
    try:
        return bool(nvrtc.load())
    except ModelUseError:
        return False


needs_nvrtc = pytest.mark.skipif(not nvrtc_is_here(), reason="NVRTC is not installed (pip install nvidia-cuda-nvrtc)")


def kernel(name, real, expression):
    return f"""
extern "C" __global__ void {name}(int n, const {real}* x, {real}* out) {{
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) out[i] = {expression};
}}
"""


def every_function():
    """The prelude and a kernel for each of its functions."""
    text = [prelude()]
    for suffix, real in TYPES.items():
        for function, entry in FUNCTIONS.items():
            arguments = ", ".join(f"x[i + {k} * n]" for k in range(entry.arity))
            text.append(kernel(f"{function}_{suffix}_kernel", real, f"{function}_{suffix}({arguments})"))
        for kind in ("uniform", "normal"):
            text.append(kernel(f"{kind}_{suffix}_kernel", real, f"{kind}_{suffix}(1, 2, i, 1LL << 40, 4)"))
            text.append(kernel(f"edge_{kind}_{suffix}_kernel", real, f"edge_{kind}_{suffix}(1, 2, i, n)"))
        text.append(kernel(f"ipow_{suffix}_kernel", real, "ipow<13>(x[i])"))
        text.append(kernel(f"to_int64_{suffix}_kernel", real, f"to_{suffix}(floor_mod(to_int64(x[i]), n))"))
    text.append(kernel("skip_kernel", "double", "skip(1, i, n, x[0], 5)"))
    return "".join(text)


DAMAGES = {
    "empty": lambda data: b"",
    "short": lambda data: data[:-1],
    "cut in its head": lambda data: data[:40],
    "one byte": lambda data: data[:-9] + b"x" + data[-8:],
    "another name": lambda data: data.replace(b"twice", b"thrice", 1),
}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A cache folder of one's own."""
    monkeypatch.setenv("BRAINPY_LAB_CACHE", str(tmp_path))
    return tmp_path


def cubins(folder):
    return list(folder.glob("cuda/??/*.cubin"))


@needs_nvrtc
@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_every_function_compiles_without_spills_and_in_few_registers(architecture, folder):
    made = cuda.compile_cubin(every_function(), architecture)
    assert made.image[:4] == b"\x7fELF" and made.architecture == architecture
    assert len(made.resources) == 2 * (len(FUNCTIONS) + 6) + 1
    for name, used in made.resources.items():
        assert (used.stack, used.spill_stores, used.spill_loads, used.shared) == (0, 0, 0, 0), name
        assert 0 < used.registers <= 40, f"{name}: {used.registers} registers"
    assert "warning" not in made.log


@needs_nvrtc
def test_nothing_is_fused_and_no_denormal_is_flushed():
    text = cuda.compile_ptx(every_function(), "compute_90")
    arithmetic = re.findall(
        r"^\s*((?:add|sub|mul|div|sqrt|fma|mad|ex2|lg2|sin|cos|tanh|rcp|rsqrt)\.\S*f(?:32|64))", text, re.M
    )
    assert len(arithmetic) > 1000
    # Round to nearest is written out, which forbids the assembler to fuse a product and a sum.
    assert {word.partition(".")[2] for word in arithmetic} == {"rn.f32", "rn.f64"}
    assert {word.partition(".")[0] for word in arithmetic} <= {"add", "sub", "mul", "div", "sqrt", "rcp"}
    assert "fma." not in text and ".ftz" not in text and ".approx" not in text and "call" not in text


@needs_nvrtc
def test_the_test_for_fused_operations_sees_them():
    options = tuple(option for option in cuda.EXACT if not option.startswith("-fmad"))
    assert "fma.rn.f64" in cuda.compile_ptx(every_function(), "compute_90", options)
    assert ".ftz" in cuda.compile_ptx(every_function(), "compute_90", (*cuda.EXACT, "-ftz=true"))


@needs_nvrtc
def test_resources_are_those_that_the_compiler_tells(folder):
    made = cuda.compile_cubin(SMALL, "sm_90")
    assert list(made.resources) == ["twice"] and made.resources["twice"].shared == 32
    # More live numbers than a card of this kind has registers: 255.
    values = range(200)
    spilled = 'extern "C" __global__ void many(double* x) {' + "".join(f"double v{k} = x[{k}];" for k in values)
    spilled += (
        "__syncthreads();" + "".join(f"x[{k} + (int)v{199 - k}] = v{k} * v{(k * 7) % 200};" for k in values) + "}"
    )
    used = cuda.compile_cubin(spilled, "sm_90").resources["many"]
    assert used.registers == 255 and min(used.stack, used.spill_stores, used.spill_loads) > 0


def test_a_report_of_ptxas_is_read():
    log = """ptxas info    : 712 bytes gmem
ptxas info    : Compiling entry function 'k' for 'sm_90'
ptxas info    : Function properties for k
ptxas         .     320 bytes stack frame, 8 bytes spill stores, 16 bytes spill loads
ptxas info    : Used 34 registers, used 1 barriers, 320 bytes cumulative stack size, 256 bytes smem
ptxas info    : Compile time = 20.234 ms
ptxas info    : Function properties for _Z1fdi
ptxas         .     4 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads
"""
    assert cuda.resources(log) == {"k": cuda.Resources(34, 320, 8, 16, 256), "_Z1fdi": cuda.Resources(0, 4, 0, 0, 0)}


@needs_nvrtc
def test_a_second_compilation_comes_from_the_cache(folder, monkeypatch):
    source = every_function()
    first = cuda.compile_cubin(source, "sm_90")
    assert len(cubins(folder)) == 1
    calls = []
    compile_again = nvrtc.Nvrtc.compile
    monkeypatch.setattr(nvrtc.Nvrtc, "compile", lambda *all: calls.append(all) or compile_again(*all))
    start = time.perf_counter()
    assert cuda.compile_cubin(source, "sm_90") == first and not calls
    assert time.perf_counter() - start < 0.3  # reading 200 kB; compiling takes more than a second
    others = [(SMALL, "sm_90"), (SMALL + " ", "sm_90"), (SMALL, "sm_80"), (SMALL, "sm_90", cuda.EXACT[:-1])]
    for number, other in enumerate(others, start=1):
        cuda.compile_cubin(*other)
        assert len(calls) == number and len(cubins(folder)) == number + 1


@needs_nvrtc
@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_is_compiled_anew(folder, damage):
    first = cuda.compile_cubin(SMALL, "sm_90")
    (file,) = cubins(folder)
    whole = file.read_bytes()
    assert DAMAGES[damage](whole) != whole
    file.write_bytes(DAMAGES[damage](whole))
    again = cuda.compile_cubin(SMALL, "sm_90")
    assert (again.image, again.resources) == (first.image, first.resources)
    assert cuda.compile_cubin(SMALL, "sm_90") == again and cubins(folder) == [file]


@needs_nvrtc
def test_two_processes_may_compile_the_same(folder):
    program = (
        "import sys; from brainpy_lab.backends.cuda import compile as cuda\n"
        f"for k in range(4): print(hash(cuda.compile_cubin({SMALL!r} + '//' + str(k), 'sm_90').image))"
    )
    command = [sys.executable, "-W", "error", "-c", program]
    environment = {"BRAINPY_LAB_CACHE": str(folder), "PYTHONHASHSEED": "0"}
    running = [
        subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    ends = [process.communicate(timeout=120) for process in running]
    assert [error for _, error in ends] == ["", ""]
    assert ends[0][0] == ends[1][0] and len(ends[0][0].split()) == 4
    assert len(cubins(folder)) == 4 and not list(folder.glob("**/*.tmp"))


@needs_nvrtc
def test_a_folder_that_cannot_be_written_costs_a_warning_only(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("BRAINPY_LAB_CACHE", str(tmp_path / "file"))
    monkeypatch.setattr(cache, "_warned", False)
    with pytest.warns(RuntimeWarning, match="cannot be kept.*BRAINPY_LAB_CACHE"):
        assert cuda.compile_cubin(SMALL, "sm_90").image
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert cuda.compile_cubin(SMALL, "sm_90").image


@needs_nvrtc
def test_a_text_that_cannot_be_compiled_is_shown_with_its_line(folder):
    with pytest.raises(nvrtc.CudaTextError) as caught:
        cuda.compile_cubin("\n\n__global__ void k(float* x) { x[0] = y; }", "sm_90")
    assert isinstance(caught.value, InternalError)
    told = str(caught.value)
    assert re.match(r"NVRTC \d+\.\d+ cannot compile program.cu for sm_90: NVRTC_ERROR_COMPILATION\n", told)
    assert 'program.cu(3): error: identifier "y" is undefined' in told and "{ x[0] = y; }" in told
    assert not cubins(folder)


@needs_nvrtc
def test_a_card_that_the_compiler_does_not_know_is_told_with_what_to_install(folder):
    first, last = nvrtc.load().architectures[0], nvrtc.load().architectures[-1]
    with pytest.raises(
        ModelUseError, match=rf"from sm_{first} to sm_{last}, and this one is sm_35: pip install .*gpu-cu12"
    ):
        cuda.compile_cubin(SMALL, "sm_35")
    with pytest.raises(
        ModelUseError, match="this one is sm_990: pip install --upgrade nvidia-cuda-nvrtc, or use the CPU"
    ):
        cuda.compile_cubin(SMALL, "sm_990")
    with pytest.raises(InternalError, match="architecture '90': expected sm_90"):
        cuda.compile_cubin(SMALL, "90")


@pytest.fixture
def nothing_loaded():
    nvrtc.load.cache_clear()
    yield
    nvrtc.load.cache_clear()


def test_a_missing_compiler_is_told_with_what_to_install(nothing_loaded, monkeypatch):
    monkeypatch.setattr(nvrtc, "candidates", lambda driver=None: ["libnvrtc.so.0"])
    with pytest.raises(
        ModelUseError, match=r'needs NVIDIA\'s compiler NVRTC.*pip install "brainpy-lab\[gpu\]".*use the CPU'
    ):
        cuda.compile_cubin(SMALL, "sm_90")
    with pytest.raises(ModelUseError, match=r'a driver of CUDA 12.*: pip install "brainpy-lab\[gpu-cu12\]"; or'):
        cuda.compile_cubin(SMALL, "sm_90", driver=12)


def test_a_broken_library_is_named(nothing_loaded, monkeypatch, tmp_path):
    broken = tmp_path / "libnvrtc.so.13"
    broken.write_bytes(b"\x7fELF garbage")
    monkeypatch.setattr(nvrtc, "candidates", lambda driver=None: [str(broken)])
    with pytest.raises(ModelUseError, match=rf"cannot be loaded \({re.escape(str(broken))}: .*Install it anew"):
        nvrtc.load()


def test_the_newest_wheel_that_the_driver_takes_comes_first(monkeypatch, tmp_path):
    for version in (12, 13):
        file = tmp_path / nvrtc.WHEELS[version][0]
        file.parent.mkdir(parents=True)
        file.write_text("")

    class Nvidia:
        submodule_search_locations = [str(tmp_path)]

    monkeypatch.setattr(nvrtc.importlib.util, "find_spec", lambda name: Nvidia)
    new, old = (str(tmp_path / nvrtc.WHEELS[version][0]) for version in (13, 12))
    assert nvrtc.candidates() == [new, old, *nvrtc.LOADER[13], *nvrtc.LOADER[12]]
    assert nvrtc.candidates(13) == nvrtc.candidates()
    assert nvrtc.candidates(12) == [old, *nvrtc.LOADER[12]]
    monkeypatch.setattr(nvrtc.importlib.util, "find_spec", lambda name: None)
    assert nvrtc.candidates(12) == list(nvrtc.LOADER[12])
