#pragma once

#include <string_view>
#include <vector>

#include "chronograd/graph/dumps/outline.h"

namespace chronograd::detail {

/// One scope of a tree of scopes in preorder: what lies below it follows it, at a greater depth.
struct ScopeRow {
  std::string_view path;                  ///< "model/encoder"; empty for what has no scope
  int depth = 0;                          ///< 0 at the top
  const Outline::Scope* scope = nullptr;  ///< null when only scopes below it hold nodes
  std::string_view name() const { return path.substr(path.rfind('/') + 1); }
};

/// The scopes of an outline and their ancestors, siblings in the order of first appearance.
std::vector<ScopeRow> scope_tree(const Outline& outline);

}  // namespace chronograd::detail
