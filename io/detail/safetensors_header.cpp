#include "chronograd/io/detail/safetensors_header.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <span>
#include <tuple>
#include <utility>

#include "chronograd/graph/error.h"

namespace chronograd::detail {
namespace {

using nlohmann::json;

constexpr std::string_view metadata_name = "__metadata__";

/// Indexed by DType; those behind are read only, as f32.
constexpr std::array<std::string_view, 7> dtype_names{"F32",  "F64", "I32", "I64",
                                                      "BOOL", "F16", "BF16"};
constexpr std::size_t own_dtypes = 5;

/// A name from the file, for a message: quoted and not too long.
std::string quote(std::string_view name) { return fmt::format("\"{:.80}\"", name); }

/// Takes the header from the JSON parser piece by piece, so that no document is built: memory stays
/// in proportion to the header and depth is never more than the format has.
class HeaderReader final : public nlohmann::json_sax<json> {
 public:
  explicit HeaderReader(std::string_view file) : file_(file) {}

  SafetensorsHeader take() { return std::move(header_); }

  bool null() override { refuse_value("null"); }
  bool boolean(bool value) override { refuse_value(value ? "true" : "false"); }
  bool number_integer(std::int64_t value) override { refuse_value(std::to_string(value)); }
  bool number_float(double, const std::string& text) override { refuse_value(text); }
  bool binary(json::binary_t&) override { refuse_value("binary data"); }

  bool number_unsigned(std::uint64_t value) override {
    if (level_ != Level::list) refuse_value(std::to_string(value));
    if (list_->size() == static_cast<std::size_t>(Shape::max_rank)) {
      refuse(
          fmt::format("the {} of {} has more than {} numbers", field_, quoted(), Shape::max_rank));
    }
    list_->push_back(value);
    return true;
  }

  bool string(std::string& value) override {
    if (level_ == Level::metadata) {
      header_.metadata[field_] = std::move(value);
    } else if (level_ == Level::tensor && field_ == "dtype") {
      dtype_ = std::move(value);
    } else {
      refuse_value("a text");
    }
    return true;
  }

  bool start_object(std::size_t) override {
    if (level_ == Level::outside) {
      level_ = Level::header;
    } else if (level_ == Level::header) {
      level_ = name_ == metadata_name ? Level::metadata : Level::tensor;
      fields_.clear();
    } else {
      refuse_value("an object");
    }
    return true;
  }

  bool key(std::string& value) override {
    const bool is_name = level_ == Level::header;
    (is_name ? name_ : field_) = value;
    if (level_ == Level::tensor && value != "dtype" && value != "shape" &&
        value != "data_offsets") {
      refuse(fmt::format("{} has {}; only dtype, shape and data_offsets have a meaning", quoted(),
                         quote(value)));
    }
    if (!(is_name ? names_ : fields_).insert(value).second) {
      refuse(is_name ? fmt::format("{} comes twice", quoted())
                     : fmt::format("{} of {} comes twice", quote(value), quoted()));
    }
    return true;
  }

  bool end_object() override {
    if (level_ == Level::tensor) add_entry();
    level_ = level_ == Level::header ? Level::outside : Level::header;
    return true;
  }

  bool start_array(std::size_t) override {
    if (level_ != Level::tensor || field_ == "dtype") refuse_value("a list");
    list_ = field_ == "shape" ? &shape_ : &offsets_;
    list_->clear();
    level_ = Level::list;
    return true;
  }

  bool end_array() override {
    level_ = Level::tensor;
    return true;
  }

  bool parse_error(std::size_t position, const std::string&,
                   const nlohmann::detail::exception&) override {
    refuse(fmt::format("it is not well-formed JSON at its byte {}", position));
  }

 private:
  enum class Level { outside, header, metadata, tensor, list };

  void add_entry() {
    if (fields_.size() != 3) {
      refuse(fmt::format("{} lacks one of dtype, shape and data_offsets", quoted()));
    }
    if (offsets_.size() != 2 || offsets_[0] > offsets_[1]) {
      refuse(fmt::format("the data_offsets of {} are not [begin, end]", quoted()));
    }
    SafetensorsEntry entry{.name = name_, .begin = offsets_[0], .end = offsets_[1]};
    parse_dtype(entry);
    const std::uint64_t bytes = entry.end - entry.begin;
    if (bytes_of(entry.half == Half::none ? size_of(entry.dtype) : 2) != bytes) {
      refuse(fmt::format("{} has {} bytes, not what its dtype {} and shape [{}] need", quoted(),
                         bytes, dtype_, fmt::join(shape_, ", ")));
    }
    entry.shape = parse_shape();
    header_.entries.push_back(std::move(entry));
  }

