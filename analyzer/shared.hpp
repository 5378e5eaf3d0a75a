#pragma once

#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>
#include <cstddef>
#include <utility>

namespace onetrip {

/// A constant that many trips have in common, or null. One word, and counted by plain additions:
/// std::shared_ptr would count by atomic ones, three for each trip that comes and goes. So all that
/// share one are of one thread, which in the proxy is the worker's.
template <typename T>
class Shared {
 public:
  Shared() = default;
  Shared(std::nullptr_t) {}
  explicit Shared(T value) : box_(new Box(std::move(value))) {}

  const T* get() const { return box_ ? &box_->value : nullptr; }
  const T& operator*() const { return box_->value; }
  const T* operator->() const { return &box_->value; }
  explicit operator bool() const { return box_ != nullptr; }
  bool operator==(const Shared&) const = default;

 private:
  struct Box : boost::intrusive_ref_counter<Box, boost::thread_unsafe_counter> {
    explicit Box(T&& given) : value(std::move(given)) {}
    const T value;
  };
  boost::intrusive_ptr<const Box> box_;
};

}  // namespace onetrip
