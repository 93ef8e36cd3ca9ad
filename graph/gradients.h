#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "chronograd/graph/parameter.h"

namespace chronograd {

/// The gradients of a loss, by parameter, in path order: what `backward` returns and an optimizer
/// takes. A parameter the loss does not depend on is absent.
class Gradients {
 public:
  struct Entry {
    Parameter parameter;
    Tensor gradient;
  };
  using Map = std::map<std::string, Entry, std::less<>>;

  void set(const Parameter& parameter, Tensor gradient);

  std::size_t size() const { return entries_.size(); }
  bool empty() const { return entries_.empty(); }
  bool contains(const Parameter& parameter) const { return entries_.contains(parameter.path()); }
  bool contains(std::string_view path) const { return entries_.contains(path); }
  /// Throws ParameterError "no path from loss to ..." when absent.
  const Tensor& at(const Parameter& parameter) const { return at(parameter.path()); }
  const Tensor& at(std::string_view path) const;

  /// Pairs of path and entry.
  Map::const_iterator begin() const { return entries_.begin(); }
  Map::const_iterator end() const { return entries_.end(); }

  /// The same parameters with other gradients.
  Gradients transformed(const std::function<Tensor(const Entry&)>& f) const;

 private:
  Map entries_;
};

}  // namespace chronograd
