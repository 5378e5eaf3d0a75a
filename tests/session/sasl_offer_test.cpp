#include "proxy/session/sasl_offer.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <initializer_list>
#include <string>
#include <string_view>

#include "proxy/wire/build.hpp"

using namespace onetrip;

namespace {

std::string authentication(std::uint32_t code, std::string_view data = {}) {
  std::string body;
  append(body, code);
  return build_message('R', body + std::string(data));
}

std::string offer(std::initializer_list<std::string_view> mechanisms) {
  std::string list;
  for (const auto mechanism : mechanisms) append_string(list, mechanism);
  return authentication(10, list + '\0');
}

struct Outcome {
  std::string forwarded;
  bool done = false;
};

Outcome pass(std::string_view bytes, std::size_t chunk) {
  SaslOffer filter;
  Outcome outcome;
  for (; !bytes.empty(); bytes.remove_prefix(std::min(chunk, bytes.size()))) {
    outcome.forwarded += as_text(filter.filter(as_bytes(bytes.substr(0, chunk))));
  }
  outcome.done = filter.done();
  return outcome;
}

// Cut once at every byte, and into pieces of one byte.
void check(const std::string& said, const std::string& forwarded, bool done) {
  const Outcome whole = pass(said, said.size()), bytewise = pass(said, 1);
  CHECK(whole.forwarded == forwarded);
  CHECK(whole.done == done);
  CHECK(bytewise.forwarded == forwarded);
  CHECK(bytewise.done == done);
  for (std::size_t cut = 0; cut <= said.size(); ++cut) {
    SaslOffer filter;
    std::string out(as_text(filter.filter(as_bytes(said).first(cut))));
    out += as_text(filter.filter(as_bytes(said).subspan(cut)));
    if (out != forwarded || filter.done() != done) {
      CAPTURE(cut);
      CHECK(out == forwarded);
      CHECK(filter.done() == done);
    }
  }
}

const std::string plus_and_plain = offer({"SCRAM-SHA-256-PLUS", "SCRAM-SHA-256"});

}  // namespace

TEST_CASE("SCRAM-SHA-256-PLUS is removed from the offer, the rest stays") {
  check(plus_and_plain, offer({"SCRAM-SHA-256"}), true);
  check(offer({"A", "SCRAM-SHA-256-PLUS", "OAUTHBEARER"}), offer({"A", "OAUTHBEARER"}), true);
}

TEST_CASE("an offer without SCRAM-SHA-256-PLUS passes as it came") {
  check(offer({"SCRAM-SHA-256"}), offer({"SCRAM-SHA-256"}), true);
  check(offer({"SCRAM-SHA-256-PLUS-X", "scram-sha-256-plus"}),
        offer({"SCRAM-SHA-256-PLUS-X", "scram-sha-256-plus"}), true);
}

TEST_CASE("an offer of SCRAM-SHA-256-PLUS alone passes: without it no mechanism would be left") {
  check(offer({"SCRAM-SHA-256-PLUS"}), offer({"SCRAM-SHA-256-PLUS"}), true);
}

TEST_CASE("what comes around the offer is forwarded as it came") {
  const std::string version = build_message('v', std::string("\0\3\0\0\0\0\0\0", 8));
  const std::string notice = build_message('N', std::string(20'000, 'n'));
  check(version + plus_and_plain + "rest", version + offer({"SCRAM-SHA-256"}) + "rest", true);
  check(notice + plus_and_plain, notice + offer({"SCRAM-SHA-256"}), true);
}

TEST_CASE("other ways to log in pass") {
  check(authentication(0), authentication(0), true);
  check(authentication(3), authentication(3), false);
  check(authentication(5, "salt"), authentication(5, "salt"), false);
  // GSS, two rounds, and the server is content.
  const std::string gss = authentication(7) + authentication(8, "token") + authentication(0) + "S";
  check(gss, gss, true);
}

TEST_CASE("an error ends the question at its first byte") {
  const std::string error = build_message('E', "SFATAL");
  check(error, error, true);
  check("E", "E", true);
  check("EFATAL: an old server's words\n", "EFATAL: an old server's words\n", true);
}

TEST_CASE("only an offer is held; what precedes it goes on at once") {
  SaslOffer filter;
  const std::string notice = build_message('N', "half a notice");
  CHECK(as_text(filter.filter(as_bytes(notice).first(9))) == notice.substr(0, 9));
  CHECK(as_text(filter.filter(as_bytes(notice).subspan(9))) == notice.substr(9));
  CHECK(filter.filter(as_bytes(plus_and_plain).first(20)).empty());
  CHECK_FALSE(filter.done());
}

TEST_CASE("a malformed offer passes as it came") {
  const std::string list("SCRAM-SHA-256-PLUS\0SCRAM-SHA-256\0", 33);
  for (const std::string& said : {
           authentication(10, list),                            // no end of the list
           authentication(10, list + std::string("\0x", 2)),    // bytes behind its end
           authentication(10, list.substr(0, 30)),              // a mechanism without its end
           authentication(10),                                  // no list
           std::string("R\0\0\0\7\0\0\0\12", 9),                // too short for a code
           std::string("N\0\0\0\3x", 6),                        // shorter than its length
           std::string("R\x7f\xff\xff\xff\0\0\0\12SCRAM", 14),  // endless
       }) {
    check(said, said, true);
  }
}

TEST_CASE("an offer beyond the bound passes as it came, held no longer") {
  const std::string long_name(10'000, 'x');
  const std::string said = offer({"SCRAM-SHA-256-PLUS", "SCRAM-SHA-256", long_name});
  CHECK(pass(said, said.size()).forwarded == said);
  SaslOffer filter;
  CHECK(as_text(filter.filter(as_bytes(said).first(9))) == said.substr(0, 9));
  CHECK(filter.done());
}
