#include "chronograd/data/detail/byte_source.h"

#include <fmt/format.h>

#include <cerrno>
#include <fstream>
#include <ios>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "chronograd/graph/error.h"

#ifdef CHRONOGRAD_WITH_ZLIB
#include <zlib.h>
#endif

namespace chronograd::detail {
namespace {

using std::filesystem::path;

[[noreturn]] void refuse(const path& file, std::string_view reason) {
  throw FileError(fmt::format("{}: {}", file.string(), reason));
}

std::string system_message(int error) { return std::generic_category().message(error); }

class PlainFile final : public ByteSource {
 public:
  explicit PlainFile(path file) : path_(std::move(file)) {
    errno = 0;
    stream_.open(path_, std::ios::binary);
    if (!stream_) refuse(path_, system_message(errno));
  }

  std::size_t read(std::span<char> bytes) override {
    errno = 0;
    stream_.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    if (stream_.bad()) refuse(path_, system_message(errno));
    return static_cast<std::size_t>(stream_.gcount());
  }

 private:
  path path_;
  std::ifstream stream_;
};

bool begins_like_gzip(const path& file) {
  char magic[2];
  return PlainFile{file}.read(magic) == 2 && magic[0] == '\x1F' && magic[1] == '\x8B';
}

#ifdef CHRONOGRAD_WITH_ZLIB
class GzipFile final : public ByteSource {
 public:
  explicit GzipFile(path file) : path_(std::move(file)), file_(gzopen(path_.c_str(), "rb")) {
    if (file_ == nullptr) refuse(path_, system_message(errno));
  }

  std::size_t read(std::span<char> bytes) override {
    const int count = gzread(file_.get(), bytes.data(), static_cast<unsigned>(bytes.size()));
    int error = Z_OK;
    const std::string_view message = gzerror(file_.get(), &error);
    // A file that ends too early is an error that gzread keeps while it still has bytes to give.
    if (error == Z_BUF_ERROR) refuse(path_, "the compressed data ends too early");
    if (error == Z_DATA_ERROR) refuse(path_, "the compressed data is corrupt");
    if (error == Z_ERRNO) refuse(path_, system_message(errno));
    if (count < 0) refuse(path_, message);
    return static_cast<std::size_t>(count);
  }

 private:
  struct Close {
    void operator()(gzFile_s* file) const { gzclose_r(file); }
  };
  path path_;
  std::unique_ptr<gzFile_s, Close> file_;
};

std::unique_ptr<ByteSource> open_gzip(const path& file) {
  if (!begins_like_gzip(file)) refuse(file, "the name says gzip, the content does not");
  return std::make_unique<GzipFile>(file);
}
#else
std::unique_ptr<ByteSource> open_gzip(const path& file) {
  refuse(file,
         "this build reads no gzip; decompress the file with gunzip, or build Chronograd with zlib "
         "(-DCHRONOGRAD_ZLIB=ON)");
}
#endif

}  // namespace

std::unique_ptr<ByteSource> open_bytes(const path& file) {
  std::error_code ignored;  // what does not exist fails when it is opened
  if (std::filesystem::is_directory(file, ignored)) refuse(file, system_message(EISDIR));
  // Looking at the first bytes of a pipe would take them away.
  const bool rewindable = std::filesystem::is_regular_file(file, ignored);
  if (file.extension() == ".gz" || (rewindable && begins_like_gzip(file))) return open_gzip(file);
  return std::make_unique<PlainFile>(file);
}

}  // namespace chronograd::detail
