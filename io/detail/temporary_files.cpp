#include "chronograd/io/detail/temporary_files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/file.h>
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

bool is_locked(const fs::path& file) {
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (descriptor < 0) return false;
  const bool locked = ::flock(descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  ::close(descriptor);
  return locked;
}

}  // namespace

TemporaryFile make_temporary_file(const fs::path& folder) {
  static std::uint64_t serial = 0;
  const std::lock_guard lock{making()};
  TemporaryFile file;
  do {
    file.path = folder / fmt::format("{}{}-{}{}", prefix, ::getpid(), ++serial, suffix);
    file.descriptor = ::open(file.path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  } while (file.descriptor < 0 && errno == EEXIST);
  // Some file systems have no locks; there the process's number has to do.
  if (file.descriptor >= 0) (void)::flock(file.descriptor, LOCK_EX | LOCK_NB);
  return file;
}

void remove_left_over_files(const fs::path& folder) noexcept try {
  const std::lock_guard lock{making()};
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    const std::optional<pid_t> process = process_of(entry.path().filename().string());
    if (!process || (*process != ::getpid() && lives(*process))) continue;
    if (!is_locked(entry.path())) ::unlink(entry.path().c_str());
  }
} catch (...) {
  // A folder that cannot be listed can still be written to.
}

}  // namespace chronograd::detail
