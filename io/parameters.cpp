#include "chronograd/io/parameters.h"

#include <map>
#include <string>

#include "chronograd/io/detail/fit.h"

namespace chronograd {

void save(const Parameters& parameters, const std::filesystem::path& path,
          const Metadata& metadata) {
  write_safetensors(path, parameters.snapshot(), metadata);
}

void load(const Parameters& parameters, const std::filesystem::path& path) {
  const std::map<std::string, Tensor> saved = read_safetensors(path).tensors;
  detail::check_fit("load", path, saved, parameters.snapshot());
  parameters.restore(saved);
}

}  // namespace chronograd
