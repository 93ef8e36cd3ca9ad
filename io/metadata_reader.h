#pragma once

#include <cstdint>
#include <filesystem>
#include <limits>
#include <string>
#include <string_view>

#include "chronograd/io/safetensors.h"

namespace chronograd {

/// Reads the texts of a file as what they must be. What is missing or is not that throws a
/// FileError that names the file, the key and what was wanted.
class MetadataReader {
 public:
  MetadataReader(std::filesystem::path file, Metadata texts);

  bool has(const std::string& key) const { return texts_.contains(key); }
  const std::string& text(const std::string& key) const;
  /// A whole number from `min` to `max`, in digits and nothing else.
  std::uint64_t whole(const std::string& key, std::uint64_t min = 0,
                      std::uint64_t max = (std::numeric_limits<std::uint64_t>::max)()) const;
  /// A finite number from `min` to `max`.
  double number(const std::string& key, double min, double max) const;

  /// Refuses the file for the text of a key; `wanted` ends the sentence.
  [[noreturn]] void refuse(const std::string& key, std::string_view wanted) const;

 private:
  std::filesystem::path file_;
  Metadata texts_;
};

}  // namespace chronograd
