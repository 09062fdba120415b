"""The cells that are measured: a FitzHugh-Nagumo neuron and the quick start's gamma network."""
from __future__ import annotations

FHN = """%%brainpy neuron FHN --dt 0.05
dv/dt = v - v**3/3 - w + I
dw/dt = (v + a - b*w) / tau
input I = 0.8 in [-0.5, 1.5]
a = 0.7; b = 0.8
tau = 12.5 ms in [5, 30]
init v = -1, w = 1
spike when v > 1
"""

GAMMA = """%%brainpy network gamma --dt 0.04 --seed 1
import brainpy_lab as bp

gamma = bp.models.networks.gamma_network(n=100, seed=1)
cells, inhibition = gamma.neurons, gamma.synapses
inhibition.pars['g_max'] = 0.001 in [0, 0.004]
I = 1.2 in [0, 3]
inputs = [(cells, 'ST.input', I)]
"""

BUSY = """import time
end = time.time() + {seconds}
while time.time() < end:
    sum(range(2000))
"""
