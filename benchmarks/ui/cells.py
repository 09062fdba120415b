"""The cells that are measured: a FitzHugh-Nagumo neuron, the quick start's gamma network, and a crowd of neurons."""
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

CLOCKS = """%%brainpy network clocks --dt 0.5
import brainpy_lab as bp
import numpy as np

clock = bp.neuron('''
dx/dt = 1/T
T = 50 ms
spike when x > 1
reset x = x - 1
''', 'clock')
cells = bp.NeuGroup(clock, {size})
cells.ST['x'] = np.random.default_rng(1).random(cells.num)
pace = 50 in [49, 51]
cells.pars['T'] = pace
"""
"""Neurons that start anywhere in their cycle of 50 ms; with 500 ms in view each shows ten spikes."""

SLOW_CLOCK = """
import threading, time
lab = __import__('brainpy_lab').labs['FHN']
send = lab.sender.send
def stamped(header, buffers):
    send({**header, 'sent_at': 1000 * time.time()}, buffers)
lab.sender.send = stamped
threading.Timer(3, lambda: setattr(lab.sender.counts, 'most_in_flight', 0)).start()
"""
"""Frames say when they were sent; those under way are counted once the sender knows how slow the page is."""

BUSY = """import time
end = time.time() + {seconds}
while time.time() < end:
    sum(range(2000))
"""
