#include "app/big_stack.hpp"

#include <pthread.h>

#include <exception>
#include <stdexcept>

namespace onetrip {
namespace {

struct Task {
  const std::function<void()>& work;
  std::exception_ptr error;
};

void* perform(void* argument) {
  auto* task = static_cast<Task*>(argument);
  try {
    task->work();
  } catch (...) {
    task->error = std::current_exception();
  }
  return nullptr;
}

}  // namespace

void on_big_stack(const std::function<void()>& work) {
  constexpr std::size_t stack_size = std::size_t{64} << 20U;
  Task task{work, nullptr};
  pthread_attr_t attributes;
  pthread_t thread{};
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, stack_size);
  const int error = pthread_create(&thread, &attributes, perform, &task);
  pthread_attr_destroy(&attributes);
  if (error != 0) throw std::runtime_error("no memory for a thread that reads SQL");
  pthread_join(thread, nullptr);
  if (task.error) std::rethrow_exception(task.error);
}

}  // namespace onetrip
