#include "chronograd/graph/dumps/scope_tree.h"

#include <unordered_map>

namespace chronograd::detail {
namespace {

struct Growing {
  std::vector<ScopeRow> rows;
  std::vector<std::vector<std::size_t>> children;
  std::vector<std::size_t> roots;
  std::unordered_map<std::string_view, std::size_t> known;

  // The row of a path whose parent's row exists, or, at depth 0, of one without a parent.
  std::size_t find(std::string_view path, std::size_t parent, int depth) {
    const auto [it, added] = known.try_emplace(path, rows.size());
    if (added) {
      (depth == 0 ? roots : children[parent]).push_back(rows.size());
      rows.push_back({path, depth, nullptr});
      children.emplace_back();
    }
    return it->second;
  }

  void add(const Outline::Scope& scope) {
    std::size_t row = 0;
    std::size_t end = 0;
    for (int depth = 0; end != std::string_view::npos; ++depth) {
      end = scope.path.find('/', depth == 0 ? 0 : end + 1);
      row = find(scope.path.substr(0, end), row, depth);
    }
    rows[row].scope = &scope;
  }
};

}  // namespace

std::vector<ScopeRow> scope_tree(const Outline& outline) {
  Growing tree;
  for (const Outline::Scope& scope : outline.scopes()) tree.add(scope);
  std::vector<ScopeRow> preorder;
  std::vector<std::size_t> next{tree.roots.rbegin(), tree.roots.rend()};
  while (!next.empty()) {
    const std::size_t row = next.back();
    next.pop_back();
    preorder.push_back(tree.rows[row]);
    next.insert(next.end(), tree.children[row].rbegin(), tree.children[row].rend());
  }
  return preorder;
}

}  // namespace chronograd::detail
