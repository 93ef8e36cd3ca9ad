#include "chronograd/io/metadata_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <optional>
#include <system_error>
#include <utility>

#include "chronograd/graph/error.h"

namespace chronograd {
namespace {

template <class Number>
std::optional<Number> parse(const std::string& text) {
  Number value{};
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return value;
}

}  // namespace

MetadataReader::MetadataReader(std::filesystem::path file, Metadata texts)
    : file_(std::move(file)), texts_(std::move(texts)) {}

const std::string& MetadataReader::text(const std::string& key) const {
  const auto found = texts_.find(key);
  if (found == texts_.end()) {
    throw FileError(fmt::format("{}: its metadata has no \"{}\"; is it another program's file?",
                                file_.string(), key));
  }
  return found->second;
}

std::uint64_t MetadataReader::whole(const std::string& key, std::uint64_t min,
                                    std::uint64_t max) const {
  const std::optional<std::uint64_t> value = parse<std::uint64_t>(text(key));
  if (!value || *value < min || *value > max) {
    refuse(key, fmt::format("it must be a whole number from {} to {}", min, max));
  }
  return *value;
}

double MetadataReader::number(const std::string& key, double min, double max) const {
  const std::optional<double> value = parse<double>(text(key));
  if (!value || !(*value >= min && *value <= max)) {
    refuse(key, fmt::format("it must be a number from {} to {}", min, max));
  }
  return *value;
}

// Of a long text, such as a vocabulary, the beginning of the first line is enough.
void MetadataReader::refuse(const std::string& key, std::string_view wanted) const {
  const std::string_view all = text(key);
  const std::string_view shown = all.substr(0, std::min<std::size_t>(all.find('\n'), 80));
  throw FileError(fmt::format("{}: \"{}\" of its metadata is \"{}{}\"; {}", file_.string(), key,
                              shown, shown.size() < all.size() ? "..." : "", wanted));
}

}  // namespace chronograd
