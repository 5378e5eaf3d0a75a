#include "budget/project_path.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

namespace onetrip {
namespace {

/// The names on an absolute way, without "." and "..".
std::vector<std::string_view> names_of(std::string_view path) {
  std::vector<std::string_view> names;
  while (!path.empty()) {
    const std::size_t end = std::min(path.find('/'), path.size());
    const std::string_view name = path.substr(0, end);
    path.remove_prefix(std::min(end + 1, path.size()));
    if (name == "..") {
      if (!names.empty()) names.pop_back();
    } else if (!name.empty() && name != ".") {
      names.push_back(name);
    }
  }
  return names;
}

}  // namespace

std::string project_path(const std::string& file, const ReportContext& context) {
  if (context.project.empty() || file.empty()) return file;
  const std::string whole = file.starts_with('/') ? file : context.folder + "/" + file;
  const auto names = names_of(whole), project = names_of(context.project);
  const bool inside =
      names.size() > project.size() && std::equal(project.begin(), project.end(), names.begin());
  if (!inside) return file;
  std::string out;
  for (std::size_t i = project.size(); i < names.size(); ++i)
    out.append(out.empty() ? "" : "/").append(names[i]);
  return out;
}

}  // namespace onetrip
