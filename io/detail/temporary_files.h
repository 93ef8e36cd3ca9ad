#pragma once

#include <filesystem>

namespace chronograd::detail {

/// A temporary file that is open for writing, and locked while it is.
struct TemporaryFile {
  std::filesystem::path path;
  int descriptor = -1;  ///< negative: it could not be made, and errno says why
};

/// Makes a new file in a folder, whose name tells which process writes it.
TemporaryFile make_temporary_file(const std::filesystem::path& folder);

/// Removes the temporary files of processes that have ended. Their locks tell, also of a process
/// that lives elsewhere (in another container) or whose number a living one has got.
void remove_left_over_files(const std::filesystem::path& folder) noexcept;

}  // namespace chronograd::detail
