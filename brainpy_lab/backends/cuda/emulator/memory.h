// Device memory: poisoned when new, and between guards that a kernel must leave as they are.
//
// Under the address sanitizer there are no guards: it knows itself where memory ends.
#pragma once
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "sanitizer.h"

namespace emulator {

constexpr unsigned char POISON = 0xff;  // NaN in floats and doubles, -1 in integers
constexpr unsigned char GUARD_BYTE = 0xa5;
constexpr size_t GUARD = WATCHES_ADDRESSES ? 0 : 256;  // in front and behind; in front it keeps the alignment

struct Allocation {
  unsigned char* start;
  size_t bytes;
};

inline std::vector<Allocation> allocations;

inline void* allocate(size_t bytes) {
  void* space;
  const size_t held = WATCHES_ADDRESSES && !bytes ? 8 : bytes;
  if (posix_memalign(&space, 256, held + 2 * GUARD)) return nullptr;
  auto start = static_cast<unsigned char*>(space) + GUARD;
  memset(space, GUARD_BYTE, held + 2 * GUARD);
  memset(start, POISON, bytes);
  if (!bytes) forbid(start, held);
  allocations.push_back({start, bytes});
  return start;
}

inline void release(void* start) {
  for (Allocation& a : allocations) {
    if (a.start != start) continue;
    a = allocations.back();
    allocations.pop_back();
    free(static_cast<unsigned char*>(start) - GUARD);
    return;
  }
}

// `report(byte, allocation)` for bytes that were written outside of allocations; the guards are made whole again.
template <class Report> void check_guards(Report report) {
  static unsigned char whole[256];
  memset(whole, GUARD_BYTE, sizeof whole);
  for (const Allocation& a : allocations) {
    unsigned char* before = a.start - GUARD;
    unsigned char* behind = a.start + a.bytes;
    if (memcmp(behind, whole, GUARD)) {
      size_t i = 0;
      while (behind[i] == GUARD_BYTE) i++;
      report((long long)(a.bytes + i), a);
      memset(behind, GUARD_BYTE, GUARD);
    }
    if (memcmp(before, whole, GUARD)) {
      size_t i = GUARD;
      while (before[i - 1] == GUARD_BYTE) i--;
      report((long long)i - 1 - (long long)GUARD, a);
      memset(before, GUARD_BYTE, GUARD);
    }
  }
}

}  // namespace emulator
