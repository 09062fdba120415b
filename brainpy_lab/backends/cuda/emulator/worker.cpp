// A process that runs kernels under a sanitizer: requests on standard input, answers on standard output.
//
// A request is a letter and numbers of 8 bytes, then bytes as announced. An answer is a number, 0 for success, then
// what was asked for, or the length of a message and the message. When a sanitizer finds something the process ends,
// and what it wrote to standard error says what.
#include <dlfcn.h>

#include <string>

#include "runtime.cpp"

namespace {

int answers;  // standard output as it was; the name itself leads to standard error, for printf in kernels
std::vector<const Module*> modules;

void read_all(void* place, size_t bytes) {
  auto to = static_cast<char*>(place);
  while (bytes) {
    const ssize_t n = read(0, to, bytes);
    if (n <= 0) _exit(0);  // the device is gone
    to += n;
    bytes -= (size_t)n;
  }
}

void write_all(const void* place, size_t bytes) {
  auto from = static_cast<const char*>(place);
  while (bytes) {
    const ssize_t n = write(answers, from, bytes);
    if (n <= 0) _exit(0);
    from += n;
    bytes -= (size_t)n;
  }
}

unsigned long long number() {
  unsigned long long value;
  read_all(&value, sizeof value);
  return value;
}

void answer(unsigned long long value) { write_all(&value, sizeof value); }

void refuse(const std::string& why) {
  answer(1);
  answer(why.size());
  write_all(why.data(), why.size());
}

void load() {
  std::string path(number(), 0);
  read_all(path.data(), path.size());
  void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  using Describe = const Module* (*)(State*);
  auto describe = library ? reinterpret_cast<Describe>(dlsym(library, "emulator_module")) : nullptr;
  if (!describe) return refuse(dlerror());
  modules.push_back(describe(emulator_start()));
  const Module& m = *modules.back();
  answer(0);
  answer(modules.size() - 1);
  answer((unsigned)m.n_kernels);
  for (int k = 0; k < m.n_kernels; k++) {
    answer((unsigned)m.kernels[k].n_parameters);
    answer(m.kernels[k].max_threads);
    for (int i = 0; i < m.kernels[k].n_parameters; i++) {
      answer((unsigned char)m.kernels[k].kinds[i]);
      answer(m.kernels[k].sizes[i]);
    }
  }
}

void launch() {
  const auto module = number();
  const int kernel_id = (int)number();
  const unsigned grid[] = {(unsigned)number(), 1, 1};
  const unsigned block[] = {(unsigned)number(), 1, 1};
  const unsigned shared = (unsigned)number();
  const auto order_seed = number();
  const Kernel& k = modules[module]->kernels[kernel_id];
  std::vector<void*> places;
  for (int i = 0; i < k.n_parameters; i++) {
    // One piece of memory for each, so that the address sanitizer sees where it ends.
    void* place;
    if (posix_memalign(&place, 64, k.sizes[i])) abort();
    read_all(place, k.sizes[i]);
    places.push_back(place);
  }
  if (emulator_launch(modules[module], kernel_id, grid, block, shared, order_seed, places.data())) {
    refuse(emulator_message());
  } else {
    answer(0);
  }
  for (void* place : places) free(place);
}

}  // namespace

int main() {
  answers = dup(1);
  dup2(2, 1);
  emulator_start();
  for (;;) {
    char request;
    read_all(&request, 1);
    switch (request) {
      case 'a': {
        const auto bytes = number();
        void* start = emulator_allocate(bytes);
        if (!start) {
          refuse("no memory");
        } else {
          answer(0);
          answer(reinterpret_cast<unsigned long long>(start));
        }
        break;
      }
      case 'f': emulator_free(reinterpret_cast<void*>(number())); answer(0); break;
      case 'u': {
        auto start = reinterpret_cast<void*>(number());
        read_all(start, number());
        answer(0);
        break;
      }
      case 'd': {
        auto start = reinterpret_cast<void*>(number());
        const auto bytes = number();
        answer(0);
        write_all(start, bytes);
        break;
      }
      case 'm': load(); break;
      case 'l': launch(); break;
      default: _exit(2);
    }
  }
}
