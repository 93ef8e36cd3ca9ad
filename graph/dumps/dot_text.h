#pragma once

#include <string>
#include <string_view>

namespace chronograd::detail {

/// A text as an HTML-like label of Graphviz shows it. What means something there is escaped:
/// Graphviz also replaces \N, \G and the like. Control characters and bytes that are not UTF-8
/// are written out, as \n or \xFF. An empty text becomes a space, since an empty label is a
/// syntax error.
std::string dot_text(std::string_view text);

}  // namespace chronograd::detail
