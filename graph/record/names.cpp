#include "chronograd/graph/record/names.h"

#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <tuple>
#include <unordered_map>

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

struct Callers {
  std::mutex mutex;
  std::deque<Caller> callers{Caller{}};
  std::map<std::tuple<const char*, unsigned, const char*>, std::uint32_t> ids;
};

Callers& callers() {
  static auto& instance = *new Callers;
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

std::uint32_t intern_caller(const Caller& caller) {
  if (caller.line.line == 0) return 0;
  Callers& all = callers();
  const std::lock_guard lock{all.mutex};
  const auto [it, added] = all.ids.try_emplace({caller.line.file, caller.line.line, caller.op},
                                               static_cast<std::uint32_t>(all.callers.size()));
  if (added) all.callers.push_back(caller);
  return it->second;
}

Caller caller_of(std::uint32_t id) {
  if (id == 0) return {};
  Callers& all = callers();
  const std::lock_guard lock{all.mutex};
  return all.callers[id];
}

}  // namespace chronograd::detail
