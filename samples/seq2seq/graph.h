#pragma once

#include <ostream>
#include <string>

#include "speller.h"

namespace seq2seq {

struct GraphCommand {
  std::string folder = "seq2seq-model";
  std::string format = "text";  ///< or "dot"
};

/// Prints the graph of one training step of the model in a folder.
int run(const GraphCommand& command, std::ostream& out);

/// The same for a model at hand.
void write_graph(const Speller& speller, const std::string& format, std::ostream& out);

}  // namespace seq2seq
