#include "chronograd/graph/gradients.h"

#include <utility>
#include <vector>

#include "chronograd/graph/error.h"
#include "chronograd/graph/op.h"
#include "chronograd/graph/record/parameter_slot.h"

namespace chronograd {
namespace {

[[noreturn]] void throw_absent(std::string_view path, SourceLine where) {
  throw ParameterError("gradients: no path from loss to " + std::string(path) + where_text(where));
}

}  // namespace

void Gradients::set(const Parameter& parameter, Tensor gradient, const char* file, unsigned line) {
  set(Entry{parameter, std::move(gradient)}, file, line);
}

void Gradients::set(Entry entry, const char* file, unsigned line) {
  const std::string& path = entry.parameter.path();
  detail::check_fits(entry.parameter, entry.gradient, "gradients", {file, line});
  const auto it = entries_.find(path);
  if (it == entries_.end()) {
    entries_.emplace(path, std::move(entry));
  } else if (it->second.parameter == entry.parameter) {
    it->second = std::move(entry);
  } else {
    throw ParameterError("gradients: two parameters with the path " + path +
                         "; give the parameters of one model another scope, or take the gradients "
                         "of each model on their own" +
                         where_text({file, line}));
  }
}

bool Gradients::contains(const Parameter& parameter) const {
  const auto it = entries_.find(parameter.path());
  return it != entries_.end() && it->second.parameter == parameter;
}

const Tensor& Gradients::at(const Parameter& parameter, const char* file, unsigned line) const {
  if (!contains(parameter)) throw_absent(parameter.path(), {file, line});
  return at(parameter.path(), file, line);
}

const Tensor& Gradients::at(std::string_view path, const char* file, unsigned line) const {
  const auto it = entries_.find(path);
  if (it == entries_.end()) throw_absent(path, {file, line});
  return it->second.gradient;
}

Gradients Gradients::below(const Scope& scope) const {
  Gradients result;
  for (const Parameter& parameter : scope.list()) {
    const auto it = entries_.find(parameter.path());
    if (it != entries_.end() && it->second.parameter == parameter) result.set(it->second);
  }
  return result;
}

Gradients Gradients::transformed(const std::function<Tensor(const Entry&)>& f) const {
  Gradients result;
  for (const auto& [path, entry] : entries_) {
    result.set({entry.parameter, f(entry), entry.unclipped_norm});
  }
  return result;
}

void evaluate(const Gradients& gradients, const char* file, unsigned line) {
  std::vector<Tensor> tensors;
  for (const auto& [path, entry] : gradients) tensors.push_back(entry.gradient);
  evaluate(tensors, file, line);
}

Gradients detach(const Gradients& gradients, const char* file, unsigned line) {
  evaluate(gradients, file, line);
  Gradients result;
  for (const auto& [path, entry] : gradients) result.set(entry.parameter, entry.gradient.detach());
  return result;
}

}  // namespace chronograd
