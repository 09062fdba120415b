"""The networks in the API of BrainPy 2: one program, run by BrainPy itself or by brainpy_lab.

``side_objects.py brainpy`` runs in BrainPy's environment as a file, ``brainpy_lab`` in ours. With ``lif`` among the
options the neurons are the library's `LifRef`, whose own method takes the conductances as a current; without it the
equation is written out, with the conductances in the exponent of the exponential Euler method, as the other sides have
it.
"""

from __future__ import annotations

import importlib
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from side import DT, INPUTS, WARM_UP_S, arguments, one_core, serve, steps_of, timed  # noqa: E402


def network(package: str, kind: str, n: int, lif: bool):
    """The package, its ``math``, and the network."""
    bp, bm = importlib.import_module(package), importlib.import_module(f"{package}.math")

    class ConductanceLif(bp.dyn.NeuDyn):
        def __init__(self, size):
            super().__init__(size)
            self.V = bm.Variable(-55.0 + 2.0 * bm.random.randn(size))
            self.t_last = bm.Variable(bm.ones(size) * -1e7)
            self.spike = bm.Variable(bm.zeros(size, dtype=bool))
            self.integral = bp.odeint(self.dV, method="exp_auto")

        def return_info(self):
            return self.spike

        def dV(self, V, t, I):
            return (-60.0 - V + self.sum_current_inputs(V, init=I)) / 20.0

        def update(self, x=0.0):
            t = bp.share["t"]
            V = self.integral(self.V.value, t, x, bp.share["dt"])
            V = bm.where(t - self.t_last.value <= 5.0, self.V.value, V)
            spike = V >= -50.0
            self.spike.value = spike
            self.t_last.value = bm.where(spike, t, self.t_last.value)
            self.V.value = bm.where(spike, -60.0, V)
            return spike

    class TraubMiles(bp.dyn.NeuDyn):
        def __init__(self, size):
            super().__init__(size)
            self.V = bm.Variable(-65.0 + 5.0 * bm.random.randn(size))
            self.m, self.h, self.n = (bm.Variable(bm.zeros(size)) for _ in range(3))
            self.t_last = bm.Variable(bm.ones(size) * -1e7)
            self.spike = bm.Variable(bm.zeros(size, dtype=bool))
            self.integral = bp.odeint(bp.JointEq(self.dV, self.dm, self.dh, self.dn), method="exp_auto")

        def return_info(self):
            return self.spike

        def dm(self, m, t, V):
            u = V + 63.0
            return 1.28 / exprel((13.0 - u) / 4.0) * (1.0 - m) - 1.4 / exprel((u - 40.0) / 5.0) * m

        def dh(self, h, t, V):
            u = V + 63.0
            return 0.128 * bm.exp((17.0 - u) / 18.0) * (1.0 - h) - 4.0 / (1.0 + bm.exp((40.0 - u) / 5.0)) * h

        def dn(self, n, t, V):
            u = V + 63.0
            return 0.16 / exprel((15.0 - u) / 5.0) * (1.0 - n) - 0.5 * bm.exp((10.0 - u) / 40.0) * n

        def dV(self, V, t, m, h, n, I):
            I = self.sum_current_inputs(V, init=I)
            return (I + 10.0 * (-60.0 - V) - 20000.0 * m**3 * h * (V - 50.0) - 6000.0 * n**4 * (V + 90.0)) / 200.0

        def update(self, x=0.0):
            t = bp.share["t"]
            V, m, h, n = self.integral(self.V.value, self.m.value, self.h.value, self.n.value, t, x, bp.share["dt"])
            spike = bm.logical_and(V > -20.0, t - self.t_last.value >= 3.0)
            self.t_last.value = bm.where(spike, t, self.t_last.value)
            self.spike.value = spike
            self.V.value, self.m.value, self.h.value, self.n.value = V, m, h, n
            return spike

    def exprel(x):
        return bm.where(bm.abs(x) < 1e-4, 1.0 + x / 2.0, (bm.exp(x) - 1.0) / x)

    def library_lif(size):
        return bp.dyn.LifRef(
            size, V_rest=-60.0, V_th=-50.0, V_reset=-60.0, tau=20.0, tau_ref=5.0,
            V_initializer=bp.init.Normal(-55.0, 2.0), method="exp_auto",
        )  # fmt: skip

    class Net(bp.DynSysGroup):
        def __init__(self):
            super().__init__()
            n_exc, n_inh = n * 4 // 5, n - n * 4 // 5
            neuron = TraubMiles if kind == "cobahh" else library_lif if lif else ConductanceLif
            self.drive = 0.0 if kind == "cobahh" else 20.0
            w_exc, w_inh = (6.0, 67.0) if kind == "cobahh" else (0.6, 6.7)
            exc, inh = (w_exc, 5.0, 0.0), (w_inh, 10.0, -80.0)
            self.E, self.I = neuron(n_exc), neuron(n_inh)
            self.E2E = self.project(self.E, self.E, n_exc, n_exc, *exc)
            self.E2I = self.project(self.E, self.I, n_exc, n_inh, *exc)
            self.I2E = self.project(self.I, self.E, n_inh, n_exc, *inh)
            self.I2I = self.project(self.I, self.I, n_inh, n_inh, *inh)

        @staticmethod
        def project(pre, post, n_pre, n_post, weight, tau, E):
            connection = bp.conn.FixedProb(INPUTS / n, pre=n_pre, post=n_post)
            return bp.dyn.FullProjAlignPostMg(
                pre=pre, delay=None, comm=bp.dnn.EventCSRLinear(connection, weight),
                syn=bp.dyn.Expon.desc(n_post, tau=tau), out=bp.dyn.COBA.desc(E=E), post=post,
            )  # fmt: skip

        def update(self):
            self.E2E(), self.E2I(), self.I2E(), self.I2I()
            self.E(self.drive), self.I(self.drive)

        def fired(self):
            return bm.sum(self.E.spike) + bm.sum(self.I.spike)

    bm.set_dt(DT)
    bm.random.seed(1)
    return bp, bm, Net()


