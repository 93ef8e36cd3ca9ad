#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "chronograd/graph/tensor.h"

namespace chronograd {

/// Texts that a file carries beside its tensors, such as a model's options and vocabulary.
using Metadata = std::map<std::string, std::string>;

/// What a safetensors file holds.
struct SavedTensors {
  std::map<std::string, Tensor> tensors;
  Metadata metadata;
};

/// Writes tensors by name as a safetensors file (https://github.com/huggingface/safetensors), which
/// most other frameworks read. Pending tensors are computed first. The file appears whole or not at
/// all: on any failure, a crash included, an older file of that name stays as it was. Equal tensors
/// and metadata give equal files.
/// Throws FileError when the file cannot be written, ValueError for a name or metadata that is not
/// UTF-8 or a tensor named "__metadata__".
void write_safetensors(const std::filesystem::path& path,
                       const std::map<std::string, Tensor>& tensors, const Metadata& metadata = {});

/// Reads a safetensors file with tensors of the dtypes F32, F64, I32, I64 and BOOL; F16 and BF16,
/// which there is no arithmetic for, become f32, exactly.
/// Throws FileError with the reason for a file that cannot be read or is not exactly as the format
/// demands: truncated, with bytes too many, with tensors that overlap or leave gaps, whose shapes
/// do not fit their bytes, with malformed or repeated entries in its header.
SavedTensors read_safetensors(const std::filesystem::path& path);

/// Reads and checks the header only, and returns the metadata.
Metadata read_safetensors_metadata(const std::filesystem::path& path);

}  // namespace chronograd
