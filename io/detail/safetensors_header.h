#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "chronograd/graph/dtype.h"
#include "chronograd/graph/shape.h"

namespace chronograd::detail {

/// Half an f32, as which some files keep their numbers.
enum class Half { none, f16, bf16 };

/// Where a tensor lies in the data of a safetensors file: in the bytes [begin, end).
struct SafetensorsEntry {
  std::string name;
  DType dtype = DType::f32;
  Half half = Half::none;  ///< how the bytes give the f32
  Shape shape{};
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
};

/// The JSON at the head of a safetensors file.
struct SafetensorsHeader {
  static constexpr std::uint64_t max_bytes = 100'000'000;

  std::vector<SafetensorsEntry> entries;  ///< by `begin`
  std::map<std::string, std::string> metadata;

  /// Reads the header of `file` (for messages), which has `data_bytes` behind its header. Throws
  /// FileError unless the entries cover the data exactly and all else is as the format demands.
  static SafetensorsHeader parse(std::string_view json, std::uint64_t data_bytes,
                                 std::string_view file);

  /// The JSON. Throws ValueError when a text is not UTF-8 or a tensor has the metadata's name.
  std::string text() const;
};

}  // namespace chronograd::detail
