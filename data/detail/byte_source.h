#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>

namespace chronograd::detail {

/// The bytes of a file, decompressed when the file is a gzip file. `read` fills the front of
/// `bytes` and returns how many there were, 0 at the end; it throws FileError when the file cannot
/// be read, is corrupt, or ends inside compressed data.
class ByteSource {
 public:
  virtual ~ByteSource() = default;
  virtual std::size_t read(std::span<char> bytes) = 0;
};

/// Opens a file: as gzip when its name ends in ".gz" or its content begins like gzip.
/// Throws FileError, also for gzip in a build without zlib.
std::unique_ptr<ByteSource> open_bytes(const std::filesystem::path& path);

}  // namespace chronograd::detail
