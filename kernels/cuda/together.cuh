// What a block of threads does together.

// How many of the rows (time, element), sorted by time, are not later than `time`.
BPL_INLINE int64 events_until(const double* rows, int64 n, double time) {
  int64 low = 0, high = n;
  while (low < high) {
    const int64 middle = (low + high) / 2;
    if (rows[2 * middle] <= time)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

// The targets of a source whose edges are not stored, two for each thread of the block and call of `next`. All threads
// of the block have to call it, with the same arguments but `target`.
struct Walk {
  double at;     // the last target of all calls so far
  uint32 first;  // pairs of skips that are used up
  bool done;     // the row has no more targets

  // Where both targets of this thread lie (beyond n_post where there are none); returns the number of the first edge.
  BPL_INLINE int64 next(uint32 seed, uint32 row, int64 n_post, double scale, double* target) {
    __shared__ double sums[1024];
    const uint32 pair = first + threadIdx.x;
    const PairF64 skips = skip_pair(seed, row, n_post, scale, pair);
    const double one = 1.0 + skips.first, both = one + (1.0 + skips.second);
    double sum = both;
    for (unsigned int reach = 1; reach < blockDim.x; reach *= 2) {
      sums[threadIdx.x] = sum;
      __syncthreads();
      const double before = threadIdx.x >= reach ? sums[threadIdx.x - reach] : 0.0;
      __syncthreads();
      sum = sum + before;
    }
    sums[threadIdx.x] = sum;
    __syncthreads();
    const double total = sums[blockDim.x - 1];
    __syncthreads();
    target[0] = at + (sum - both) + one;
    target[1] = at + sum;
    at = at + total;
    first += blockDim.x;
    done = !(at < (double)n_post);
    return 2 * (int64)pair;
  }
};
