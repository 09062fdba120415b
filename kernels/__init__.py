"""Hand-written numerical primitives that no model owns, imported as `brainpy_lab.kernels`."""
