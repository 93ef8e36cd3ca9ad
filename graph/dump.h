#pragma once

#include <iosfwd>
#include <string>

#include "chronograd/graph/tape.h"

namespace chronograd {

struct DumpOptions {
  /// Prints what repeats once: time steps that do the same, as a text in t; of inputs, outputs and
  /// lines that only count up, the first and the last.
  bool fold = true;
  /// Shows the source line a node was recorded on, where it differs from the line above.
  bool source_lines = true;
};

/// Writes what a tape has recorded as text, to read and to compare with `diff`: a tree of scopes
/// with totals, then each scope with its parameters, its nodes by time step, and their gradients.
/// The same program gives the same text. Computes nothing; docs/read-a-graph-dump.md explains it.
void dump(const Tape& tape, std::ostream& out, const DumpOptions& options = {});
void dump(RecordingView recording, std::ostream& out, const DumpOptions& options = {});
std::string dump(const Tape& tape, const DumpOptions& options = {});

}  // namespace chronograd
