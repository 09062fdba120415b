"""The CUDA back end: one translation unit per program, compiled for the card at hand."""
