#pragma once

#include <string>
#include <string_view>

namespace onetrip {

/// Files that nobody ever sees half of. Each function throws std::runtime_error with a sentence.

/// Writes beside `path` under another name, then renames: whoever reads finds what was there, or
/// all of `content`. What is no regular file (/dev/stdout, a pipe) is written to as it is.
void write_whole(const std::string& path, std::string_view content);

/// Appends in one go.
void append_to(const std::string& path, std::string_view content);

/// All of it, to standard output or standard error.
void write_to(int fd, std::string_view content);

/// Whether write_whole could begin: the folder is there and may be written to.
void check_writable(const std::string& path);

}  // namespace onetrip
