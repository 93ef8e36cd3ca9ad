#pragma once

#include <ostream>
#include <string>
#include <vector>

namespace seq2seq {

struct ShowCommand {
  std::string folder = "seq2seq-model";
  std::vector<std::string> words;
};

/// Says words and draws where the model looked, for the terminal and as attention-WORD.svg in the
/// model's folder. Letters it was not trained on are reported; it guesses at them.
int run(const ShowCommand& command, std::ostream& out);

}  // namespace seq2seq
