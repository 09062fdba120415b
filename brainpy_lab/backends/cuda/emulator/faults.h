// Faults and interrupts while kernels run: they end the launch and not the process, and a kernel that never ends can be
// stopped. Under a sanitizer kernels have a process of their own, whose faults the sanitizer reports.
#pragma once
#include <pthread.h>
#include <signal.h>
#include <ucontext.h>

#include "sanitizer.h"

namespace emulator {

// While it lives, `report(signal, place)` is called for faults of this thread of the system, with the address that was
// touched, and for interrupts, with the place on the stack where it was. When it returns, a fault happens again and goes
// to whoever handled faults before.
class Signals {
 public:
  explicit Signals(void (*report)(int signal, const char* place)) {
    if (WATCHES_ADDRESSES || WATCHES_THREADS) return;
    reporter = report;
    here = pthread_self();
    // A stack for the handler: that of the kernel may be full.
    stack_t stack = {};
    stack.ss_sp = space;
    stack.ss_size = sizeof space;
    sigaltstack(&stack, &stack_before);
    struct sigaction action = {};
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
    for (int i = 0; i < N; i++) {
      sigaction(SIGNALS[i], nullptr, &before[i]);
      action.sa_sigaction = i < N_FAULTS ? fault : interrupt;
      // Interrupts that nobody handles go their usual way.
      if (i < N_FAULTS || (before[i].sa_handler != SIG_DFL && before[i].sa_handler != SIG_IGN)) {
        sigaction(SIGNALS[i], &action, nullptr);
      }
    }
  }

  ~Signals() {
    if (WATCHES_ADDRESSES || WATCHES_THREADS) return;
    for (int i = 0; i < N; i++) sigaction(SIGNALS[i], &before[i], nullptr);
    sigaltstack(&stack_before, nullptr);
  }

  Signals(const Signals&) = delete;

 private:
  static constexpr int N_FAULTS = 4, N = 6;
  static constexpr int SIGNALS[N] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGINT, SIGALRM};
  static inline struct sigaction before[N];
  static inline void (*reporter)(int, const char*);
  static inline pthread_t here;
  static inline char space[65536];
  stack_t stack_before;

  static struct sigaction* handler_before(int signal) {
    int i = 0;
    while (SIGNALS[i] != signal) i++;
    return &before[i];
  }

  static void fault(int signal, siginfo_t* info, void*) {
    if (pthread_equal(pthread_self(), here)) reporter(signal, static_cast<const char*>(info->si_addr));
    sigaction(signal, handler_before(signal), nullptr);
  }

  // Python's handler notes the signal and acts on it when the launch is over, which is now.
  static void interrupt(int signal, siginfo_t* info, void* context) {
    const struct sigaction* python = handler_before(signal);
    if (python->sa_flags & SA_SIGINFO) python->sa_sigaction(signal, info, context);
    else python->sa_handler(signal);
#ifdef __x86_64__
    const auto sp = static_cast<ucontext_t*>(context)->uc_mcontext.gregs[REG_RSP];
    if (pthread_equal(pthread_self(), here)) reporter(signal, reinterpret_cast<const char*>(sp));
#endif
  }
};

}  // namespace emulator
