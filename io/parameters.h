#pragma once

#include <filesystem>

#include "chronograd/graph/parameter.h"
#include "chronograd/io/safetensors.h"

namespace chronograd {

/// Saves the numbers of all parameters by path, and texts with them, as a safetensors file; see
/// write_safetensors for what that promises.
void save(const Parameters& parameters, const std::filesystem::path& path,
          const Metadata& metadata = {});

/// Gives all parameters the numbers of a file. The file must have exactly the parameters' paths,
/// each with the same shape and dtype. Throws FileError naming what does not fit, and what
/// read_safetensors throws; then no parameter has changed.
void load(const Parameters& parameters, const std::filesystem::path& path);

}  // namespace chronograd
