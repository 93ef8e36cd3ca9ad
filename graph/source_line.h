#pragma once

namespace chronograd {

/// A place in a source file.
struct SourceLine {
  const char* file = "";
  unsigned line = 0;
};

}  // namespace chronograd
