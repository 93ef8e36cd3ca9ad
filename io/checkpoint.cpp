#include "chronograd/io/checkpoint.h"

#include <fmt/format.h>

#include <map>
#include <set>
#include <utility>
#include <vector>

#include "chronograd/graph/error.h"
#include "chronograd/io/detail/atomic_file.h"
#include "chronograd/io/detail/fit.h"

namespace chronograd {
namespace {

using Tensors = std::map<std::string, Tensor>;

void check_names(std::initializer_list<CheckpointPart> parts) {
  std::set<std::string> names;
  for (const CheckpointPart& part : parts) {
    if (part.name.empty() || part.name.find('/') != std::string::npos) {
      throw ValueError(fmt::format(
          "checkpoint: a part named \"{}\"; a name has at least a letter and no slash", part.name));
    }
    if (!names.insert(part.name).second) {
      throw ValueError(
          fmt::format("checkpoint: two parts named \"{}\"; each has its own name", part.name));
    }
  }
}

/// The parameters' numbers by their names in the file.
Tensors named_tensors(const CheckpointPart& part) {
  Tensors tensors;
  for (auto& [path, tensor] : part.parameters.snapshot()) {
    tensors.emplace(part.name + "/" + path, tensor);
  }
  return tensors;
}

/// The tensors whose names begin with the part's name.
Tensors part_of(const Tensors& tensors, const std::string& name) {
  Tensors part;
  const std::string prefix = name + "/";
  for (auto it = tensors.lower_bound(prefix); it != tensors.end(); ++it) {
    if (!it->first.starts_with(prefix)) break;
    part.insert(*it);
  }
  return part;
}

/// The same without the part's name, as the parameters have them.
Tensors by_path(const Tensors& part, const std::string& name) {
  Tensors tensors;
  for (const auto& [path, tensor] : part) tensors.emplace(path.substr(name.size() + 1), tensor);
  return tensors;
}

}  // namespace

void save_checkpoint(const std::filesystem::path& path, std::initializer_list<CheckpointPart> parts,
                     const Metadata& metadata) {
  check_names(parts);
  Tensors tensors;
  for (const CheckpointPart& part : parts) tensors.merge(named_tensors(part));
  write_safetensors(path, tensors, metadata);
}

Metadata load_checkpoint(const std::filesystem::path& path,
                         std::initializer_list<CheckpointPart> parts) {
  check_names(parts);
  SavedTensors saved = read_safetensors(path);
  Tensors found;
  Tensors wanted;
  for (const CheckpointPart& part : parts) {
    found.merge(part_of(saved.tensors, part.name));
    wanted.merge(named_tensors(part));
  }
  detail::check_fit("load_checkpoint", path, found, wanted);
  std::vector<Tensors> numbers;
  for (const CheckpointPart& part : parts) {
    numbers.push_back(by_path(part_of(saved.tensors, part.name), part.name));
  }
  auto next = numbers.begin();
  for (const CheckpointPart& part : parts) part.parameters.restore(*next++);
  return std::move(saved.metadata);
}

void check_can_save(const std::filesystem::path& path) { const detail::AtomicFile trial{path}; }

}  // namespace chronograd
