"""How fast the engine is, against code that a person wrote for the same equations. Run with ``python -m benchmarks``."""
