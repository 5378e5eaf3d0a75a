// Memory of the process is wiped as it is given back: statements, rows and comments pass through
// strings, and a core dump would show those of long ago. The steady flow allocates nothing, so this
// costs where something was built and thrown away.
//
// Of the program alone, and not where a sanitizer has its own: it compares how memory was got with
// how it is given back.

#include <malloc.h>

#include <cstdlib>
#include <cstring>
#include <new>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define ONETRIP_SANITIZED
#endif
#elif defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define ONETRIP_SANITIZED
#endif

#ifndef ONETRIP_SANITIZED

namespace {

void wipe_and_free(void* memory, std::size_t size) noexcept {
  std::memset(memory, 0, size);
  asm volatile("" : : "r"(memory) : "memory");  // somebody reads it: a core dump
  std::free(memory);
}

}  // namespace

// operator new, which is jemalloc's, takes from malloc. Its own forms for arrays free without
// these, and so do those for what is aligned (XXH3's state has the last bytes that it hashed).
void operator delete(void* memory) noexcept {
  if (memory != nullptr) wipe_and_free(memory, malloc_usable_size(memory));
}

void operator delete(void* memory, std::size_t size) noexcept {
  if (memory != nullptr) wipe_and_free(memory, size);
}

void operator delete(void* memory, std::align_val_t) noexcept {
  operator delete(memory);
}

void operator delete(void* memory, std::size_t size, std::align_val_t) noexcept {
  operator delete(memory, size);
}

void operator delete[](void* memory) noexcept {
  operator delete(memory);
}

void operator delete[](void* memory, std::size_t size) noexcept {
  operator delete(memory, size);
}

#endif
