#include "chronograd/ops/einsum.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "chronograd/graph/annotate.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/op.h"
#include "chronograd/ops/detail/equation.h"
#include "chronograd/ops/detail/join.h"
#include "chronograd/ops/diagonal.h"
#include "chronograd/ops/matmul.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/reshape.h"
#include "chronograd/ops/sum.h"
#include "chronograd/ops/transpose.h"

namespace chronograd {
namespace {

// A tensor with a label for each axis, no label twice.
struct Labelled {
  Tensor tensor;
  std::string labels;

  std::int64_t size(char label) const {
    return tensor.shape()[static_cast<int>(labels.find(label))];
  }
};

using Sizes = std::map<char, std::int64_t>;

bool has(std::string_view labels, char label) {
  return labels.find(label) != std::string_view::npos;
}

// Those of `labels` that `chosen` is true for.
template <class F>
std::string those(std::string_view labels, F chosen) {
  std::string some;
  std::copy_if(labels.begin(), labels.end(), std::back_inserter(some), chosen);
  return some;
}

Tensor in_shape(const Tensor& x, Shape shape) { return x.shape() == shape ? x : reshape(x, shape); }

// The axes in the order of `labels`, which are those of x.
Tensor in_order(const Labelled& x, std::string_view labels) {
  if (x.labels == labels) return x.tensor;
  std::vector<int> axes;
  for (const char label : labels) axes.push_back(static_cast<int>(x.labels.find(label)));
  return permute(x.tensor, axes);
}

Labelled summed_over(const Labelled& x, const std::string& gone) {
  if (gone.empty()) return x;
  std::vector<int> axes;
  for (const char label : gone) axes.push_back(static_cast<int>(x.labels.find(label)));
  return {sum(x.tensor, axes), those(x.labels, [&](char label) { return !has(gone, label); })};
}

// The size of each label: that of the axes which are not 1.
Sizes sizes_of(std::string_view text, const detail::Equation& equation,
               std::span<const Shape> shapes, SourceLine where) {
  Sizes sizes;
  for (std::size_t k = 0; k < shapes.size(); ++k) {
    for (int axis = 0; axis < shapes[k].rank(); ++axis) {
      const char label = equation.terms[k][static_cast<std::size_t>(axis)];
      const std::int64_t size = shapes[k][axis];
      std::int64_t& all = sizes.try_emplace(label, 1).first->second;
      if (all != 1 && size != 1 && all != size) {
        const std::string name = label <= '9' ? "\"...\"" : "'" + std::string(1, label) + "'";
        throw ShapeError("einsum: operand " + std::to_string(k) + " of \"" + std::string(text) +
                         "\" is " + to_string(shapes[k]) + "; along " + name + " the size was " +
                         std::to_string(all) + where_text(where));
      }
      if (size != 1) all = size;
    }
  }
  return sizes;
}

// Without axes of size 1 whose label is longer, and with diagonals for labels that come twice.
Labelled prepared(Tensor x, std::string labels, const Sizes& sizes) {
  for (int axis = x.rank() - 1; axis >= 0; --axis) {
    const auto k = static_cast<std::size_t>(axis);
    if (x.shape()[axis] == sizes.at(labels[k])) continue;
    x = reshape(x, x.shape().without(axis));
    labels.erase(k, 1);
  }
  for (std::size_t k = 0; k < labels.size();) {
    const std::size_t again = labels.find(labels[k], k + 1);
    if (again == std::string::npos) {
      ++k;
      continue;
    }
    x = diagonal(x, 0, static_cast<int>(k), static_cast<int>(again));
    labels += labels[k];  // the diagonal is the last axis
    labels.erase(again, 1).erase(k, 1);
  }
  return {std::move(x), std::move(labels)};
}

// With an axis of size 1 for each label that x lacks.
Tensor stretchable(const Labelled& x, const std::string& labels) {
  std::vector<std::int64_t> sizes;
  for (const char label : labels) sizes.push_back(has(x.labels, label) ? x.size(label) : 1);
  const std::string own = those(labels, [&](char label) { return has(x.labels, label); });
  return in_shape(in_order(x, own), Shape{std::span<const std::int64_t>(sizes)});
}

Labelled elementwise_product(const Labelled& a, const Labelled& b) {
  const std::string labels =
      a.labels + those(b.labels, [&](char label) { return !has(a.labels, label); });
  return {stretchable(a, labels) * stretchable(b, labels), labels};
}

// The labels that each of two factors has, by what becomes of them.
struct Roles {
  std::string batch;   // both have it, and so has the product
  std::string summed;  // both have it, the product does not
  std::string a, b;    // one has it

