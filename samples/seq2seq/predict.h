#pragma once

#include <istream>
#include <ostream>

#include "speller.h"

namespace seq2seq {

/// One `word<TAB>phones` out for each line in, in order. A line that is not UTF-8 is reported and
/// gets no phones; returns whether there was none. Throws FileError when the output cannot be
/// written.
bool predict(const Speller& speller, std::istream& in, std::ostream& out);

}  // namespace seq2seq
