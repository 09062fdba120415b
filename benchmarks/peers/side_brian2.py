"""The networks in Brian2, as C++ code of their own (standalone mode)."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from side import DT, INPUTS, WARM_UP_S, arguments, one_core, serve  # noqa: E402

COBA = """
dV/dt = (-60 - V + 20 + ge*(0 - V) + gi*(-80 - V))/(20*ms) : 1 (unless refractory)
dge/dt = -ge/(5*ms) : 1
dgi/dt = -gi/(10*ms) : 1
"""

COBAHH = """
dV/dt = (10*nS*(-60*mV - V) + ge*(0*mV - V) + gi*(-80*mV - V) - 20*usiemens*(m*m*m)*h*(V - 50*mV)
         - 6*usiemens*(n*n*n*n)*(V + 90*mV))/(200*pF) : volt
dge/dt = -ge/(5*ms) : siemens
dgi/dt = -gi/(10*ms) : siemens
dm/dt = a_m*(1 - m) - b_m*m : 1
dh/dt = a_h*(1 - h) - b_h*h : 1
dn/dt = a_n*(1 - n) - b_n*n : 1
u = V + 63*mV : volt
a_m = 1.28/exprel((13*mV - u)/(4*mV))/ms : Hz
b_m = 1.4/exprel((u - 40*mV)/(5*mV))/ms : Hz
a_h = 0.128*exp((17*mV - u)/(18*mV))/ms : Hz
b_h = 4/(1 + exp((40*mV - u)/(5*mV)))/ms : Hz
a_n = 0.16/exprel((15*mV - u)/(5*mV))/ms : Hz
b_n = 0.5*exp((10*mV - u)/(40*mV))/ms : Hz
"""

# What the process of a run writes down: the clocks around the window, and nothing of building its synapses.
BEGIN = "std::clock_t cpu_began = std::clock(); auto wall_began = std::chrono::steady_clock::now();"
END = """
{
    std::ofstream found("window.txt");
    found << double(std::clock() - cpu_began)/CLOCKS_PER_SEC << " "
          << std::chrono::duration<double>(std::chrono::steady_clock::now() - wall_began).count() << "\\n";
}
"""


def build(b2, kind: str, n: int, seconds: float, place: str):
    """Compile the network; returns the monitor of the spikes of a window."""
    from brian2 import Network, NeuronGroup, SpikeMonitor, Synapses, ms, second

    b2.set_device("cpp_standalone", build_on_run=False)
    b2.prefs.codegen.cpp.headers += ["<chrono>", "<ctime>", "<fstream>"]
    b2.seed(1)
    b2.defaultclock.dt = DT * ms
    n_exc = n * 4 // 5
    if kind == "coba":
        spiking = {"threshold": "V >= -50", "reset": "V = -60", "refractory": 5 * ms}
        cells = NeuronGroup(n, COBA, method="exponential_euler", **spiking)
        cells.V = "-55 + 2*randn()"
        add = ("ge += 0.6", "gi += 6.7")
    else:
        cells = NeuronGroup(n, COBAHH, threshold="V > -20*mV", refractory=3 * ms, method="exponential_euler")
        cells.V = "-65*mV + 5*mV*randn()"
        cells.ge, cells.gi = "10*(4 + 1.5*randn())*nS", "10*(20 + 12*randn())*nS"
        add = ("ge += 6*nS", "gi += 67*nS")
    exc, inh = Synapses(cells[:n_exc], cells, on_pre=add[0]), Synapses(cells[n_exc:], cells, on_pre=add[1])
    for synapses in (exc, inh):
        synapses.connect(p=INPUTS / n)
    spikes = SpikeMonitor(cells, record=False)
    spikes.active = False
    net = Network(cells, exc, inh, spikes)
    net.run(WARM_UP_S * second)
    spikes.active = True
    b2.device.insert_code("main", BEGIN)
    net.run(seconds * second)
    b2.device.insert_code("main", END)
    b2.device.build(directory=place, compile=True, run=False, debug=False)
    return spikes


def main() -> None:
    asked = arguments()
    one_core()
    import brian2 as b2

    with tempfile.TemporaryDirectory(prefix="brainpy-lab-bench-") as place:
        spikes = build(b2, asked.network, asked.n, asked.seconds, place)

        def window() -> dict:
            b2.device.run(with_output=False)
            cpu, wall = map(float, (Path(place) / "window.txt").read_text().split())
            return {"cpu": cpu, "wall": wall, "spikes": int(spikes.num_spikes)}

        serve(window, {"version": f"brian2 {b2.__version__}"})


if __name__ == "__main__":
    main()
