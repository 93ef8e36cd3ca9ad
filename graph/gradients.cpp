#include "chronograd/graph/gradients.h"

#include "chronograd/graph/error.h"

namespace chronograd {

void Gradients::set(const Parameter& parameter, Tensor gradient) {
  entries_.insert_or_assign(parameter.path(), Entry{parameter, std::move(gradient)});
}

const Tensor& Gradients::at(std::string_view path) const {
  const auto it = entries_.find(path);
  if (it == entries_.end()) {
    throw ParameterError("gradients: no path from loss to " + std::string(path));
  }
  return it->second.gradient;
}

Gradients Gradients::transformed(const std::function<Tensor(const Entry&)>& f) const {
  Gradients result;
  for (const auto& [path, entry] : entries_) result.set(entry.parameter, f(entry));
  return result;
}

}  // namespace chronograd
