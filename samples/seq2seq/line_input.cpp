#include "line_input.h"

#include <chronograd/graph/error.h>
#include <fcntl.h>
#include <fmt/core.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace seq2seq {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

bool must_wait(int descriptor) {
  pollfd input{descriptor, POLLIN, 0};
  return poll(&input, 1, 0) == 0;
}

}  // namespace

LineInput::LineInput(const std::string& file, std::size_t longest)
    : name_(file.empty() ? "stdin" : file),
      descriptor_(file.empty() ? STDIN_FILENO : open(file.c_str(), O_RDONLY | O_CLOEXEC)),
      longest_(longest),
      buffer_(std::size_t{1} << 16) {
  if (descriptor_ < 0) refuse(errno);
  struct stat status {};
  if (fstat(descriptor_, &status) == 0 && S_ISDIR(status.st_mode)) {
    close_file();  // no destructor will
    refuse(EISDIR);
  }
}

LineInput::~LineInput() { close_file(); }

void LineInput::close_file() {
  if (descriptor_ != STDIN_FILENO) close(descriptor_);
}

std::optional<LineInput::Piece> LineInput::next() {
  Piece piece;
  while (!piece.ends_line && piece.text.size() < longest_) {
    if (rest_.empty() && !fill()) {
      if (piece.text.empty() && !within_line_) return std::nullopt;
      piece.ends_line = true;
      break;
    }
    const std::string_view some = rest_.substr(0, longest_ - piece.text.size());
    const std::size_t end = some.find('\n');
    piece.ends_line = end != std::string_view::npos;
    piece.text += some.substr(0, end);
    rest_.remove_prefix(piece.ends_line ? end + 1 : some.size());
  }
  if (piece.ends_line && piece.text.ends_with('\r')) piece.text.pop_back();
  within_line_ = !piece.ends_line;
  return piece;
}

bool LineInput::fill() {
  const bool first = rest_.data() == nullptr;
  std::size_t size = 0;
  for (;;) {
    if (must_wait(descriptor_)) before_waiting_();
    const ssize_t count = read(descriptor_, buffer_.data() + size, buffer_.size() - size);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) refuse(errno);
    size += static_cast<std::size_t>(count);
    rest_ = {buffer_.data(), size};
    // A pipe may give the mark in parts.
    if (first && count > 0 && size < byte_order_mark.size() && byte_order_mark.starts_with(rest_)) {
      continue;
    }
    if (first && rest_.starts_with(byte_order_mark)) {
      rest_.remove_prefix(byte_order_mark.size());
      if (rest_.empty() && count > 0) return fill();
    }
    return !rest_.empty();
  }
}

void LineInput::refuse(int error) const {
  throw chronograd::FileError(
      fmt::format("{}: it cannot be read: {}; give a file of words, one a line", name_,
                  std::generic_category().message(error)));
}

}  // namespace seq2seq
