#pragma once

#include <vector>

#include "chronograd/graph/recording.h"

namespace chronograd {

/// The nodes an output depends on, its own among them, in recorded order. Throws IndexError when
/// there is no such output.
std::vector<NodeId> ancestors(RecordingView recording, OutputId output);

/// The nodes that depend on an output, in recorded order. Throws IndexError when there is no such
/// output.
std::vector<NodeId> descendants(RecordingView recording, OutputId output);

}  // namespace chronograd
