#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "chronograd/graph/parameter.h"

namespace chronograd {

/// Whose names, orders of gates and axes a file has.
enum class Convention { keras, pytorch };

/// Where names of a file belong in the model: {"rnn", "encoder"} takes the tensors of "rnn" and of
/// all below it for the parameters at encoder/. The longest that fits is taken; "" fits all. A
/// rename of a tensor's whole name to a parameter's whole path takes the numbers as they are.
using Renames = std::map<std::string, std::string>;

/// Gives all parameters the numbers that a model of Keras or PyTorch was saved with, as a
/// safetensors file: gates in this library's order, axes reversed and biases added where the
/// convention asks for it. Floating numbers become the model's dtype, from f16 and bf16 too.
///
/// A layer is found by its name, with '.' read as '/': docs/coming-from-keras.md and
/// docs/coming-from-pytorch.md list the layers. What has no such meaning but the path of a
/// parameter is taken as it is. A GRU must have the form it was trained with: Keras's
/// `reset_after`, which is PyTorch's only one.
///
/// Throws FileError listing each parameter the file lacks (by its path), each tensor that is left
/// over (by its name), and each shape or dtype that does not fit; for two tensors that would be one
/// parameter; for a square "weight" of PyTorch without a bias, which may be an Embedding's or a
/// Linear's, unless its whole name is renamed; and what read_safetensors throws. Then no parameter
/// has changed.
void load_as(const Parameters& parameters, const std::filesystem::path& file, Convention convention,
             const Renames& renames = {});

}  // namespace chronograd
