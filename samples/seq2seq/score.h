#pragma once

#include <chronograd/data/pronunciations.h>

#include <ostream>
#include <span>
#include <string>
#include <vector>

#include "speller.h"

namespace seq2seq {

struct ScoreCommand {
  std::string folder = "seq2seq-model";
  std::string dev;
};

/// Prints the error rates of the model in a folder on a dictionary.
int run(const ScoreCommand& command, std::ostream& out);

/// Prints the error rates of a model at hand, and some of what it says.
void show_score(const Speller& speller, std::span<const chronograd::PronouncedWord> dev,
                std::ostream& out);

/// The words of a dictionary. Throws FileError when it has none.
std::vector<chronograd::PronouncedWord> read_dictionary(const std::string& file);

}  // namespace seq2seq
