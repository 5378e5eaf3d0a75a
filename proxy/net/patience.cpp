#include "proxy/net/patience.hpp"

#include <pthread.h>

namespace onetrip {

// An administrator's choice of another policy stands.
void Patience::be_patient() {
  int policy = SCHED_OTHER;
  sched_param parameters{};
  if (::pthread_getschedparam(::pthread_self(), &policy, &parameters) != 0) return;
  if (policy != SCHED_OTHER) return;
  patient_ = ::pthread_setschedparam(::pthread_self(), SCHED_BATCH, &parameters) == 0;
}

void Patience::be_prompt() {
  if (!patient_) return;
  patient_ = false;
  const sched_param parameters{};
  // What was allowed a moment ago.
  (void)::pthread_setschedparam(::pthread_self(), SCHED_OTHER, &parameters);
}

}  // namespace onetrip
