#include "chronograd/io/detail/fit.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "chronograd/graph/error.h"

namespace chronograd::detail {
namespace {

using Tensors = std::map<std::string, Tensor>;

std::vector<std::string> paths_only_in(const Tensors& a, const Tensors& b) {
  std::vector<std::string> paths;
  for (const auto& [path, tensor] : a) {
    if (!b.contains(path)) paths.push_back(path);
  }
  return paths;
}

std::vector<std::string> misfits(const Tensors& saved, const Tensors& wanted) {
  const auto describe = [](const Tensor& tensor) {
    return fmt::format("{} {}", name(tensor.dtype()), to_string(tensor.shape()));
  };
  std::vector<std::string> texts;
  for (const auto& [path, tensor] : wanted) {
    const auto found = saved.find(path);
    if (found == saved.end()) continue;
    const std::string have = describe(found->second);
    const std::string want = describe(tensor);
    if (have != want) texts.push_back(fmt::format("{} is {}, not {}", path, have, want));
  }
  return texts;
}

/// "what a, b and 3 more"; nothing when there are none.
void report(std::vector<std::string>& complaints, std::string_view what,
            const std::vector<std::string>& items, std::size_t most) {
  if (items.empty()) return;
  const auto end = items.begin() + static_cast<std::ptrdiff_t>(std::min(most, items.size()));
  std::string text = fmt::format("{}{}", what, fmt::join(items.begin(), end, ", "));
  if (items.size() > most) text += fmt::format(" and {} more", items.size() - most);
  complaints.push_back(std::move(text));
}

}  // namespace

void check_fit(std::string_view op, const std::filesystem::path& path, const Tensors& saved,
               const Tensors& wanted, std::size_t most) {
  std::vector<std::string> complaints;
  report(complaints, "the file lacks ", paths_only_in(wanted, saved), most);
  report(complaints, "the model lacks ", paths_only_in(saved, wanted), most);
  report(complaints, "", misfits(saved, wanted), most);
  if (complaints.empty()) return;
  throw FileError(fmt::format("{}: {} does not fit the model's parameters: {}", op, path.string(),
                              fmt::join(complaints, "; ")));
}

}  // namespace chronograd::detail
