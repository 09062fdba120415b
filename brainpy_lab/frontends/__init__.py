"""Front ends: ways in, each of which ends in the IR."""
