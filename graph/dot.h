#pragma once

#include <iosfwd>
#include <string>

#include "chronograd/graph/tape.h"

namespace chronograd {

struct DotOptions {
  /// Draws gradients, and what is made of them; without, only the forward computation.
  bool gradient = true;
  /// Draws time steps that do the same once. Without, a recording of some hundred nodes takes
  /// Graphviz minutes.
  bool fold = true;
};

/// Writes what a tape has recorded in the language of Graphviz: `dot -Tsvg` draws it. Scopes and
/// time steps are boxes around their nodes; parameters are yellow, the forward computation is blue,
/// gradients are orange and dashed, and the update that is made of them is green. Steps that do the
/// same share a box, and what comes from the step before says "t-1". An edge into an op with
/// several inputs shows which one it is, an edge out of an op with several outputs the output's
/// role. Numbers are not drawn. Computes nothing.
void dot(const Tape& tape, std::ostream& out, const DotOptions& options = {});
void dot(RecordingView recording, std::ostream& out, const DotOptions& options = {});
std::string dot(const Tape& tape, const DotOptions& options = {});

}  // namespace chronograd
