"""The Numba back end: one compiled function per kernel, and a compiled driver that holds the loop over steps."""
