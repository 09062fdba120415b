"""Constants of Philox4x32-10 (Salmon, Moraes, Dror and Shaw 2011, table 2) and of the floats made from its words."""

import numpy as np

ROUNDS = 10
MULTIPLIER_0 = np.uint64(0xD2511F53)
MULTIPLIER_1 = np.uint64(0xCD9E8D57)
WEYL_0 = np.uint64(0x9E3779B9)
WEYL_1 = np.uint64(0xBB67AE85)
MASK = np.uint64(0xFFFFFFFF)
WORD = np.uint64(32)

# A double takes 27 bits of one word and 26 of the next, a single takes 24.
DROP_5, DROP_6, DROP_8 = np.uint64(5), np.uint64(6), np.uint64(8)
UNIT_27, UNIT_53 = np.float64(2.0**-27), np.float64(2.0**-53)
UNIT_24 = np.float32(2.0**-24)
EDGES = 2**31 + 2**30
"""Stream of random edges; that of the numbers which belong to them, and to no step, begin behind it."""

UNIT_F64, UNIT_F32 = np.float64(1.0), np.float32(1.0)
MINUS_TWO_F64, MINUS_TWO_F32 = np.float64(-2.0), np.float32(-2.0)
