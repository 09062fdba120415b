// Fibres: stacks that hand the processor to each other without the system.
//
// A switch saves the registers that the calling convention keeps and exchanges the stack pointer: some 5 ns on x86-64.
// Elsewhere (or with -DEMULATOR_UCONTEXT) swapcontext does it, with a system call for the signal mask.
#pragma once
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#if !defined(__x86_64__) && !defined(EMULATOR_UCONTEXT)
#define EMULATOR_UCONTEXT
#endif
#ifdef EMULATOR_UCONTEXT
#include <ucontext.h>
#endif

#include "sanitizer.h"

namespace emulator {

constexpr size_t STACK_BYTES = 256 * 1024;  // reserved; what is never touched costs no memory

struct Fibre {
#ifdef EMULATOR_UCONTEXT
  ucontext_t context;
#else
  void* stack_pointer;
#endif
  char* stack;  // the main fibre has none of ours
  const void* bottom;
  size_t size;
  void* shadow;    // address sanitizer: its own stack of this fibre
  void* identity;  // thread sanitizer: whom it takes the fibre for
  int thread;
  Fibre* next_free;
};

#ifndef EMULATOR_UCONTEXT
extern "C" void emulator_switch(void** save, void* load);
asm(R"(
.text
.p2align 4
.type emulator_switch, @function
emulator_switch:
    endbr64
    pushq %rbp
    pushq %rbx
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    movq %rsp, (%rdi)
    movq %rsi, %rsp
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbx
    popq %rbp
    ret
.size emulator_switch, .-emulator_switch
)");
#endif

// Let `fibre` begin with `entry`, which must not return, when it is next switched to.
inline void prepare(Fibre* fibre, void (*entry)()) {
  fibre->shadow = nullptr;
#ifdef EMULATOR_UCONTEXT
  getcontext(&fibre->context);
  fibre->context.uc_stack.ss_sp = fibre->stack;
  fibre->context.uc_stack.ss_size = STACK_BYTES;
  fibre->context.uc_link = nullptr;
  makecontext(&fibre->context, entry, 0);
#else
  // `ret` jumps to entry with the stack as after a call; zeros end a walk along the frames.
  auto top = reinterpret_cast<uintptr_t*>(const_cast<char*>(static_cast<const char*>(fibre->bottom)) + fibre->size);
  *--top = 0;
  *--top = reinterpret_cast<uintptr_t>(entry);
  for (int i = 0; i < 6; i++) *--top = 0;
  fibre->stack_pointer = top;
#endif
}

// Give `fibre` a stack of its own above a page that faults. A test tool without memory for that ends the process.
inline void make(Fibre* fibre, int number, void (*entry)()) {
  const size_t page = (size_t)sysconf(_SC_PAGESIZE);
  void* space = mmap(nullptr, STACK_BYTES + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
                     -1, 0);
  if (space == MAP_FAILED) {
    perror("emulated device: stack of a thread");
    abort();
  }
  mprotect(space, page, PROT_NONE);
  fibre->stack = static_cast<char*>(space) + page;
  fibre->bottom = fibre->stack;
  // Tops at different lines of the cache: at equal distances from pages they would all fall into one set.
  fibre->size = STACK_BYTES - (size_t)(number % 128) * 128;
  fibre->identity = new_identity();
  prepare(fibre, entry);
}

inline void switch_fibre(Fibre* from, Fibre* to) {
  leaving_stack(&from->shadow, to->bottom, to->size);
#ifdef EMULATOR_UCONTEXT
  swapcontext(&from->context, &to->context);
#else
  emulator_switch(&from->stack_pointer, to->stack_pointer);
#endif
  on_stack(from->shadow, nullptr, nullptr);
}

// First thing on a new fibre; `main` learns where its stack lies.
inline void arrived(Fibre* main) {
  const void* bottom = nullptr;
  size_t size = 0;
  on_stack(nullptr, &bottom, &size);
  if (!main->bottom) main->bottom = bottom, main->size = size;
}

}  // namespace emulator
