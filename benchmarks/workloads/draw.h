#pragma once

#include <chronograd/graph/parameter.h>
#include <chronograd/graph/tensor.h>

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace workloads {

/// Data drawn by xorshift (Marsaglia 2003) from a fixed seed: the same in every program that is
/// compared.
class Draw {
 public:
  std::int64_t below(std::int64_t bound) { return static_cast<std::int64_t>(next()) % bound; }
  /// Uniform in [-1, 1).
  float number() { return static_cast<float>(next() % 65536) / 32768 - 1; }

  /// Uniform in [-scale, scale).
  chronograd::Tensor numbers(chronograd::Shape shape, float scale = 1) {
    std::vector<float> values(static_cast<std::size_t>(shape.size()));
    for (float& value : values) value = scale * number();
    return chronograd::Tensor::adopt(std::move(values), shape);
  }
  chronograd::Tensor ids(chronograd::Shape shape, std::int64_t bound) {
    std::vector<std::int64_t> values(static_cast<std::size_t>(shape.size()));
    for (std::int64_t& value : values) value = below(bound);
    return chronograd::Tensor::adopt(std::move(values), shape);
  }
  /// First values of weights, uniform in [-scale, scale).
  chronograd::Initializer weights(double scale) {
    return [this, scale](std::span<double> values, chronograd::Shape, chronograd::RandomStream&) {
      for (double& value : values) value = scale * static_cast<double>(number());
    };
  }

  template <class T>
  void shuffle(std::vector<T>& items) {
    for (std::size_t k = items.size(); k > 1; --k) {
      std::swap(items[k - 1], items[static_cast<std::size_t>(below(static_cast<std::int64_t>(k)))]);
    }
  }

 private:
  std::uint32_t next() {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    return static_cast<std::uint32_t>(state_ >> 11);
  }

  std::uint64_t state_ = 88172645463325252u;
};

}  // namespace workloads
