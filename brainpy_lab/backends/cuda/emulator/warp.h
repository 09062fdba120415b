// What the lanes of a warp get from a call they have all made.
#pragma once
#include <algorithm>

#include "state.h"

namespace emulator {

constexpr int WARP = 32;

inline unsigned reduced(int call, unsigned x, unsigned y) {
  switch (call) {
    case REDUCE_ADD: return x + y;
    case REDUCE_MIN: return std::min(x, y);
    case REDUCE_MAX: return std::max(x, y);
    case REDUCE_MIN_SIGNED: return (unsigned)std::min((int)x, (int)y);
    case REDUCE_MAX_SIGNED: return (unsigned)std::max((int)x, (int)y);
    case REDUCE_AND: return x & y;
    case REDUCE_OR: return x | y;
    default: return x ^ y;
  }
}

// `arrived` has a bit for each of the n lanes that takes part; `lanes` says whose value each wants from a shuffle.
inline void answer_call(int call, unsigned arrived, int n, const unsigned long long* values, const int* lanes,
                        unsigned long long* answers) {
  const auto takes_part = [&](int lane) { return lane >= 0 && lane < n && (arrived >> lane & 1); };
  const auto same_as = [&](int lane) {
    unsigned same = 0;
    for (int k = 0; k < n; k++) {
      if (takes_part(k) && values[k] == values[lane]) same |= 1u << k;
    }
    return same;
  };
  const int first = __builtin_ctz(arrived);
  unsigned yes = 0, total = (unsigned)values[first];
  for (int l = 0; l < n; l++) {
    if (!takes_part(l)) continue;
    if (values[l]) yes |= 1u << l;
    if (call >= REDUCE_ADD && l != first) total = reduced(call, total, (unsigned)values[l]);
  }
  for (int l = 0; l < n; l++) {
    switch (call) {
      case SYNCWARP: answers[l] = 0; break;
      case BALLOT: answers[l] = yes; break;
      case ANY: answers[l] = yes != 0; break;
      case ALL: answers[l] = yes == arrived; break;
      case SHUFFLE: case SHUFFLE_UP: case SHUFFLE_DOWN: case SHUFFLE_XOR:
        // The value of a lane that takes no part is undefined on the device.
        answers[l] = takes_part(lanes[l]) ? values[lanes[l]] : ~0ull;
        break;
      case MATCH_ANY: answers[l] = same_as(l); break;
      case MATCH_ALL: answers[l] = same_as(first) == arrived ? arrived : 0; break;
      default: answers[l] = total;
    }
  }
}

}  // namespace emulator
