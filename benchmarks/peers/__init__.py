"""How fast the engine is beside other simulators: ``python -m benchmarks.peers``."""
