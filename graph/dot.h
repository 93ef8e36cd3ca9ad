#pragma once

#include <iosfwd>
#include <string>

#include "chronograd/graph/tape.h"

namespace chronograd {

struct DotOptions {
  /// Draws gradients, and what is made of them; without, only the forward computation.
  bool gradient = true;
};

/// Writes what a tape has recorded in the language of Graphviz: `dot -Tsvg` draws it. Scopes and
/// time steps are boxes around their nodes; parameters are yellow, the forward computation is blue,
/// gradients are orange and dashed. An edge into an op with several inputs shows which one it is,
/// an edge out of an op with several outputs the output's role. Numbers are not drawn. Computes
/// nothing.
void dot(const Tape& tape, std::ostream& out, const DotOptions& options = {});
void dot(RecordingView recording, std::ostream& out, const DotOptions& options = {});
std::string dot(const Tape& tape, const DotOptions& options = {});

}  // namespace chronograd
