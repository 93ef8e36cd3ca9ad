#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "chronograd/graph/tensor.h"

namespace chronograd::detail {

/// Throws FileError, naming what does not fit, unless the tensors of a file have exactly the
/// wanted names, shapes and dtypes. It names at most so many of a kind.
void check_fit(std::string_view op, const std::filesystem::path& path,
               const std::map<std::string, Tensor>& saved,
               const std::map<std::string, Tensor>& wanted, std::size_t most = 8);

}  // namespace chronograd::detail
