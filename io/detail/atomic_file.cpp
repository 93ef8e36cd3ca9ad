#include "chronograd/io/detail/atomic_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include "chronograd/graph/error.h"
#include "chronograd/io/detail/temporary_files.h"

namespace chronograd::detail {
namespace {

namespace fs = std::filesystem;

fs::path folder_of(const fs::path& path) {
  return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

[[noreturn]] void refuse(const fs::path& path, std::string_view action, std::string_view reason) {
  throw FileError(fmt::format("{}: {}: {}", path.string(), action, reason));
}

void refuse_unless_file(const fs::path& path) {
  std::error_code failed;
  switch (fs::status(path, failed).type()) {
    case fs::file_type::regular:
    case fs::file_type::not_found:
      return;
    case fs::file_type::none:  // such as links that lead in a circle
      refuse(path, "cannot be written", failed.message());
    case fs::file_type::directory:
      refuse(path, "cannot be replaced", std::generic_category().message(EISDIR));
    default:
      refuse(path, "cannot be replaced", "it is a device, a pipe or a socket, not a regular file");
  }
}

/// Where writing to `path` goes: the end of its symbolic links, where nothing need be yet.
fs::path followed(fs::path path) {
  refuse_unless_file(path);
  std::error_code failed;
  while (fs::is_symlink(fs::symlink_status(path, failed))) {
    const fs::path target = fs::read_symlink(path, failed);
    if (failed) refuse(path, "cannot be written", failed.message());
    path = folder_of(path) / target;
    refuse_unless_file(path);
  }
  return path;
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
  remove_left_over_files(folder_of(path_));
  TemporaryFile file = make_temporary_file(folder_of(path_));
  if (file.descriptor < 0) refuse("cannot be written", errno);
  descriptor_ = file.descriptor;
  temporary_ = std::move(file.path);
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

void AtomicFile::commit() {
  if (::fsync(descriptor_) != 0) refuse("cannot be written", errno);
  const Descriptor folder{::open(folder_of(path_).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (folder.get() < 0) refuse("its folder cannot be opened", errno);
  // The file stays open, and so locked, until it has its name.
  if (::rename(temporary_.c_str(), path_.c_str()) != 0) refuse("cannot be replaced", errno);
  temporary_.clear();
  // EINVAL: a file system that has no such operation.
  if (::fsync(folder.get()) != 0 && errno != EINVAL) {
    refuse("was written, but may be lost if the power goes now", errno);
  }
}

void AtomicFile::refuse(std::string_view action, int error) const {
  detail::refuse(path_, action, std::generic_category().message(error));
}

}  // namespace chronograd::detail
