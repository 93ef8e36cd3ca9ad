#include "chronograd/io/detail/temporary_files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

namespace chronograd::detail {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view prefix = ".chronograd-";
constexpr std::string_view suffix = ".tmp";

/// Held while a file is made and locked, and while others are looked at, so that no thread takes
/// another one's new file for a left-over.
std::mutex& making() {
  static std::mutex mutex;
  return mutex;
}

/// The process of ".chronograd-PROCESS-SERIAL.tmp"; nothing for another name.
std::optional<pid_t> process_of(std::string_view name) {
  if (!name.starts_with(prefix) || !name.ends_with(suffix)) return std::nullopt;
  name.remove_prefix(prefix.size());
  pid_t process = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), process);
  if (error != std::errc{} || process <= 0 || *end != '-') return std::nullopt;
  return process;
}

bool lives(pid_t process) { return ::kill(process, 0) == 0 || errno != ESRCH; }

/// Returns whether nobody writes the file any more. The lock of the file tells. Where the file
/// system has no locks, the process of that number must be dead; a new process may have got the
/// number, and then the file stays.
bool is_left_over(const fs::path& file, pid_t process) {
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (descriptor < 0) return false;
  const bool free = ::flock(descriptor, LOCK_SH | LOCK_NB) == 0;
  const bool has_locks = free || errno == EWOULDBLOCK;
  ::close(descriptor);
  return has_locks ? free : !lives(process);
}

/// Locks a new file, and tells whether a process elsewhere took it for a left-over before that;
/// then it is closed. Some file systems have no locks; there the process's number has to do.
bool was_removed(int descriptor) {
  if (descriptor < 0) return false;
  (void)::flock(descriptor, LOCK_EX | LOCK_NB);
  struct stat status {};
  if (::fstat(descriptor, &status) != 0 || status.st_nlink > 0) return false;
  ::close(descriptor);
  return true;
}

}  // namespace

TemporaryFile make_temporary_file(const fs::path& folder) {
  static std::uint64_t serial = 0;
  const std::lock_guard lock{making()};
  TemporaryFile file;
  do {
    file.path = folder / fmt::format("{}{}-{}{}", prefix, ::getpid(), ++serial, suffix);
    file.descriptor = ::open(file.path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  } while ((file.descriptor < 0 && errno == EEXIST) || was_removed(file.descriptor));
  return file;
}

void remove_left_over_files(const fs::path& folder) noexcept try {
  const std::lock_guard lock{making()};
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    const std::optional<pid_t> process = process_of(entry.path().filename().string());
    if (process && is_left_over(entry.path(), *process)) ::unlink(entry.path().c_str());
  }
} catch (...) {
  // A folder that cannot be listed can still be written to.
}

}  // namespace chronograd::detail
