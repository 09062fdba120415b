"""Membranes made of parts: ion channels, ions, and the neurons that hold them."""
