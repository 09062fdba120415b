"""Does the lab work on this machine? Run by ``make lab CHECK=1`` with the Python of the project's environment.

Simulates the gamma network on two back ends, then starts the server, looks at it, and runs a cell through a kernel.
Leaves no process behind. Ends with 0, or with 1 after naming the step that did not work.
"""

from __future__ import annotations

import argparse
import base64
import contextlib
import json
import os
import queue
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import numpy as np

DURATION = 200.0  # ms of the gamma network
DT = 0.04  # ms, the step of the published model's tutorial
CURRENT = 1.2  # uA/cm2 into every neuron, as there
NEURONS = 100
SEED = 1

FHN_CELL = """%%brainpy neuron FHN
dv/dt = v - v**3/3 - w + I
dw/dt = (v + a - b*w) / tau
input I = 0.8 in [-0.5, 1.5]
a = 0.7; b = 0.8
tau = 12.5 in [5, 30]
init v = -1, w = 1
spike when v > 1
"""


class Failed(Exception):
    """What a step found wrong."""


@contextlib.contextmanager
def step(name: str) -> Iterator[None]:
    """Say how long a step took, or end the check naming it."""
    start = time.perf_counter()
    try:
        yield
    except (Exception, KeyboardInterrupt) as error:
        what = str(error) if isinstance(error, Failed) else f"{type(error).__name__}: {error}"
        raise SystemExit(f"check failed at '{name}': {what}") from (None if isinstance(error, Failed) else error)
    print(f"ok    {name} ({time.perf_counter() - start:.1f} s)", flush=True)


# ---- the simulation


def simulate(jit: bool) -> dict[str, object]:
    """Run the gamma network; its spikes, and what it cost.

    The first step is run alone: what it takes is the compilation.
    """
    import brainpy_lab as bp

    bp.profile.set(jit=jit, dt=DT, numerical_method="exponential", seed=SEED)
    np.random.seed(SEED)  # connections and initial states are drawn from NumPy's global generator
    network = bp.models.networks.gamma_network(n=NEURONS)
    parts = network.members
    synapses = [part for part in parts if isinstance(part, bp.SynConn)]
    groups = [part for part in parts if isinstance(part, bp.NeuGroup)]
    inputs = [(group, "ST.input", CURRENT) for group in groups]

    start = time.perf_counter()
    network.run((0.0, DT), inputs=inputs)
    compiled = time.perf_counter()
    network.run((DT, DURATION), inputs=inputs)
    ended = time.perf_counter()

    monitored = [group for group in groups if "spike" in getattr(group, "mon", {})]
    if not monitored:
        raise Failed("gamma_network() monitors no 'spike', so its rate cannot be known")
    n_neurons = sum(group.num for group in groups)
    n_spikes = sum(float(np.sum(group.mon["spike"])) for group in monitored)
    states = [np.asarray(part.ST[key]) for part in parts for key in part.ST.keys()]  # noqa: SIM118  not a dict
    return {
        "neurons": n_neurons,
        "synapses": sum(part.num for part in synapses),
        "compile_s": compiled - start,
        "run_s": ended - compiled,
        "rate_hz": n_spikes / sum(group.num for group in monitored) / ((DURATION - DT) * 1e-3),
        "arrays": states + [np.asarray(group.mon["spike"]) for group in monitored],
    }


def check_simulation() -> None:
    """The two back ends give the same bits, and the network fires."""
    with step(f"gamma network, {DURATION:g} ms on the reference back end"):
        reference = simulate(jit=False)
    with step(f"gamma network, {DURATION:g} ms on the Numba back end"):
        compiled = simulate(jit=True)
    with step("both back ends agree and the network fires"):
        pairs = list(zip(reference["arrays"], compiled["arrays"], strict=True))
        if not all(a.shape == b.shape and a.tobytes() == b.tobytes() for a, b in pairs):
            raise Failed("the bits differ between the reference and Numba")
        if not compiled["rate_hz"] > 0:
            raise Failed("no neuron fired")
    print(
        f"""
      model        Wang-Buzsaki gamma network
      neurons      {compiled["neurons"]}
      synapses     {compiled["synapses"]}
      simulated    {DURATION:g} ms in steps of {DT:g} ms
      compile      {compiled["compile_s"]:.2f} s
      run          {compiled["run_s"]:.3f} s (reference: {reference["run_s"]:.2f} s)
      real time    x {DURATION * 1e-3 / compiled["run_s"]:.2f}
      mean rate    {compiled["rate_hz"]:.1f} Hz
      bits equal   yes ({len(pairs)} arrays)
""",
        flush=True,
    )


