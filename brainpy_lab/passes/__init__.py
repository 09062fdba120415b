"""Passes from IR to IR, one file each."""
