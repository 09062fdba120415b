// From the signature of a kernel: sizes and kinds of its parameters, and a call with packed arguments.
#pragma once

namespace emulator {

template <class T> struct Plain { using type = T; };
template <class T> struct Plain<const T> { using type = T; };
template <class T> struct Plain<T&> : Plain<T> {};  // a __grid_constant__ parameter is printed as a reference

template <class T> struct IsPointer { static constexpr bool value = false; };
template <class T> struct IsPointer<T*> { static constexpr bool value = true; };
template <class T> struct IsBool { static constexpr bool value = false; };
template <> struct IsBool<bool> { static constexpr bool value = true; };

template <class T> constexpr char kind_of() {
  if constexpr (IsPointer<T>::value) return 'p';
  else if constexpr (IsBool<T>::value) return 'b';
  else if constexpr (__is_class(T) || __is_union(T)) return 's';
  else if constexpr (__is_enum(T)) return 'i';
  else if constexpr (T(0.5) != T(0)) return 'f';
  else return T(-1) < T(0) ? 'i' : 'u';
}

template <auto function> struct Entry;
template <class... A, void (*function)(A...)> struct Entry<function> {
  static constexpr int n = sizeof...(A);
  static constexpr unsigned sizes[n + 1] = {sizeof(typename Plain<A>::type)..., 0};
  static constexpr char kinds[n + 1] = {kind_of<typename Plain<A>::type>()..., 0};
  template <int... i> struct Places {};
  template <int... i> static void call(void* const* arguments, Places<i...>) {
    function(*static_cast<typename Plain<A>::type*>(arguments[i])...);
  }
  static void run(void* const* arguments) { call(arguments, Places<__integer_pack(n)...>()); }
};

template <auto function> constexpr Kernel describe(const char* name, unsigned max_threads) {
  using E = Entry<function>;
  return {name, E::run, E::n, E::sizes, E::kinds, max_threads};
}

}  // namespace emulator
