#pragma once

#include <memory>

#include "analyzer/event.hpp"

namespace onetrip {

/// Makes session numbers unique over several [[proxy]] pairs, each of which counts from 1, and
/// tells by which pair a session came. Thread: as the sink behind it.
class PairSink final : public EventSink {
 public:
  PairSink(EventSink& sink, std::size_t pair, std::size_t pairs)
      : sink_(sink), pair_(pair), pairs_(pairs) {}

  void put(Event& event) override {
    mark(event);
    sink_.put(event);
  }
  void trade(std::unique_ptr<Event>& event) override {
    mark(*event);
    sink_.trade(event);
  }
  bool attach(EventSource* source) override { return sink_.attach(source); }
  void nudge(bool soon) override { sink_.nudge(soon); }

 private:
  void mark(Event& event) const {
    event.session = event.session * pairs_ + pair_;
    event.facts.pair = pair_;
  }

  EventSink& sink_;
  std::size_t pair_, pairs_;
};

}  // namespace onetrip
