#pragma once

#include <filesystem>
#include <ostream>
#include <span>
#include <string>

#include "speller.h"

namespace seq2seq {

/// Says words and draws where the model looked, for the terminal and as attention-WORD.svg in a
/// folder. Letters it was not trained on are reported; it guesses at them.
void show(const Speller& speller, std::span<const std::string> words,
          const std::filesystem::path& folder, std::ostream& out);

}  // namespace seq2seq
