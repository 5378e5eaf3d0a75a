#include "proxy/net/channel_binding.hpp"

#include <catch2/catch.hpp>
#include <string>

using namespace onetrip;
using Catch::Matchers::Contains;

namespace {

const Bytes plain, servers = as_bytes("the server's certificate"),
                   another = as_bytes("another one");

}  // namespace

TEST_CASE("a server without TLS has its offer forwarded") {
  CHECK(offer_action(plain, plain) == OfferAction::forward);
  CHECK(offer_action(another, plain) == OfferAction::forward);
}

TEST_CASE("a client without TLS is not offered what a server with TLS could bind to") {
  CHECK(offer_action(plain, servers) == OfferAction::remove_plus);
}

TEST_CASE("with TLS on both hops it depends on whose certificate the client sees") {
  CHECK(offer_action(servers, servers) == OfferAction::forward);
  CHECK(offer_action(another, servers) == OfferAction::forward_and_warn);
  CHECK(offer_action(servers.first(5), servers) == OfferAction::forward_and_warn);
}

TEST_CASE("the warning names both remedies") {
  const std::string said(channel_binding_conflict);
  CHECK_THAT(said,
             Contains("channel_binding=disable") && Contains("the server's certificate and key"));
}
