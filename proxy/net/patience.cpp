#include "proxy/net/patience.hpp"

#include <sched.h>

#include <algorithm>
#include <limits>
#include <optional>

namespace onetrip {
namespace {

// For the calling thread on Linux, and as the kernel has it: pthread_getschedparam() remembers what
// this process set, and would not see what an administrator did.
bool change_policy(int from, int to) {
  const sched_param parameters{};
  return ::sched_getscheduler(0) == from && ::sched_setscheduler(0, to, &parameters) == 0;
}

}  // namespace

void Patience::note_reads() {
  const bool passed = passes_long_result();
  large_turns_ = short_ ? 0 : std::min(large_turns_ + 1, enough_large_turns);
  large_ = short_ = false;
  // What comes before, in between and after is judged apart.
  if (passes_long_result() != passed) look();
}

void Patience::look() {
  const std::optional<std::chrono::nanoseconds> now = delay_->sum();
  if (!now) {
    turns_left_ = std::numeric_limits<std::size_t>::max();
    trusting_ = false;
    return settle();
  }
  const auto waited = *now - std::exchange(before_, *now);
  const std::uint64_t reads = std::exchange(reads_, 0);
  const bool judged = std::exchange(judges_, !passes_long_result()) && reads >= enough_reads;
  if (!begun_) {
    begun_ = true;
    turns_left_ = shortest_prompt;
  } else if (!trusting_) {
    if (turns_left_ == 0) {
      trusting_ = true;
      good_looks_ = 0;
      turns_left_ = turns_between_looks;
    }
  } else if (judged && waited > longest_wait * reads) {
    trusting_ = false;
    turns_left_ = prompt_for_;
    prompt_for_ = std::min(prompt_for_ * 4, longest_prompt);
  } else {
    if (judged && good_looks_ < looks_to_forget && ++good_looks_ == looks_to_forget)
      prompt_for_ = shortest_prompt;
    turns_left_ = turns_between_looks;
  }
  settle();
}

// An administrator's choice of another policy stands.
void Patience::settle() {
  const bool wanted = trusting_ || passes_long_result();
  if (wanted == patient_) return;
  if (wanted ? change_policy(SCHED_OTHER, SCHED_BATCH) : change_policy(SCHED_BATCH, SCHED_OTHER))
    patient_ = wanted;
}

void be_prompt() {
  (void)change_policy(SCHED_BATCH, SCHED_OTHER);
}

}  // namespace onetrip
