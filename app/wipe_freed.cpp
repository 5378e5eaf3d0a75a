// Memory of the process is wiped as it is given back: statements, rows and comments pass through
// strings, and a core dump would show those of long ago. The steady flow allocates nothing, so this
// costs where something was built and thrown away.
//
// Of the program alone, and not where a sanitizer has its own: it compares how memory was got with
// how it is given back.

#include <malloc.h>
#include <string.h>

#include <cstdlib>
#include <new>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define ONETRIP_SANITIZED
#endif
#elif defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define ONETRIP_SANITIZED
#endif

#ifndef ONETRIP_SANITIZED

// operator new of the library takes from malloc. Array and sized forms of the library call this
// one, the aligned ones have their own.
void operator delete(void* memory) noexcept {
  if (memory == nullptr) return;
  explicit_bzero(memory, malloc_usable_size(memory));
  std::free(memory);
}

void operator delete(void* memory, std::size_t) noexcept {
  operator delete(memory);
}

#endif
