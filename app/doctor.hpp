#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/config.hpp"
#include "app/environment.hpp"
#include "app/url.hpp"

namespace onetrip {

/// One thing that was looked at: what it is like, and what mends it.
struct Check {
  enum class Verdict : std::uint8_t { ok, warning, fail };
  Verdict verdict = Verdict::ok;
  std::string subject;  ///< "upstream db:5432"
  std::string text;     ///< a sentence without final stop
  std::string fix;      ///< empty when all is well
};

/// Collects checks in the order in which they are made.
class Checks {
 public:
  void ok(std::string subject, std::string text);
  void warn(std::string subject, std::string text, std::string fix);
  void fail(std::string subject, std::string text, std::string fix);

  const std::vector<Check>& all() const { return all_; }
  bool failed() const;

 private:
  /// Texts come from outside, too: they are made fit for one line of a terminal.
  void add(Check check);

  std::vector<Check> all_;
};

/// Where a server demands a certificate of ours, or does not take it.
inline constexpr const char* client_certificate_fix =
    "give one that its ssl_ca_file vouches for, by sslcert and sslkey in the upstream's URL or by "
    "upstream.tls.certificate and upstream.tls.key";

/// What doctor looks at, each part by itself. All block, for seconds where nobody answers. The
/// configuration has no errors, and its files are good.
void check_upstream(const Config& config, const UpstreamUrl& upstream, Checks& checks);
void check_catalog(const Config& config, const Environment& environment, Checks& checks);
/// What the listening side can open: pg_hba.conf sees every client as us.
void check_listening(const Config& config, Checks& checks);
/// Ports, limits, and how the onetrip is that runs with this configuration, if one does.
void check_process(const Config& config, Checks& checks);

std::string doctor_text(const Checks& checks);
std::string doctor_json(const Checks& checks);

}  // namespace onetrip
