#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "chronograd/data/detail/byte_source.h"

namespace chronograd::detail {

/// The lines of a text file, plain or gzip. Lines end with LF or CR LF, the last one may end with
/// the file; a byte order mark is skipped.
class LineReader {
 public:
  /// A longer line is taken for a file that is not text.
  static constexpr std::size_t max_line_bytes = 65536;

  /// Throws FileError when the file cannot be opened.
  explicit LineReader(const std::filesystem::path& path);

  /// Puts the next line into `line`, without its end; false after the last. Throws FileError when
  /// reading fails or the line is longer than `max_line_bytes`.
  bool next(std::string& line);

  /// "path:number" of the line read last.
  std::string where() const;

 private:
  bool fill();

  std::string path_;
  std::unique_ptr<ByteSource> source_;
  std::vector<char> buffer_;
  std::string_view rest_;  ///< what of the buffer is not read yet
  std::size_t number_ = 0;
};

}  // namespace chronograd::detail
