"""Back ends: from kernels of the IR to something that runs."""
