// What the runtime tells a sanitizer; nothing where there is none.
#pragma once
#include <cstddef>

#ifdef EMULATOR_ADDRESS
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif
#ifdef EMULATOR_THREAD
extern "C" {
void* __tsan_get_current_fiber();
void* __tsan_create_fiber(unsigned flags);
void __tsan_switch_to_fiber(void* fibre, unsigned flags);
void __tsan_acquire(void* address);
void __tsan_release(void* address);
}
#endif

namespace emulator {

// ---- memory that must not be touched

#ifdef EMULATOR_ADDRESS
constexpr bool WATCHES_ADDRESSES = true;
inline void forbid(const void* start, size_t bytes) { __asan_poison_memory_region(start, bytes); }
inline void allow(const void* start, size_t bytes) { __asan_unpoison_memory_region(start, bytes); }
inline void leaving_stack(void** shadow, const void* bottom, size_t size) {
  __sanitizer_start_switch_fiber(shadow, bottom, size);
}
inline void on_stack(void* shadow, const void** bottom, size_t* size) {
  __sanitizer_finish_switch_fiber(shadow, bottom, size);
}
#else
constexpr bool WATCHES_ADDRESSES = false;
inline void forbid(const void*, size_t) {}
inline void allow(const void*, size_t) {}
inline void leaving_stack(void**, const void*, size_t) {}
inline void on_stack(void*, const void**, size_t*) {}
#endif

// ---- who runs, and what orders threads: what one did before happens_before(place) is ordered before what another
// does after happens_after(place)

#ifdef EMULATOR_THREAD
constexpr bool WATCHES_THREADS = true;
inline void* identity_of_this_thread() { return __tsan_get_current_fiber(); }
inline void* new_identity() { return __tsan_create_fiber(0); }
inline void become(void* identity) { __tsan_switch_to_fiber(identity, 1); }  // 1: the switch itself orders nothing
inline void happens_before(void* place) { __tsan_release(place); }
inline void happens_after(void* place) { __tsan_acquire(place); }
#else
constexpr bool WATCHES_THREADS = false;
inline void* identity_of_this_thread() { return nullptr; }
inline void* new_identity() { return nullptr; }
inline void become(void*) {}
inline void happens_before(void*) {}
inline void happens_after(void*) {}
#endif

}  // namespace emulator
