#pragma once

#include <ostream>
#include <string>

#include "speller.h"

namespace seq2seq {

/// Where the model looked, as a table for the terminal: a row for each phone, a column for each
/// letter, darker for more.
void draw_attention(std::ostream& out, const std::string& word, const Spoken& spoken);

/// The same as a picture in SVG.
std::string attention_svg(const std::string& word, const Spoken& spoken);

}  // namespace seq2seq
