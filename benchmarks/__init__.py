"""How fast the engine is against code that a person wrote for the same equations: ``python -m benchmarks``."""
