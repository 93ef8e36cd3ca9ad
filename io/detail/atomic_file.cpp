#include "chronograd/io/detail/atomic_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdint>
#include <system_error>
#include <utility>

#include "chronograd/graph/error.h"

namespace chronograd::detail {
namespace {

namespace fs = std::filesystem;

/// Where writing to `path` goes: the end of its symbolic links.
fs::path followed(const fs::path& path) {
  std::error_code failed;
  if (!fs::is_symlink(path, failed)) return path;
  fs::path target = fs::weakly_canonical(path, failed);
  return failed ? path : target;
}

fs::path folder_of(const fs::path& path) {
  return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

class Descriptor {
 public:
  explicit Descriptor(int value) : value_(value) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (value_ >= 0) ::close(value_);
  }
  int get() const { return value_; }

 private:
  int value_;
};

}  // namespace

AtomicFile::AtomicFile(const fs::path& path) : path_(followed(path)) {
  create();
  keep_permissions();
}

AtomicFile::~AtomicFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

void AtomicFile::create() {
  static std::atomic<std::uint64_t> serial = 0;
  do {
    temporary_ = folder_of(path_) / fmt::format(".chronograd-{}-{}.tmp", ::getpid(), ++serial);
    descriptor_ = ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  } while (descriptor_ < 0 && errno == EEXIST);
  if (descriptor_ < 0) {
    temporary_.clear();
    refuse("cannot be written", errno);
  }
}

/// A file that only its owner could read stays so.
void AtomicFile::keep_permissions() {
  struct stat old {};
  if (::stat(path_.c_str(), &old) == 0) (void)::fchmod(descriptor_, old.st_mode & 0777);
}

void AtomicFile::write(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    // Linux writes at most 2 GiB at once.
    const std::size_t chunk = std::min(bytes.size(), std::size_t{1} << 30);
    const ssize_t written = ::write(descriptor_, bytes.data(), chunk);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) refuse("cannot be written", errno);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
}

void AtomicFile::close() {
  if (::close(std::exchange(descriptor_, -1)) != 0) refuse("cannot be written", errno);
}

void AtomicFile::commit() {
  if (::fsync(descriptor_) != 0) refuse("cannot be written", errno);
  close();
  const Descriptor folder{::open(folder_of(path_).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (folder.get() < 0) refuse("its folder cannot be opened", errno);
  if (::rename(temporary_.c_str(), path_.c_str()) != 0) refuse("cannot be replaced", errno);
  temporary_.clear();
  // EINVAL: a file system that has no such operation.
  if (::fsync(folder.get()) != 0 && errno != EINVAL) {
    refuse("was written, but may be lost if the power goes now", errno);
  }
}

void AtomicFile::refuse(std::string_view action, int error) const {
  throw FileError(
      fmt::format("{}: {}: {}", path_.string(), action, std::generic_category().message(error)));
}

}  // namespace chronograd::detail
