#include "chronograd/layers/initializers.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "chronograd/graph/error.h"
#include "chronograd/graph/op.h"

namespace chronograd::init {
namespace {

struct Fans {
  double in;
  double out;
};

Fans fans(Shape shape) {
  if (shape.rank() == 0) return {1, 1};
  if (shape.rank() == 1) {
    return {static_cast<double>(shape[0]), static_cast<double>(shape[0])};
  }
  double others = 1;
  for (int axis = 0; axis + 2 < shape.rank(); ++axis) others *= static_cast<double>(shape[axis]);
  return {others * static_cast<double>(shape[-2]), others * static_cast<double>(shape[-1])};
}

// Modified Gram-Schmidt over `count` vectors of `length` numbers that lie one after another.
void orthonormalise(std::vector<double>& vectors, std::size_t count, std::size_t length) {
  for (std::size_t i = 0; i < count; ++i) {
    double* v = vectors.data() + i * length;
    for (std::size_t j = 0; j < i; ++j) {
      const double* u = vectors.data() + j * length;
      double dot = 0;
      for (std::size_t k = 0; k < length; ++k) dot += u[k] * v[k];
      for (std::size_t k = 0; k < length; ++k) v[k] -= dot * u[k];
    }
    double square = 0;
    for (std::size_t k = 0; k < length; ++k) square += v[k] * v[k];
    const double scale = 1 / std::sqrt(square);
    for (std::size_t k = 0; k < length; ++k) v[k] *= scale;
  }
}

}  // namespace

Initializer zeros() { return constant(0); }
Initializer ones() { return constant(1); }

Initializer constant(double value) {
  return [value](std::span<double> values, Shape, RandomStream&) {
    std::fill(values.begin(), values.end(), value);
  };
}

Initializer uniform(double low, double high) {
  return [low, high](std::span<double> values, Shape, RandomStream& random) {
    for (double& v : values) v = low + (high - low) * random.uniform();
  };
}

Initializer normal(double mean, double standard_deviation) {
  return [mean, standard_deviation](std::span<double> values, Shape, RandomStream& random) {
    for (double& v : values) v = mean + standard_deviation * random.normal();
  };
}

Initializer glorot_uniform() {
  return [](std::span<double> values, Shape shape, RandomStream& random) {
    const Fans f = fans(shape);
    const double limit = std::sqrt(6 / std::max(f.in + f.out, 1.0));
    uniform(-limit, limit)(values, shape, random);
  };
}

Initializer orthogonal(double gain) {
  return [gain](std::span<double> values, Shape shape, RandomStream& random) {
    if (shape.rank() < 2) {
      throw ShapeError("orthogonal: a weight of shape " + to_string(shape) +
                       "; it must have two axes or more" + where_text({}));
    }
    if (values.empty()) return;
    const auto columns = static_cast<std::size_t>(shape[-1]);
    const std::size_t rows = values.size() / columns;
    const std::size_t count = std::min(rows, columns);
    const std::size_t length = std::max(rows, columns);
    std::vector<double> vectors(count * length);
    for (double& v : vectors) v = random.normal();
    orthonormalise(vectors, count, length);
    for (std::size_t r = 0; r < rows; ++r) {
      for (std::size_t c = 0; c < columns; ++c) {
        values[r * columns + c] =
            gain * (rows <= columns ? vectors[r * length + c] : vectors[c * length + r]);
      }
    }
  };
}

Initializer blocks(std::vector<Initializer> each) {
  return [each = std::move(each)](std::span<double> values, Shape shape, RandomStream& random) {
    const auto count = static_cast<std::int64_t>(each.size());
    if (shape.rank() == 0 || count == 0 || shape[-1] % count != 0) {
      throw ShapeError("blocks: a weight of shape " + to_string(shape) + " for " +
                       std::to_string(count) + " blocks; its last axis must divide into them" +
                       where_text({}));
    }
    if (values.empty()) return;
    const auto columns = static_cast<std::size_t>(shape[-1]);
    const std::size_t width = columns / each.size();
    const std::size_t rows = values.size() / columns;
    std::vector<double> block(rows * width);
    for (std::size_t b = 0; b < each.size(); ++b) {
      each[b](block, shape.with(shape.rank() - 1, shape[-1] / count), random);
      for (std::size_t r = 0; r < rows; ++r) {
        std::copy_n(block.begin() + static_cast<std::ptrdiff_t>(r * width), width,
                    values.begin() + static_cast<std::ptrdiff_t>(r * columns + b * width));
      }
    }
  };
}

}  // namespace chronograd::init