# ---- the server


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def jupyterlab(folder: Path, token: str, *extra: str) -> Iterator[str]:
    """A JupyterLab of its own settings on a free port; its address. Stopped at the end with all its children."""
    port = free_port()
    options = [f"--port={port}", "--ServerApp.ip=127.0.0.1", "--no-browser", f"--ServerApp.root_dir={folder}"]
    options += [f"--IdentityProvider.token={token}", *extra]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        options.append("--allow-root")
    # Neither news nor updates: they ask a question in front of the page, and the network.
    settings = folder / "config" / "lab" / "user-settings" / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True, exist_ok=True)
    quiet = {"fetchNews": "false", "checkForUpdates": False}
    (settings / "notification.jupyterlab-settings").write_text(json.dumps(quiet))
    log = folder / "server.log"
    with log.open("w") as out:
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyter", "lab", *options],
            cwd=folder,
            env=dict(os.environ, JUPYTER_CONFIG_DIR=str(folder / "config"), JUPYTER_RUNTIME_DIR=str(folder / "run")),
            stdout=out,
            stderr=out,
            start_new_session=True,  # a process group of its own, so that nothing of it is left
        )
        try:
            address = f"http://127.0.0.1:{port}"
            wait_for(server, address, token, log)
            yield address
        finally:
            stop(server)


def wait_for(server: subprocess.Popen, address: str, token: str, log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if server.poll() is not None:
            break
        with contextlib.suppress(OSError):
            if ask(address, "/api/status", token)[0] == 200:
                return
        time.sleep(0.1)
    raise Failed("JupyterLab did not start:\n" + log.read_text()[-2000:])


def stop(server: subprocess.Popen) -> None:
    server.terminate()
    try:
        server.wait(10)
    except subprocess.TimeoutExpired:
        pass
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(server.pid, signal.SIGKILL)
    server.wait()


def ask(address: str, path: str, token: str) -> tuple[int, bytes]:
    request = urllib.request.Request(address + path, headers={"Authorization": f"token {token}"})
    # No proxy: the address is this machine's own.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, timeout=20) as answer:
        return answer.status, answer.read()


def check_server(folder: Path) -> None:
    token = "check-of-the-lab"
    with contextlib.ExitStack() as running:
        with step("JupyterLab starts and answers"):
            address = running.enter_context(jupyterlab(folder, token))
            status, _ = ask(address, "/api/status", token)
            if status != 200:
                raise Failed(f"/api/status answered {status}, not 200")
        with step("the plug-in brainpy-lab is enabled"):
            _, body = ask(address, "/lab/api/extensions", token)
            ours = [found for found in json.loads(body) if found.get("name") == "brainpy-lab"]
            if not ours:
                raise Failed("JupyterLab does not list brainpy-lab; run 'jupyter-builder develop . --overwrite'")
            if not ours[0].get("enabled"):
                raise Failed(f"brainpy-lab is listed but not enabled: {ours[0]}")


# ---- a kernel


def check_kernel(folder: Path) -> None:
    """A `%%brainpy` cell run headless ends, and answers with a picture."""
    from jupyter_client.manager import KernelManager

    manager = KernelManager(kernel_name="python3")
    with step("a kernel starts"):
        manager.start_kernel(
            env=dict(os.environ, LAB_HEADLESS="1", IPYTHONDIR=str(folder / "ipython")),
            cwd=str(folder),
            extra_arguments=["--HistoryManager.enabled=False"],
        )
    try:
        client = manager.client()
        client.start_channels()
        with step("the kernel answers"):
            client.wait_for_ready(timeout=60)
        with step("%load_ext brainpy_lab"):
            execute(client, "%load_ext brainpy_lab")
        with step("a FitzHugh-Nagumo cell shows its picture"):
            pictures = [data["image/png"] for data in execute(client, FHN_CELL) if "image/png" in data]
            if not pictures:
                raise Failed("the cell ended without an image/png")
            if not base64.b64decode(pictures[-1]).startswith(b"\x89PNG\r\n\x1a\n"):
                raise Failed("what the cell showed as image/png is no PNG")
        client.stop_channels()
    finally:
        manager.shutdown_kernel(now=True)


def execute(client, source: str, timeout: float = 60.0) -> list[dict]:
    """Run `source` in the kernel; the data of everything it displayed. Raises `Failed` with the cell's error."""
    request = client.execute(source)
    shown = []
    deadline = time.monotonic() + timeout
    while True:
        try:
            message = client.get_iopub_msg(timeout=max(0.1, deadline - time.monotonic()))
        except queue.Empty:
            raise Failed(f"the cell did not end within {timeout:g} s") from None
        if message["parent_header"].get("msg_id") != request:
            continue
        content = message["content"]
        if message["msg_type"] in ("display_data", "execute_result", "update_display_data"):
            shown.append(content["data"])
        elif message["msg_type"] == "error":
            raise Failed("\n".join([f"the cell failed with {content['ename']}:", *content["traceback"]]))
        elif message["msg_type"] == "status" and content["execution_state"] == "idle":
            return shown


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--simulation-only", action="store_true", help="do not start a server and a kernel")
    options = parser.parse_args()
    start = time.perf_counter()
    check_simulation()
    if not options.simulation_only:
        with tempfile.TemporaryDirectory(prefix="brainpy-lab-check-") as folder:
            check_server(Path(folder))
            check_kernel(Path(folder))
    print(f"everything works ({time.perf_counter() - start:.1f} s)")


if __name__ == "__main__":
    main()
