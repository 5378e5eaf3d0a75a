#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "proxy/session/pipeline.hpp"
#include "proxy/session/prepared.hpp"
#include "proxy/wire/frontend.hpp"

namespace onetrip {

/// The types of a Bind's parameters, as far as they are known when it passes: of the newest Parse
/// in flight of its statement (or of the same one as it was described before), else of the
/// statement that is prepared. Views: use at once.
struct ParameterTypes {
  Bytes declared;                                    ///< network byte order
  const std::vector<std::uint32_t>* kept = nullptr;  ///< takes precedence
  bool keep_texts = false;                           ///< the statement names an `onetrip.` setting

  static ParameterTypes of(std::string_view statement, const Pipeline& pipeline,
                           const PreparedStatements& statements);
  std::uint32_t at(std::uint32_t index) const;
};

/// Hashes a Bind's parameters as they pass.
class BindReader {
 public:
  /// More parameters than this are not kept, nor more elements of all its arrays together.
  static constexpr std::uint32_t most_parameters = 4096;
  static constexpr std::size_t most_elements = 16'384;
  /// Longer values are unknown.
  static constexpr std::uint32_t longest_value = std::uint32_t{1} << 20U;
  /// Of a parameter that is kept in clear.
  static constexpr std::size_t longest_text = 1024;

  /// What `head` and `types` view, `hasher` and `into` outlive the reader.
  BindReader(const frontend::BindHead& head, const ParameterTypes& types, const ValueHasher& hasher,
             ExecutionPool::Parameters& into);

  /// Takes bytes from behind the head, cut anywhere; returns those behind the last parameter.
  Bytes feed(Bytes bytes);
  /// `tail` is what came behind the last parameter: the result formats.
  Operation operation(Bytes tail);

 private:
  void add(std::uint32_t index, const WireValue& value);
  void add_text(const WireValue& value, std::uint32_t type, bool binary);

  frontend::BindHead head_;
  ParameterTypes types_;
  const ValueHasher& hasher_;
  ExecutionPool::Parameters& into_;
  ValueWalker walker_;
};

/// Undoes ExecutionPool::Parameters::texts.
void read_setting_texts(std::string_view texts, std::vector<std::string>& into);

}  // namespace onetrip
