#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace seq2seq {

/// The lines of a file or a pipe, of any length in bounded memory. Lines end with LF or CR LF, the
/// last one may end with the file; a byte order mark at the start is skipped.
class LineInput {
 public:
  /// Opens a file, or takes stdin when the name is empty. Throws FileError when it cannot.
  LineInput(const std::string& file, std::size_t longest);
  LineInput(const LineInput&) = delete;
  LineInput& operator=(const LineInput&) = delete;
  ~LineInput();

  /// What is to be done whenever the program has to wait for more input.
  void before_waiting(std::function<void()> action) { before_waiting_ = std::move(action); }

  /// A line without its end, or a part of one that has more than `longest` bytes.
  struct Piece {
    std::string text;
    bool ends_line = false;
  };
  /// The next line or part; nothing after the last. Throws FileError when reading fails.
  std::optional<Piece> next();

  int descriptor() const { return descriptor_; }

 private:
  void close_file();
  bool fill();
  [[noreturn]] void refuse(int error) const;

  std::string name_;
  int descriptor_;
  std::size_t longest_;
  std::function<void()> before_waiting_ = [] {};
  std::vector<char> buffer_;
  std::string_view rest_;     ///< what of the buffer was not given yet
  bool within_line_ = false;  ///< the last piece did not end its line
};

}  // namespace seq2seq
