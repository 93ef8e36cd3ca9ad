#include "chronograd/io/safetensors.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <functional>
#include <ios>
#include <span>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "chronograd/graph/error.h"
#include "chronograd/io/detail/atomic_file.h"
#include "chronograd/io/detail/half.h"
#include "chronograd/io/detail/safetensors_header.h"

namespace chronograd {
namespace {

namespace fs = std::filesystem;
using detail::Half;
using detail::SafetensorsEntry;
using detail::SafetensorsHeader;

static_assert(std::endian::native == std::endian::little, "safetensors files are little-endian");

/// The file begins with the length of the header, as a 64-bit integer.
constexpr std::size_t prefix_bytes = 8;

std::span<const std::byte> bytes_of(const Tensor& tensor) {
  return visit(tensor.dtype(), [&]<class T>() { return std::as_bytes(tensor.values<T>()); });
}

void evaluate_all(const std::map<std::string, Tensor>& tensors) {
  std::vector<Tensor> values;
  for (const auto& [name, tensor] : tensors) values.push_back(tensor);
  evaluate(values);
}

/// Lays the tensors one after another, the widest elements first, so that all are aligned.
SafetensorsHeader lay_out(const std::map<std::string, Tensor>& tensors, const Metadata& metadata) {
  SafetensorsHeader header{{}, metadata};
  for (const auto& [name, tensor] : tensors) {
    header.entries.push_back({.name = name, .dtype = tensor.dtype(), .shape = tensor.shape()});
  }
  std::ranges::stable_sort(header.entries, std::greater{},
                           [](const SafetensorsEntry& entry) { return size_of(entry.dtype); });
  std::uint64_t end = 0;
  for (SafetensorsEntry& entry : header.entries) {
    entry.begin = end;
    end += size_of(entry.dtype) * static_cast<std::uint64_t>(entry.shape.size());
    entry.end = end;
  }
  return header;
}

/// A file open for reading, whose size is known.
class Reader {
 public:
  explicit Reader(const fs::path& path) : name_(path.string()) {
    std::error_code failed;
    const fs::file_status status = fs::status(path, failed);
    if (fs::exists(status) && !fs::is_regular_file(status)) refuse("it is not a regular file");
    rest_ = fs::file_size(path, failed);
    if (failed) refuse(failed.message());
    errno = 0;
    stream_.open(path, std::ios::binary);
    if (!stream_) refuse(std::generic_category().message(errno));
  }

  const std::string& name() const { return name_; }
  /// How many bytes follow.
  std::uint64_t rest() const { return rest_; }

  void read(std::span<std::byte> bytes) {
    if (bytes.size() > rest_ || !stream_.read(reinterpret_cast<char*>(bytes.data()),
                                              static_cast<std::streamsize>(bytes.size()))) {
      refuse("the file ends too early or cannot be read");
    }
    rest_ -= bytes.size();
  }

  [[noreturn]] void refuse(std::string_view reason) const {
    throw FileError(fmt::format("{}: {}", name_, reason));
  }

 private:
  std::string name_;
  std::ifstream stream_;
  std::uint64_t rest_ = 0;
};

SafetensorsHeader read_header(Reader& reader) {
  if (reader.rest() < prefix_bytes) {
    reader.refuse(fmt::format("{} bytes; a safetensors file has at least 10", reader.rest()));
  }
  std::array<std::byte, prefix_bytes> prefix;
  reader.read(prefix);
  const auto size = std::bit_cast<std::uint64_t>(prefix);
  if (size > SafetensorsHeader::max_bytes) {
    reader.refuse(fmt::format("a safetensors header of {} bytes; it may have {}", size,
                              SafetensorsHeader::max_bytes));
  }
  if (size > reader.rest()) {
    reader.refuse(
        fmt::format("a safetensors header of {} bytes, of which {} are there: the file is "
                    "truncated",
                    size, reader.rest()));
  }
  std::string text(size, '\0');
  reader.read(std::as_writable_bytes(std::span(text)));
  return SafetensorsHeader::parse(text, reader.rest(), reader.name());
}

Tensor read_halves(const SafetensorsEntry& entry, Reader& reader) {
  std::vector<std::uint16_t> halves((entry.end - entry.begin) / 2);
  reader.read(std::as_writable_bytes(std::span(halves)));
  std::vector<float> values(halves.size());
  std::ranges::transform(halves, values.begin(),
                         entry.half == Half::f16 ? detail::from_f16 : detail::from_bf16);
  return Tensor::adopt(std::move(values), entry.shape);
}

Tensor read_tensor(const SafetensorsEntry& entry, Reader& reader) {
  if (entry.half != Half::none) return read_halves(entry, reader);
  const Array array = Array::allocate(entry.shape, entry.dtype);
  const std::span<std::byte> bytes(array.data, entry.end - entry.begin);
  reader.read(bytes);
  const auto is_bool = [](std::byte b) { return b == std::byte{0} || b == std::byte{1}; };
  if (entry.dtype == DType::boolean && !std::ranges::all_of(bytes, is_bool)) {
    reader.refuse(fmt::format("the BOOL tensor \"{}\" has a byte that is not 0 or 1", entry.name));
  }
  return detail::tensor_of(array);
}

}  // namespace

void write_safetensors(const fs::path& path, const std::map<std::string, Tensor>& tensors,
                       const Metadata& metadata) {
  evaluate_all(tensors);
  const SafetensorsHeader header = lay_out(tensors, metadata);
  std::string text = header.text();
  text.resize((text.size() + prefix_bytes - 1) / prefix_bytes * prefix_bytes, ' ');
  if (text.size() > SafetensorsHeader::max_bytes) {
    throw FileError(fmt::format("{}: a safetensors header of {} bytes; it may have {}",
                                path.string(), text.size(), SafetensorsHeader::max_bytes));
  }
  const std::uint64_t size = text.size();
  detail::AtomicFile file{path};
  file.write(std::as_bytes(std::span(&size, 1)));
  file.write(std::as_bytes(std::span(text)));
  for (const SafetensorsEntry& entry : header.entries) file.write(bytes_of(tensors.at(entry.name)));
  file.commit();
}

SavedTensors read_safetensors(const fs::path& path) {
  Reader reader{path};
  SafetensorsHeader header = read_header(reader);
  SavedTensors saved{{}, std::move(header.metadata)};
  for (const SafetensorsEntry& entry : header.entries) {
    saved.tensors.emplace(entry.name, read_tensor(entry, reader));
  }
  return saved;
}

Metadata read_safetensors_metadata(const fs::path& path) {
  Reader reader{path};
  return read_header(reader).metadata;
}

}  // namespace chronograd
