#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "chronograd/graph/parameter.h"
#include "chronograd/graph/tensor.h"

namespace chronograd::detail {

/// "encoder/lstm" and "kernel" of "encoder/lstm/kernel".
struct Place {
  explicit Place(const std::string& path);
  std::string scope;
  std::string last;
};

/// A tensor of a file, its floating numbers in f64.
struct ForeignTensor {
  std::string name;  ///< in the file
  Place place;       ///< by the renamed name, with slashes
  Tensor value;
};

struct Placed {
  std::string path;  ///< of a parameter, which the model may lack
  Tensor value;
};

/// The parameters a tensor makes: none for one that has been used by another or means nothing here.
/// Nothing when it is left over.
using Places = std::optional<std::vector<Placed>>;

Places place_pytorch(const Parameters& model, const ForeignTensor& tensor,
                     const std::map<std::string, Tensor>& file);
Places place_keras(const Parameters& model, const ForeignTensor& tensor);

}  // namespace chronograd::detail
