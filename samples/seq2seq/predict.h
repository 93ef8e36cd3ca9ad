#pragma once

#include <cstddef>
#include <ostream>
#include <string>

namespace seq2seq {

struct PredictCommand {
  std::string folder = "seq2seq-model";
  std::string input;   ///< empty: stdin
  std::string output;  ///< empty: stdout
  std::size_t longest = 1000;
};

/// Answers each line with one `word<TAB>phones`, in order, as soon as no further line waits. Lines
/// that are no word (not UTF-8, with control characters, of more than `longest` letters) are
/// reported and answered without phones; the status is 1 then. Letters that the model has never
/// seen are noted. Throws FileError when something cannot be read or written, and before anything
/// is written when the output is the input or the model.
int run(const PredictCommand& command, std::ostream& out);

}  // namespace seq2seq
