#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "chronograd/graph/parameter.h"

namespace chronograd {

/// The gradients of a loss, by parameter, in path order: what `backward` returns and an optimizer
/// takes. A parameter the loss does not depend on is absent.
class [[nodiscard]] Gradients {
 public:
  struct Entry {
    Parameter parameter;
    Tensor gradient;
    /// Its norm before it was clipped, if `clip_norm` did that: of gradients that one of them made
    /// NaN it tells which it was. Empty otherwise.
    Tensor unclipped_norm{};
  };
  using Map = std::map<std::string, Entry, std::less<>>;

  /// Puts a gradient in, in place of one the parameter had. Throws ShapeError or DTypeError unless
  /// shape and dtype are the parameter's, ValueError for an empty handle, and ParameterError when
  /// another parameter of that path is in.
  void set(const Parameter& parameter, Tensor gradient, const char* file = __builtin_FILE(),
           unsigned line = __builtin_LINE());
  void set(Entry entry, const char* file = __builtin_FILE(), unsigned line = __builtin_LINE());

  std::size_t size() const { return entries_.size(); }
  bool empty() const { return entries_.empty(); }
  bool contains(const Parameter& parameter) const;
  bool contains(std::string_view path) const { return entries_.contains(path); }
  /// Throws ParameterError "no path from loss to ..." when absent.
  const Tensor& at(const Parameter& parameter, const char* file = __builtin_FILE(),
                   unsigned line = __builtin_LINE()) const;
  const Tensor& at(std::string_view path, const char* file = __builtin_FILE(),
                   unsigned line = __builtin_LINE()) const;

  /// Those of the parameters at or below a scope: what one of several optimizers takes.
  Gradients below(const Scope& scope) const;

  /// Pairs of path and entry.
  Map::const_iterator begin() const { return entries_.begin(); }
  Map::const_iterator end() const { return entries_.end(); }

  /// The same parameters with other gradients.
  Gradients transformed(const std::function<Tensor(const Entry&)>& f) const;

 private:
  Map entries_;
};

/// Computes all gradients in one go, on the tape they were recorded on.
void evaluate(const Gradients& gradients, const char* file = __builtin_FILE(),
              unsigned line = __builtin_LINE());

/// The numbers of all gradients, computed in one go, without their history: constants that outlive
/// the tape. To sum gradients over several tapes, see Accumulator.
Gradients detach(const Gradients& gradients, const char* file = __builtin_FILE(),
                 unsigned line = __builtin_LINE());

}  // namespace chronograd
