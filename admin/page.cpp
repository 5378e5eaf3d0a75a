#include "web/page.hpp"

#include "admin/api.hpp"

namespace onetrip {
namespace {

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

/// The next of a list with commas; `rest` is what comes after it.
std::string_view next(std::string_view& rest) {
  const std::size_t comma = rest.find(',');
  const std::string_view one = trimmed(rest.substr(0, comma));
  rest.remove_prefix(comma == std::string_view::npos ? rest.size() : comma + 1);
  return one;
}

//   Accept-Encoding: gzip;q=0.8, br   (RFC 9110, 12.5.3; `q=0` means never)
bool takes_gzip(std::string_view accepted) {
  while (!accepted.empty()) {
    const std::string_view coding = next(accepted);
    const std::size_t semicolon = coding.find(';');
    if (trimmed(coding.substr(0, semicolon)) != "gzip") continue;
    if (semicolon == std::string_view::npos) return true;
    const std::string_view weight = trimmed(coding.substr(semicolon + 1));
    return weight.find_first_not_of("q=0.") != std::string_view::npos;
  }
  return false;
}

//   If-None-Match: "a", W/"b"   or *   (RFC 9110, 13.1.2; weakness does not count)
bool knows(std::string_view held, std::string_view etag) {
  while (!held.empty()) {
    std::string_view one = next(held);
    if (one.starts_with("W/")) one.remove_prefix(2);
    if (one == etag || one == "*") return true;
  }
  return false;
}

}  // namespace

void AdminApi::page(const Call& call, AdminReply reply) const {
  const WebPage& page = web_page();
  AdminResponse response;
  response.content_type = "text/html; charset=utf-8";
  // Weak: packed and unpacked are one page.
  response.headers = {
      {"ETag", "W/" + std::string(page.etag)},
      {"Cache-Control", "no-cache"},
      {"Vary", "Accept-Encoding"},
      {"Content-Security-Policy", std::string(page.policy) + "; frame-ancestors 'none'"}};
  if (knows(call.if_none_match, page.etag)) {
    response.status = 304;
  } else if (takes_gzip(call.accept_encoding)) {
    response.headers.emplace_back("Content-Encoding", "gzip");
    response.body = page.gzip;
  } else {
    response.body = page.html;
  }
  reply(std::move(response));
}

}  // namespace onetrip