def run_with_brainpy(bp, bm, net):
    """A function that runs so many steps, compiled once as a whole, and returns the spikes."""
    import jax

    def step(i):
        bp.share.save(i=i, t=i * DT, dt=DT)
        net.update()
        return net.fired()

    windows, done = {}, [0]

    def run(steps):
        if steps not in windows:
            windows[steps] = bm.jit(lambda first: bm.sum(bm.for_loop(step, first + bm.arange(steps))))
        spikes = windows[steps](done[0])
        done[0] += steps
        return int(jax.block_until_ready(bm.as_jax(spikes)))

    return run


def run_with_ours(bp, bm, net):
    """A function that runs so many steps of the compiled program and returns the spikes."""
    simulation = bp.DSRunner(net, monitors={"fired": net.fired}, progress_bar=False).simulation()

    def run(steps):
        simulation.begin(simulation.t, steps)
        simulation.advance(steps)
        return int(simulation.monitor(0).sum())

    return run


def main() -> None:
    asked = arguments()
    package = asked.options[0]
    one_core()
    ours = package == "brainpy_lab"
    if not ours:
        # Before JAX is imported. One thread: with more, small arrays take longer and the CPU time is another.
        os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
        bm = importlib.import_module(f"{package}.math")
        bm.set_platform("cpu")
        bm.enable_x64()
    bp, bm, net = network(package, asked.network, asked.n, "lif" in asked.options)
    run = (run_with_ours if ours else run_with_brainpy)(bp, bm, net)
    run(steps_of(WARM_UP_S))
    serve(timed(lambda: run(steps_of(asked.seconds))), {"version": f"{package} {bp.__version__}"})


if __name__ == "__main__":
    main()
