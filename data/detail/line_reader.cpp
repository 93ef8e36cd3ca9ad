#include "chronograd/data/detail/line_reader.h"

#include <fmt/format.h>

#include "chronograd/graph/error.h"

namespace chronograd::detail {

LineReader::LineReader(const std::filesystem::path& path)
    : path_(path.string()), source_(open_bytes(path)), buffer_(std::size_t{1} << 16) {}

bool LineReader::fill() {
  if (rest_.empty()) rest_ = {buffer_.data(), source_->read(buffer_)};
  return !rest_.empty();
}

bool LineReader::next(std::string& line) {
  line.clear();
  if (!fill()) return false;
  ++number_;
  bool ended = false;
  while (!ended && fill()) {
    const std::size_t end = rest_.find('\n');
    ended = end != std::string_view::npos;
    line.append(rest_.substr(0, end));
    rest_.remove_prefix(ended ? end + 1 : rest_.size());
    if (line.size() > max_line_bytes) {
      throw FileError(fmt::format("{}: the line has more than {} bytes; is this a text file?",
                                  where(), max_line_bytes));
    }
  }
  if (line.ends_with('\r')) line.pop_back();
  if (number_ == 1 && line.starts_with("\xEF\xBB\xBF")) line.erase(0, 3);
  return true;
}

std::string LineReader::where() const { return fmt::format("{}:{}", path_, number_); }

}  // namespace chronograd::detail
