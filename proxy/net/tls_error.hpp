#pragma once

#include <string>

namespace onetrip {

/// What OpenSSL says went wrong first in this thread, in words; empties its queue. Empty when it
/// says nothing.
std::string take_openssl_reason();

}  // namespace onetrip
