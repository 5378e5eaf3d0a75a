#pragma once

// The tests are written against Catch2 2; where only version 3 is installed, this stands in for its
// single header.
#include <catch2/catch_all.hpp>

using Catch::Approx;
namespace Catch {
using namespace Matchers;
}
