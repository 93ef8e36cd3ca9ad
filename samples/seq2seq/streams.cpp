#include "streams.h"

#include <chronograd/graph/error.h>
#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <ios>
#include <system_error>

namespace seq2seq {
namespace {

[[noreturn]] void refuse(const std::string& name, int error) {
  const std::string reason = error == 0 ? "" : ": " + std::generic_category().message(error);
  throw chronograd::FileError(fmt::format("{}: it cannot be written{}", name, reason));
}

}  // namespace

void prepare_streams() {
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (fcntl(descriptor, F_GETFD) >= 0) continue;
    // The lowest free number is taken. The wrong direction makes each use an error, as it was.
    (void)open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY);
  }
  // So that std::cout keeps what it could not write, and `finish` can ask for the reason.
  std::ios::sync_with_stdio(false);
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
}

void finish(std::ostream& out, const std::string& name) {
  // What failed before is tried once more, since errno tells the reason only now.
  const bool failed = !out;
  out.clear();
  errno = 0;
  if (!out.flush() || failed) refuse(name, errno);
}

std::ofstream open_to_write(const std::filesystem::path& path) {
  errno = 0;
  std::ofstream out{path};
  if (!out) refuse(path.string(), errno);
  return out;
}

void write_file(const std::filesystem::path& path, const std::string& text) {
  std::ofstream out = open_to_write(path);
  if (!(out << text).flush()) refuse(path.string(), errno);
}

}  // namespace seq2seq
