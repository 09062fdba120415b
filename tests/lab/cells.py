"""Labs made from the text of cells, for the tests of scripts, files and exports."""

from __future__ import annotations

import brainpy_lab as bp
from brainpy_lab.lab.lab import Lab, labs
from brainpy_lab.lab.network_cell import NetworkCellRun
from brainpy_lab.lab.recipe import Recipe, held, settings_now
from brainpy_lab.lab.subject import neuron_subject

FHN = """
dv/dt = v - v**3/3 - w + I
dw/dt = (v + a - b*w) / tau
input I = 0.8 in [-0.5, 1.5]
a = 0.7; b = 0.8
tau = 12.5 ms in [5, 30]
init v = -1, w = 1
spike when v > 1
"""
NOISY = """
dv/dt = (I - v)/tau + sigma*xi
input I = 12 mV in [0, 30]
tau = 10 ms; sigma = 1.5 mV in [0, 3]
spike when v > 10
reset v = 0
init v = 2 mV
"""
NETWORK = """
tau, V_th = 10., 1.
w = 0.02 in [0, 0.1]

@bp.integrate(method='exponential')
def int_V(V, t, I):
    return (-V + I) / tau

def update(ST, _t):
    V = int_V(ST['V'], _t, ST['input'])
    ST['spike'] = V >= V_th
    ST['V'] = np.where(V >= V_th, 0., V)
    ST['input'] = 0.

LIF = bp.NeuType('LIF', ST=bp.NeuState(['V', 'spike', 'input']), steps=update)

@bp.integrate(method='exponential')
def int_s(s, t):
    return -s / 5.

def update_s(ST, _t, pre):
    ST['s'] = int_s(ST['s'], _t)
    ST['s'] += pre['spike']

@bp.delayed
def output(ST, post):
    post['input'] -= w * ST['s']

inhibition = bp.SynType('inhibition', ST=bp.SynState(['s']), steps=(update_s, output), mode='scalar')
rng = np.random.RandomState(1)
N = 20 in [5, 40]
cells = bp.NeuGroup(LIF, int(N))
cells.ST['V'] = rng.random_sample(int(N))
syn = bp.SynConn(inhibition, cells, cells, conn=bp.connect.All2All(include_self=False), delay=1.)
I = 2. in [0, 5]
inputs = [(cells, 'ST.input', I)]
"""
IMPORTS = "import numpy as np\nimport brainpy_lab as bp\n"
CLASSES = """
class EI(bp.DynSysGroup):
    def __init__(self):
        super().__init__()
        self.E = bp.dyn.LifRef(40, V_rest=-60., V_th=-50., V_reset=-60., tau=20., tau_ref=5.,
                               V_initializer=bp.init.Normal(-55., 2., seed=3))
        self.drive = bp.dyn.InputVar(40)
        self.E.add_inp_fun('', self.drive)
        self.syn = bp.dyn.ProjAlignPostMg2(
            pre=self.E, delay=None, comm=bp.dnn.EventJitFPHomoLinear(40, 40, prob=.2, weight=2., seed=4),
            syn=bp.dyn.Expon.desc(40, tau=5.), out=bp.dyn.CUBA.desc(), post=self.E)

net = EI()
I = 20. in [0, 40]
net.E.tau = 20. in [5, 40]
inputs = [('drive.input', I)]
"""


def neuron_lab(text: str, name: str, n: int = 1, method: str | None = None, backend: str = "reference", **settings):
    """The lab of a neuron cell, paused at t = 0."""
    with held({**settings_now(), "dt": 0.05, "numerical_method": "euler", **settings}):
        now = settings_now()
        subject = neuron_subject(name, bp.NeuGroup(bp.neuron(text, name, method=method), n))
    subject.recipe = Recipe("neuron", name, text, n, method, settings=now)
    return _started(Lab(subject, backend=backend, speed=float("inf")))


def network_lab(text: str, name: str = "net", namespace: dict | None = None, backend: str = "reference", **settings):
    """The lab of a network cell, paused at t = 0."""
    import linecache

    def compiled(tree):
        file = f"<cell {name} {id(tree)}>"
        linecache.cache[file] = (len(text), None, text.splitlines(True), file)
        return compile(tree, file, "exec")

    settings = {**settings_now(), "dt": 0.1, "numerical_method": "euler", **settings}
    namespace = {} if namespace is None else namespace
    run = NetworkCellRun(text, name, namespace, compiled, f"network {name}", 1)

    def make(values=None):
        with held(settings):
            return run.run(values)

    return _started(Lab(make(), backend=backend, speed=float("inf"), remake=make))


def _started(lab: Lab) -> Lab:
    labs.add(lab)
    lab.start(run=False)
    return lab


def run(lab, ms: float) -> None:
    lab.run(ms)
    assert lab.wait(60)


def back(lab, ms: float) -> None:
    lab.rewind(ms)
    assert lab.wait(60)
