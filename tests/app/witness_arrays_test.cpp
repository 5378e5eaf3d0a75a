#include "app/witness_arrays.hpp"

#include <catch2/catch.hpp>

using namespace onetrip;

TEST_CASE("a witness has the windows in the order in which they were added, and profiles beside") {
  WitnessArrays arrays;
  CHECK(arrays.witness({}).windows == "[]");
  arrays.add_window("b", R"({"id": "b"})");
  arrays.add_window("a", R"({"id": "a"})");
  const Witness witness = arrays.witness({"", "[1]", "[2]", "[3]"});
  CHECK(witness.windows == R"([{"id": "b"}, {"id": "a"}])");
  CHECK(witness.statements == "[1]");
  CHECK(witness.labels == "[2]");
  CHECK(witness.applications == "[3]");
}

TEST_CASE("a window that two problems speak of is taken once") {
  WitnessArrays arrays;
  arrays.add_window("a", "{}");
  arrays.add_window("a", "{}");
  CHECK(arrays.witness({}).windows == "[{}]");
}

TEST_CASE("what a browser could not open at once is left out, from the first that has no room") {
  WitnessArrays arrays;
  const std::string large(WitnessArrays::most_bytes, ' ');
  arrays.add_window("a", "{}");
  CHECK_FALSE(arrays.full());
  arrays.add_window("b", large);
  CHECK(arrays.full());
  arrays.add_window("c", "{}");
  CHECK(arrays.witness({}).windows == "[{}]");
}
