// Counter-based random numbers with the bits of kernels/reference/random.py. Whole numbers of any type are taken by
// their low 32 bits, `step` by its low 64: so C++ converts them to unsigned ones.

struct Words {
  uint32 x0, x1, x2, x3;
};

// Philox4x32-10: four words from a counter of four and a key of two.
BPL_INLINE Words philox4x32(uint32 c0, uint32 c1, uint32 c2, uint32 c3, uint32 key0, uint32 key1) {
  Words x = {c0, c1, c2, c3};
#pragma unroll
  for (uint32 round = 0; round < Philox::ROUNDS; ++round) {
    const uint64 p0 = (uint64)Philox::MULTIPLIER_0 * x.x0;
    const uint64 p1 = (uint64)Philox::MULTIPLIER_1 * x.x2;
    x = {(uint32)(p1 >> Philox::WORD) ^ x.x1 ^ key0, (uint32)p1, (uint32)(p0 >> Philox::WORD) ^ x.x3 ^ key1, (uint32)p0};
    key0 += Philox::WEYL_0;
    key1 += Philox::WEYL_1;
  }
  return x;
}

BPL_INLINE Words random_words(uint32 seed, uint32 stream, uint32 element, uint64 step, uint32 draw) {
  return philox4x32(element, (uint32)step, (uint32)(step >> Philox::WORD), draw, seed, stream);
}

// Through signed integers, which convert in one instruction; all of it is exact.
BPL_INLINE double unit_f64(uint32 high, uint32 low) {
  const double a = (double)(int)(high >> Philox::DROP_5);
  const double b = (double)(int)(low >> Philox::DROP_6);
  return a * Philox::UNIT_27 + b * Philox::UNIT_53;
}

BPL_INLINE float unit_f32(uint32 word) { return (float)(int)(word >> Philox::DROP_8) * Philox::UNIT_24; }

// Uniform in [0, 1) on the grid of 2**-53.
BPL_INLINE double uniform_f64(uint32 seed, uint32 stream, uint32 element, uint64 step, uint32 draw) {
  const Words x = random_words(seed, stream, element, step, draw);
  return unit_f64(x.x0, x.x1);
}

// Two uniforms of one counter, on the grid of 2**-53.
struct PairF64 {
  double first, second;
};
BPL_INLINE PairF64 uniform_pair_f64(uint32 seed, uint32 stream, uint32 element, uint64 step, uint32 draw) {
  const Words x = random_words(seed, stream, element, step, draw);
  return {unit_f64(x.x0, x.x1), unit_f64(x.x2, x.x3)};
}

// Uniform in [0, 1) on the grid of 2**-24.
BPL_INLINE float uniform_f32(uint32 seed, uint32 stream, uint32 element, uint64 step, uint32 draw) {
  return unit_f32(random_words(seed, stream, element, step, draw).x0);
}

// Standard normal by Box and Muller's cosine branch.
BPL_INLINE double normal_f64(uint32 seed, uint32 stream, uint32 element, uint64 step, uint32 draw) {
  const Words x = random_words(seed, stream, element, step, draw);
  const double radius = sqrt_f64(Philox::MINUS_TWO_F64 * log_f64(Philox::UNIT_F64 - unit_f64(x.x0, x.x1)));
  return radius * cos_f64(F64::TWO_PI * unit_f64(x.x2, x.x3));
}

BPL_INLINE float normal_f32(uint32 seed, uint32 stream, uint32 element, uint64 step, uint32 draw) {
  const Words x = random_words(seed, stream, element, step, draw);
  const float radius = sqrt_f32(Philox::MINUS_TWO_F32 * log_f32(Philox::UNIT_F32 - unit_f32(x.x0)));
  return radius * cos_f32(F32::TWO_PI * unit_f32(x.x1));
}
