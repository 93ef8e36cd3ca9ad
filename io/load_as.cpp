#include "chronograd/io/load_as.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chronograd/graph/error.h"
#include "chronograd/io/detail/conventions.h"
#include "chronograd/io/detail/fit.h"
#include "chronograd/io/detail/rearrange.h"
#include "chronograd/io/safetensors.h"

namespace chronograd {
namespace {

using Tensors = std::map<std::string, Tensor>;

std::string with_slashes(std::string name, Convention convention) {
  if (convention == Convention::pytorch) std::ranges::replace(name, '.', '/');
  return name;
}

/// Whether `name` is the place `prefix` or below it.
bool lies_at(std::string_view name, std::string_view prefix) {
  return name.starts_with(prefix) &&
         (prefix.empty() || name.size() == prefix.size() || name[prefix.size()] == '/');
}

struct Renamed {
  std::string path;
  bool whole = false;  ///< by a rename of the whole name
};

Renamed renamed(const std::string& name, Convention convention, const Renames& renames) {
  const std::string old = with_slashes(name, convention);
  const std::string* best = nullptr;
  std::size_t length = 0;
  for (const auto& [from, to] : renames) {
    if (!lies_at(old, with_slashes(from, convention))) continue;
    if (best == nullptr || from.size() >= length) best = &to;
    length = std::max(length, from.size());
  }
  if (best == nullptr) return {old};
  std::string_view rest = std::string_view(old).substr(length);
  if (rest.starts_with('/')) rest.remove_prefix(1);
  const bool both = !best->empty() && !rest.empty();
  return {fmt::format("{}{}{}", *best, both ? "/" : "", rest), rest.empty()};
}

detail::Places places_of(const Parameters& model, const std::string& name, const Tensors& file,
                         Convention convention, const Renames& renames) {
  const Renamed found = renamed(name, convention, renames);
  const Tensor& tensor = file.at(name);
  if (found.whole && model.contains(found.path)) {
    return {{{found.path, tensor}}};
  }
  const detail::ForeignTensor foreign{
      .name = name, .place = detail::Place{found.path}, .value = tensor};
  return convention == Convention::keras ? detail::place_keras(model, foreign)
                                         : detail::place_pytorch(model, foreign, file);
}

/// The file's tensors by the paths of the model; what the model has no place for by its name in
/// quotes, which is no path.
Tensors placed(const Parameters& model, const Tensors& file, Convention convention,
               const Renames& renames) {
  Tensors result;
  std::map<std::string, std::string> makers;
  for (const auto& [name, tensor] : file) {
    const detail::Places places = places_of(model, name, file, convention, renames);
    const auto has_no_path = [&](const detail::Placed& p) { return !model.contains(p.path); };
    if (!places || std::ranges::any_of(*places, has_no_path)) {
      result.emplace(fmt::format("\"{}\"", name), tensor);
      continue;
    }
    for (const auto& [path, value] : *places) {
      const auto [maker, is_first] = makers.emplace(path, name);
      if (!is_first) {
        throw FileError(fmt::format("{} and {} are both {}", maker->second, name, path));
      }
      result.emplace(path, detail::as_dtype(value, model.at(path).dtype()));
    }
  }
  return result;
}

}  // namespace

void load_as(const Parameters& parameters, const std::filesystem::path& file, Convention convention,
             const Renames& renames) {
  Tensors tensors = read_safetensors(file).tensors;
  for (auto& [name, tensor] : tensors) tensor = detail::as_dtype(tensor, DType::f64);
  Tensors result;
  try {
    result = placed(parameters, tensors, convention, renames);
  } catch (const FileError& error) {
    throw FileError(fmt::format("load_as: {}: {}", file.string(), error.what()));
  }
  detail::check_fit("load_as", file, result, parameters.snapshot(),
                    std::numeric_limits<std::size_t>::max());
  parameters.restore(result);
}

}  // namespace chronograd