  void parse_dtype(SafetensorsEntry& entry) const {
    const auto found = std::ranges::find(dtype_names, dtype_);
    if (found == dtype_names.end()) {
      refuse(fmt::format("{} has the dtype {}; it must be {}", quoted(), quote(dtype_),
                         fmt::join(dtype_names, ", ")));
    }
    const auto index = static_cast<std::size_t>(found - dtype_names.begin());
    if (index < own_dtypes) {
      entry.dtype = static_cast<DType>(index);
    } else {
      entry.half = *found == "F16" ? Half::f16 : Half::bf16;
    }
  }

  /// What the shape needs; nothing when that is more than can be counted.
  std::optional<std::uint64_t> bytes_of(std::uint64_t bytes) const {
    if (std::ranges::find(shape_, 0u) != shape_.end()) return 0;
    for (const std::uint64_t size : shape_) {
      if (__builtin_mul_overflow(bytes, size, &bytes)) return std::nullopt;
    }
    return bytes;
  }

  Shape parse_shape() const {
    // A size of 2^63 or more becomes negative, which Shape refuses.
    const std::vector<std::int64_t> sizes(shape_.begin(), shape_.end());
    try {
      return Shape{std::span(sizes), "", 0};  // no line is wrong, the file is
    } catch (const ShapeError& error) {
      refuse(fmt::format("{}: {}", quoted(), error.what()));
    }
  }

  std::string quoted() const { return quote(name_); }

  [[noreturn]] void refuse_value(std::string_view value) const {
    if (level_ == Level::header) {
      refuse(fmt::format("{} is {}; it must be an object", quoted(), value));
    }
    refuse(fmt::format("{} of {} is or has {}, which is not its type", quote(field_), quoted(),
                       value));
  }

  [[noreturn]] void refuse(std::string_view what) const {
    throw FileError(fmt::format("{}: the safetensors header is wrong: {}", file_, what));
  }

  std::string_view file_;
  SafetensorsHeader header_;
  Level level_ = Level::outside;
  std::set<std::string> names_;
  std::set<std::string> fields_;
  std::string name_;   ///< the last key of the header
  std::string field_;  ///< the last key of a tensor or of the metadata
  std::string dtype_;
  std::vector<std::uint64_t> shape_;
  std::vector<std::uint64_t> offsets_;
  std::vector<std::uint64_t>* list_ = nullptr;
};

void check_cover(std::span<const SafetensorsEntry> entries, std::uint64_t data_bytes,
                 std::string_view file) {
  std::uint64_t covered = 0;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const SafetensorsEntry& entry = entries[i];
    if (entry.begin < covered) {
      throw FileError(fmt::format("{}: the tensors {} and {} overlap", file,
                                  quote(entries[i - 1].name), quote(entry.name)));
    }
    if (entry.begin > covered) {
      throw FileError(fmt::format("{}: {} bytes before the tensor {} belong to no tensor", file,
                                  entry.begin - covered, quote(entry.name)));
    }
    covered = entry.end;
  }
  if (covered != data_bytes) {
    throw FileError(fmt::format("{}: {} bytes of data; the header tells of {}: the file is {}",
                                file, data_bytes, covered,
                                data_bytes < covered ? "truncated" : "too long"));
  }
}

}  // namespace

SafetensorsHeader SafetensorsHeader::parse(std::string_view json_text, std::uint64_t data_bytes,
                                           std::string_view file) {
  // The parser would skip a byte order mark and stop at a zero byte.
  if (!json_text.starts_with('{') || json_text.find('\0') != std::string_view::npos) {
    throw FileError(fmt::format("{}: the safetensors header is not a JSON object", file));
  }
  HeaderReader reader{file};
  json::sax_parse(json_text, &reader);
  SafetensorsHeader header = reader.take();
  std::ranges::sort(header.entries, {}, [](const SafetensorsEntry& entry) {
    return std::tuple(entry.begin, entry.end);
  });
  check_cover(header.entries, data_bytes, file);
  return header;
}

std::string SafetensorsHeader::text() const {
  json header = json::object();
  if (!metadata.empty()) header[std::string(metadata_name)] = metadata;
  for (const SafetensorsEntry& entry : entries) {
    if (entry.name == metadata_name) {
      throw ValueError(
          "write_safetensors: a tensor is named \"__metadata__\"; the format keeps "
          "that name for texts");
    }
    const auto sizes = entry.shape.sizes();
    header[entry.name] = {{"dtype", dtype_names[static_cast<std::size_t>(entry.dtype)]},
                          {"shape", std::vector<std::int64_t>(sizes.begin(), sizes.end())},
                          {"data_offsets", {entry.begin, entry.end}}};
  }
  try {
    return header.dump();
  } catch (const json::exception&) {
    throw ValueError("write_safetensors: a name or metadata that is not UTF-8; it must be");
  }
}

}  // namespace chronograd::detail
