"""Models written as classes: `DynamicalSystem` and what is built from it.

The names are reached through ``bp``, ``bp.dyn`` and ``bp.dnn``.
"""
