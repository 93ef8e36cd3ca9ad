#include "tests/onnx/einsum.h"

#include <algorithm>
#include <numeric>
#include <stdexcept>
#include <vector>

#include "chronograd/ops.h"
#include "tests/onnx/indexing.h"

namespace chronograd::onnx {

namespace {

struct Labelled {
  Tensor tensor;
  std::string labels;  // one for each axis
};

// "..." for a number of axes becomes digits, the last axis '9'.
std::string spelled_out(std::string term, int axes) {
  const std::size_t dots = term.find("...");
  if (dots == std::string::npos) return term;
  return term.replace(dots, 3,
                      std::string("0123456789").substr(static_cast<std::size_t>(10 - axes)));
}

int dotted_axes(const std::string& term, int rank) {
  return term.find("...") == std::string::npos ? 0 : rank - static_cast<int>(term.size() - 3);
}

// Of two axes with one label the diagonal is meant.
Labelled without_diagonals(Labelled x) {
  for (std::size_t k = 0; k < x.labels.size(); ++k) {
    const std::size_t again = x.labels.find(x.labels[k], k + 1);
    if (again == std::string::npos) continue;
    const int rank = x.tensor.rank(), a = static_cast<int>(k), b = static_cast<int>(again);
    const Tensor step = arange(x.tensor.shape()[a], DType::i64);
    const Tensor diagonal = equal(along(step, a, rank), along(step, b, rank));
    x.tensor = sum(where(diagonal, x.tensor, 0), b);
    x.labels.erase(again, 1);
    --k;
  }
  return x;
}

// With an axis for each label, in that order.
Tensor aligned(const Labelled& x, const std::string& labels) {
  std::vector<int> axes;
  std::vector<std::int64_t> sizes;
  for (const char label : labels) {
    const std::size_t axis = x.labels.find(label);
    if (axis != std::string::npos) axes.push_back(static_cast<int>(axis));
    sizes.push_back(axis == std::string::npos ? 1 : x.tensor.shape()[static_cast<int>(axis)]);
  }
  return reshape(permute(x.tensor, axes), Shape(sizes));
}

std::vector<std::string> terms_of(const std::string& text) {
  std::vector<std::string> terms{""};
  for (const char c : text) {
    if (c == ',') {
      terms.emplace_back();
    } else {
      terms.back() += c;
    }
  }
  return terms;
}

// Without "->": the dotted axes, then in alphabetical order the labels that occur once.
std::string implied_result(const std::vector<std::string>& terms, bool dotted) {
  std::string all;
  for (const std::string& term : terms) all += term;
  std::erase(all, '.');
  std::ranges::sort(all);
  std::string once;
  for (const char label : all) {
    if (std::ranges::count(all, label) == 1) once += label;
  }
  return (dotted ? "..." : "") + once;
}

}  // namespace

Tensor einsum(const std::string& equation, std::span<const Tensor> tensors) {
  std::string text = equation;
  std::erase(text, ' ');
  const std::size_t arrow = text.find("->");
  const std::vector<std::string> terms = terms_of(text.substr(0, arrow));
  if (terms.size() != tensors.size()) throw std::invalid_argument("einsum: " + equation);
  std::vector<Labelled> factors;
  int dotted = 0;
  for (std::size_t k = 0; k < terms.size(); ++k) {
    const int axes = dotted_axes(terms[k], tensors[k].rank());
    factors.push_back(without_diagonals({tensors[k], spelled_out(terms[k], axes)}));
    dotted = std::max(dotted, axes);
  }
  const std::string result =
      arrow == std::string::npos ? implied_result(terms, dotted > 0) : text.substr(arrow + 2);
  const std::string kept = spelled_out(result, dotted);
  std::string labels = kept;
  for (const Labelled& factor : factors) {
    for (const char label : factor.labels) {
      if (labels.find(label) == std::string::npos) labels += label;
    }
  }
  Tensor product = aligned(factors[0], labels);
  for (std::size_t k = 1; k < factors.size(); ++k) product = product * aligned(factors[k], labels);
  std::vector<int> summed(labels.size() - kept.size());
  std::iota(summed.begin(), summed.end(), static_cast<int>(kept.size()));
  return sum(product, summed);
}

}  // namespace chronograd::onnx
