// Faults while kernels run: a wild pointer ends the launch and not the process. A sanitizer reports faults itself.
#pragma once
#include <pthread.h>
#include <signal.h>

#include "sanitizer.h"

namespace emulator {

// While it lives, `report(signal, address)` is called for faults of this thread of the system. When it returns, the
// fault happens again and goes to whoever handled faults before.
class Faults {
 public:
  explicit Faults(void (*report)(int signal, const char* address)) {
    if (WATCHES_ADDRESSES || WATCHES_THREADS) return;
    reporter = report;
    here = pthread_self();
    // A stack for the handler: that of the kernel may be full.
    stack_t stack = {};
    stack.ss_sp = place;
    stack.ss_size = sizeof place;
    sigaltstack(&stack, &stack_before);
    struct sigaction action = {};
    action.sa_sigaction = handle;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
    for (int i = 0; i < N; i++) sigaction(SIGNALS[i], &action, &before[i]);
  }

  ~Faults() {
    if (WATCHES_ADDRESSES || WATCHES_THREADS) return;
    for (int i = 0; i < N; i++) sigaction(SIGNALS[i], &before[i], nullptr);
    sigaltstack(&stack_before, nullptr);
  }

  Faults(const Faults&) = delete;

 private:
  static constexpr int N = 4;
  static constexpr int SIGNALS[N] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL};
  static inline struct sigaction before[N];
  static inline void (*reporter)(int, const char*);
  static inline pthread_t here;
  static inline char place[65536];
  stack_t stack_before;

  static void handle(int signal, siginfo_t* info, void*) {
    if (pthread_equal(pthread_self(), here)) reporter(signal, static_cast<const char*>(info->si_addr));
    for (int i = 0; i < N; i++) {
      if (SIGNALS[i] == signal) sigaction(signal, &before[i], nullptr);
    }
  }
};

}  // namespace emulator