  Roles(const Labelled& x, const Labelled& y, std::string_view kept) {
    for (const char label : x.labels) {
      (!has(y.labels, label) ? a : has(kept, label) ? batch : summed) += label;
    }
    b = those(y.labels, [&](char label) { return !has(x.labels, label); });
  }
};

// Along the axes of `batch` one matrix each, of `rows` and `columns` together.
Tensor as_matrices(const Labelled& x, const std::string& batch, const std::string& rows,
                   const std::string& columns) {
  std::vector<std::int64_t> sizes;
  for (const char label : batch) sizes.push_back(x.size(label));
  for (const std::string& group : {rows, columns}) {
    sizes.push_back(1);
    for (const char label : group) sizes.back() *= x.size(label);
  }
  return in_shape(in_order(x, batch + rows + columns), Shape{std::span<const std::int64_t>(sizes)});
}

Labelled matrix_product(const Labelled& a, const Labelled& b, const Roles& roles) {
  const std::string labels = roles.batch + roles.a + roles.b;
  std::vector<std::int64_t> sizes;
  for (const char label : labels) sizes.push_back((has(a.labels, label) ? a : b).size(label));
  const Tensor y = matmul(as_matrices(a, roles.batch, roles.a, roles.summed),
                          as_matrices(b, roles.batch, roles.summed, roles.b));
  return {in_shape(y, Shape{std::span<const std::int64_t>(sizes)}), labels};
}

// Two factors as one, summed over what neither the result nor a later factor has.
Labelled joined(Labelled a, Labelled b, const std::string& kept) {
  const auto alone_in = [&](const Labelled& x, const Labelled& other) {
    return those(x.labels,
                 [&](char label) { return !has(kept, label) && !has(other.labels, label); });
  };
  a = summed_over(a, alone_in(a, b));
  b = summed_over(b, alone_in(b, a));
  const Roles roles{a, b, kept};
  const bool sums_rows = !roles.summed.empty() && !(roles.a.empty() && roles.b.empty());
  if (sums_rows && is_floating(a.tensor.dtype())) return matrix_product(a, b, roles);
  return summed_over(elementwise_product(a, b), roles.summed);
}

Tensor summation(std::string_view text, std::span<const Operand> operands, SourceLine where) {
  std::vector<Shape> shapes;
  for (const Operand& operand : operands) shapes.push_back(shape_of(operand));
  const detail::Equation equation = detail::parse_equation(text, shapes, where);
  const Sizes sizes = sizes_of(text, equation, shapes, where);
  const CalledFrom caller{where, "einsum"};
  Labelled product;
  for (std::size_t k = 0; k < operands.size(); ++k) {
    Labelled factor = prepared(reshape(operands[k], shapes[k]), equation.terms[k], sizes);
    std::string kept = equation.result;
    for (std::size_t later = k + 1; later < operands.size(); ++later) kept += equation.terms[later];
    product = k == 0 ? std::move(factor) : joined(std::move(product), std::move(factor), kept);
  }
  const auto gone = [&](char label) { return !has(equation.result, label); };
  return in_order(summed_over(product, those(product.labels, gone)), equation.result);
}

}  // namespace

Tensor einsum(std::string_view equation, std::span<const Tensor> operands, const char* file,
              unsigned line) {
  return summation(equation, detail::operands_of(operands, {file, line}), {file, line});
}

Tensor einsum(std::string_view equation, std::initializer_list<Operand> operands, const char* file,
              unsigned line) {
  return summation(equation, {operands.begin(), operands.size()}, {file, line});
}

}  // namespace chronograd
