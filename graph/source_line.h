#pragma once

#include <string_view>

namespace chronograd {

/// A place in a source file.
struct SourceLine {
  const char* file = "";
  unsigned line = 0;
};

/// The place it is made at. As the last member of options, `Here where = {}`, that is where a
/// program writes their braces down. Options without braces, `LSTMOptions o;`, are made by a
/// constructor of the struct, in a header of the library: nobody wrote that line, so it is left
/// out.
struct Here : SourceLine {
  Here(const char* in = __builtin_FILE(), unsigned on = __builtin_LINE(),
       std::string_view function = __builtin_FUNCTION())
      : SourceLine(function.ends_with("Options") ? SourceLine{} : SourceLine{in, on}) {}
};

}  // namespace chronograd
