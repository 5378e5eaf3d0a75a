#include "analyzer/comment_tags.hpp"

#include <array>

#include "analyzer/trace_ids.hpp"

namespace onetrip {
namespace {

std::size_t footprint(const Tags& tags) {
  std::size_t size = sizeof(Tags) + 32;
  for (const std::string* text :
       {&tags.trace_id, &tags.request_id, &tags.application, &tags.framework, &tags.db_driver,
        &tags.controller, &tags.action, &tags.route, &tags.job, &tags.test, &tags.operation,
        &tags.file, &tags.function, &tags.location_source, &tags.allow}) {
    size += text->capacity();
  }
  return size;
}

}  // namespace

/// Of the comments but for the ids of their first traceparent, which `trace_id` becomes.
std::uint64_t CommentTags::hash(std::string_view text, const std::vector<Token>& comments,
                                std::string& trace_id) const {
  std::uint64_t hash = 0;
  const auto stir = [&](std::string_view bytes) {
    const std::array<std::uint64_t, 2> both{hash, hasher_.bytes(bytes)};
    hash = hasher_.bytes({reinterpret_cast<const char*>(both.data()), sizeof both});
  };
  for (const Token& token : comments) {
    const std::string_view comment = token.in(text);
    const auto ids = trace_id.empty() ? TraceIds::find(comment) : std::nullopt;
    if (ids) TraceIds::copy_id(comment.substr(*ids), trace_id);
    stir(comment.substr(0, ids.value_or(comment.size())));
    if (ids) stir(comment.substr(*ids + TraceIds::size));
  }
  return hash;
}

SharedTags CommentTags::read(std::string_view text, const std::vector<Token>& comments,
                             std::string& trace_id) {
  trace_id.clear();
  if (comments.empty()) return none();
  const std::uint64_t key = hash(text, comments, trace_id);
  if (const SharedTags* known = known_.find(key)) return *known;
  Tags tags;
  for (const Token& comment : comments) read_comment(comment.in(text), tags);
  if (!trace_id.empty() && tags.trace_id != trace_id) {
    // They stood in something that is not read as a traceparent: no other comment is like it.
    trace_id.clear();
    return SharedTags(std::move(tags));
  }
  if (!trace_id.empty()) tags.trace_id.clear();
  if (tags.empty()) return known_.put(key, none(), 0);
  const std::size_t bytes = footprint(tags);
  return known_.put(key, SharedTags(std::move(tags)), bytes);
}

}  // namespace onetrip
