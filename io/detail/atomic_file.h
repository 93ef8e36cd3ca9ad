#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string_view>

namespace chronograd::detail {

/// A file that appears whole or not at all, whatever fails and whenever the power goes: it is
/// written under another name in the same folder and takes its name, and the place of an older
/// file, on `commit`. Without a commit nothing is left of it; what a process left that was killed
/// is removed by the next one that writes into the folder. Symbolic links are followed. What exists
/// and is no regular file is refused, so that no device, pipe or folder is replaced. All errors are
/// FileError.
class AtomicFile {
 public:
  explicit AtomicFile(const std::filesystem::path& path);
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;
  ~AtomicFile();

  void write(std::span<const std::byte> bytes);
  void commit();

 private:
  void create();
  void keep_permissions();
  [[noreturn]] void refuse(std::string_view action, int error) const;

  std::filesystem::path path_;
  std::filesystem::path temporary_;  ///< empty once there is no such file
  int descriptor_ = -1;
};

}  // namespace chronograd::detail
