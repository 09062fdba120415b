"""Small networks that several tests run."""

import numpy as np

import brainpy_lab as bp


class Exponential(bp.Projection):
    """A random projection with exponential conductances."""

    def __init__(self, pre, post, prob, g_max, tau, E=0.0, seed=0, delay=None):
        super().__init__()
        self.proj = bp.dyn.FullProjAlignPostMg(
            pre=pre,
            delay=delay,
            comm=bp.dnn.EventCSRLinear(bp.conn.FixedProb(prob, pre=pre.num, post=post.num, seed=seed), g_max),
            syn=bp.dyn.Expon.desc(post.num, tau=tau),
            out=bp.dyn.COBA.desc(E=E),
            post=post,
        )


class EINet(bp.DynSysGroup):
    """Excitatory and inhibitory neurons with balanced conductances (Vogels and Abbott 2005)."""

    def __init__(self, n, delay=None, spread=2.0, prob=None):
        super().__init__()
        ne, ni, prob = n * 4 // 5, n - n * 4 // 5, 80 / n if prob is None else prob
        pars = dict(V_rest=-60.0, V_th=-50.0, V_reset=-60.0, tau=20.0, tau_ref=5.0)
        self.E = bp.dyn.LifRef(ne, **pars, V_initializer=bp.init.Normal(-55.0, spread, seed=1))
        self.I = bp.dyn.LifRef(ni, **pars, V_initializer=bp.init.Normal(-55.0, spread, seed=2))
        self.E2E = Exponential(self.E, self.E, prob, 0.6, 5.0, 0.0, 1, delay)
        self.E2I = Exponential(self.E, self.I, prob, 0.6, 5.0, 0.0, 2, delay)
        self.I2E = Exponential(self.I, self.E, prob, 6.7, 10.0, -80.0, 3, delay)
        self.I2I = Exponential(self.I, self.I, prob, 6.7, 10.0, -80.0, 4, delay)
        self.Ein = bp.dyn.InputVar(self.E.varshape)
        self.Iin = bp.dyn.InputVar(self.I.varshape)
        self.E.add_inp_fun("", self.Ein)
        self.I.add_inp_fun("", self.Iin)


def ei_runner(net, monitors=("E.spike", "I.spike"), **options):
    """A runner with the constant drive of the page."""
    return bp.DSRunner(
        net, monitors=list(monitors), inputs=[("Ein.input", 20.0), ("Iin.input", 20.0)], progress_bar=False, **options
    )


def irregularity(spikes, ts):
    """Mean local variation and mean coefficient of variation of the intervals, of neurons with ten intervals or more.

    Both are 1 for Poisson spikes; the local variation (Shinomoto et al. 2003, Neural Comput. 15, 2823) does not rise
    with slow changes of the rate.
    """
    local, cv = [], []
    for column in np.asarray(spikes).T:
        gaps = np.diff(ts[column])
        if len(gaps) >= 10:
            cv.append(gaps.std() / gaps.mean())
            local.append(3 * np.mean(((gaps[1:] - gaps[:-1]) / (gaps[1:] + gaps[:-1])) ** 2))
    return float(np.mean(local)), float(np.mean(cv))
