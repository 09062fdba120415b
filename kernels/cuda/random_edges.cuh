// Connections that are never stored, with the bits of kernels/reference/random_edges.py. Edge number k of a row has the
// target -1 + the sum of (1 + skip number i) over i = 0..k, and the row ends where that reaches n_post. The terms are
// whole numbers of at most n_post + 1, so their sum is exact in any order: a block may scan them.

// Skips number 2*pair and 2*pair + 1 of a row: how many targets lie before the next connected one, at most n_post.
// `scale` is as `skip_scale` of the reference makes it.
BPL_INLINE PairF64 skip_pair(uint32 seed, uint32 row, int64 n_post, double scale, uint32 pair) {
  const PairF64 u = uniform_pair_f64(seed, Philox::EDGES, row, 0, pair);
  const double most = (double)n_post;
  return {min_f64(floor_f64(log_f64(Philox::UNIT_F64 - u.first) * scale), most),
          min_f64(floor_f64(log_f64(Philox::UNIT_F64 - u.second) * scale), most)};
}

// Skip number k of a row. A thread that needs both of a pair asks for `skip_pair`, at the price of one.
BPL_INLINE double skip(uint32 seed, uint32 row, int64 n_post, double scale, uint32 k) {
  const PairF64 both = skip_pair(seed, row, n_post, scale, k / 2);
  return select(k % 2 == 0, both.first, both.second);
}

// Standard numbers that belong to edge number `place` of a row, the same in every step; `site` counts those of an edge.
BPL_INLINE double edge_uniform_f64(uint32 seed, uint32 site, uint32 row, uint32 place) {
  return uniform_f64(seed, Philox::EDGES + 1 + site, row, 0, place);
}
BPL_INLINE float edge_uniform_f32(uint32 seed, uint32 site, uint32 row, uint32 place) {
  return uniform_f32(seed, Philox::EDGES + 1 + site, row, 0, place);
}
BPL_INLINE double edge_normal_f64(uint32 seed, uint32 site, uint32 row, uint32 place) {
  return normal_f64(seed, Philox::EDGES + 1 + site, row, 0, place);
}
BPL_INLINE float edge_normal_f32(uint32 seed, uint32 site, uint32 row, uint32 place) {
  return normal_f32(seed, Philox::EDGES + 1 + site, row, 0, place);
}
