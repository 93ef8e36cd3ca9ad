#include "chronograd/graph/detail/names.h"

#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>

namespace chronograd::detail {
namespace {

struct Names {
  std::mutex mutex;
  std::deque<std::string> texts{""};
  std::unordered_map<std::string_view, std::uint32_t> ids{{"", 0}};
};

Names& names() {
  static auto& instance = *new Names;  // leaked: views of the texts live as long as the process
  return instance;
}

struct Lines {
  std::mutex mutex;
  std::deque<SourceLine> lines{SourceLine{}};
  std::map<std::pair<const char*, unsigned>, std::uint32_t> ids;
};

Lines& lines() {
  static auto& instance = *new Lines;
  return instance;
}

}  // namespace

std::uint32_t intern_name(std::string_view name) {
  if (name.empty()) return 0;
  thread_local std::unordered_map<std::string_view, std::uint32_t> known;
  if (const auto it = known.find(name); it != known.end()) return it->second;
  Names& all = names();
  const std::lock_guard lock{all.mutex};
  auto it = all.ids.find(name);
  if (it == all.ids.end()) {
    all.texts.emplace_back(name);
    it = all.ids.emplace(all.texts.back(), static_cast<std::uint32_t>(all.texts.size() - 1)).first;
  }
  known.emplace(it->first, it->second);
  return it->second;
}

std::string_view name_of(std::uint32_t id) {
  Names& all = names();
  const std::lock_guard lock{all.mutex};
  return all.texts[id];
}

std::uint32_t intern_line(SourceLine line) {
  if (line.line == 0) return 0;
  Lines& all = lines();
  const std::lock_guard lock{all.mutex};
  const auto [it, added] =
      all.ids.try_emplace({line.file, line.line}, static_cast<std::uint32_t>(all.lines.size()));
  if (added) all.lines.push_back(line);
  return it->second;
}

SourceLine line_of(std::uint32_t id) {
  Lines& all = lines();
  const std::lock_guard lock{all.mutex};
  return all.lines[id];
}

}  // namespace chronograd::detail
