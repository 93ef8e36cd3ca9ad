#pragma once

#include <filesystem>
#include <initializer_list>
#include <string>

#include "chronograd/graph/parameter.h"
#include "chronograd/io/safetensors.h"

namespace chronograd {

/// Parameters that are saved under a name of their own, such as a model's weights or an optimizer's
/// state. The name is not empty and has no slash.
struct CheckpointPart {
  std::string name;
  const Parameters& parameters;
};

/// Saves what belongs together in one safetensors file: the numbers of each part, as
/// "<name>/<path>", and texts such as how far training has come. The file is replaced whole or not
/// at all, so that parts of two saves never meet; see write_safetensors for what that promises.
/// Throws ValueError for a part whose name is empty, has a slash or comes twice.
void save_checkpoint(const std::filesystem::path& path, std::initializer_list<CheckpointPart> parts,
                     const Metadata& metadata = {});

/// Gives the parameters of these parts the numbers of a file, and returns its texts. Each part must
/// have exactly the paths, shapes and dtypes that were saved; other parts of the file are left
/// alone. Throws FileError naming what does not fit, and what read_safetensors throws; then no
/// parameter has changed.
Metadata load_checkpoint(const std::filesystem::path& path,
                         std::initializer_list<CheckpointPart> parts);

/// Throws FileError when no file could be saved at this path now: there is no such folder, it takes
/// no files, or what has the name is no regular file. Leaves everything as it was. To be asked
/// before long work.
void check_can_save(const std::filesystem::path& path);

}  // namespace chronograd
