#include "chronograd/ops/random.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <numbers>
#include <vector>

#include "chronograd/graph/op.h"
#include "chronograd/graph/random.h"
#include "chronograd/graph/tape.h"

namespace chronograd {
namespace {

using Words = std::array<std::uint32_t, 4>;

// Integers: the dtype, then the sizes. Slots: the dice, then the rate of a mask.
void infer(Inference& inference) {
  const auto dtype = static_cast<DType>(inference.integer(0));
  if (!is_floating(dtype)) {
    inference.fail<DTypeError>("a tensor of " + std::string(name(dtype)), "it must be f32 or f64");
  }
  inference.output(Shape{inference.integers().subspan(1)}, dtype);
}

/// Fills the output with what `draw(words, out)` makes of four random words: `count` numbers.
template <std::size_t count, class T, class Draw>
void fill(const Run& run, Draw draw) {
  T* out = run.outputs[0].as<T>();
  const auto size = static_cast<std::size_t>(run.outputs[0].shape.size());
  const auto words = [&](std::size_t block) {
    return philox(run.attributes.slots[0], run.attributes.slots[1], block);
  };
  const std::size_t blocks = size / count;
  for (std::size_t i = 0; i < blocks; ++i) draw(words(i), out + i * count);
  if (size % count == 0) return;
  T last[count];
  draw(words(blocks), last);
  std::copy_n(last, size % count, out + blocks * count);
}

/// 53 random bits below 1; f32 takes the leading 24 of them, since it would round up to 1.
template <class T>
T uniform(std::uint32_t high, std::uint32_t low) {
  const std::uint64_t bits = std::uint64_t{high} << 32 | low;
  if constexpr (sizeof(T) == 4) return static_cast<float>(bits >> 40) * 0x1p-24f;
  return static_cast<T>(bits >> 11) * T(0x1p-53);
}

template <class T>
void mask(const Run& run) {
  const double rate = std::bit_cast<double>(run.attributes.slots[2]);
  const auto dropped = static_cast<std::uint64_t>(rate * 0x1p32);  // of 2^32 words
  const T kept = static_cast<T>(1 / (1 - rate));
  fill<4, T>(run, [&](const Words& words, T* out) {
    for (std::size_t k = 0; k < 4; ++k) out[k] = words[k] < dropped ? 0 : kept;
  });
}

template <class T>
void uniforms(const Run& run) {
  fill<2, T>(run, [](const Words& words, T* out) {
    out[0] = uniform<T>(words[0], words[1]);
    out[1] = uniform<T>(words[2], words[3]);
  });
}

// Box and Muller 1958: two uniform numbers make two normal ones.
template <class T>
void normals(const Run& run) {
  fill<2, T>(run, [](const Words& words, T* out) {
    const double radius = std::sqrt(-2 * std::log(1 - uniform<double>(words[0], words[1])));
    const double angle = 2 * std::numbers::pi * uniform<double>(words[2], words[3]);
    out[0] = static_cast<T>(radius * std::cos(angle));
    out[1] = static_cast<T>(radius * std::sin(angle));
  });
}

using Kernel = void (*)(const Run&);

template <Kernel single, Kernel twice>
void kernel(const Run& run) {
  (run.outputs[0].dtype == DType::f32 ? single : twice)(run);
}

const Op mask_op{.name = "dropout_mask",
                 .infer = infer,
                 .kernel = kernel<mask<float>, mask<double>>,
                 .algebra = {.random = true}};
const Op uniform_op{.name = "random_uniform",
                    .infer = infer,
                    .kernel = kernel<uniforms<float>, uniforms<double>>,
                    .algebra = {.random = true}};
const Op normal_op{.name = "random_normal",
                   .infer = infer,
                   .kernel = kernel<normals<float>, normals<double>>,
                   .algebra = {.random = true}};

Tensor draw(const Op& op, SourceLine where, Shape shape, DType dtype, double rate = 0) {
  std::vector<std::int64_t> integers{static_cast<std::int64_t>(dtype)};
  integers.insert(integers.end(), shape.begin(), shape.end());
  const auto dice = draw_dice(op.name.data(), where);
  const std::uint64_t slots[] = {dice[0], dice[1], std::bit_cast<std::uint64_t>(rate)};
  return apply(op, std::span<const Operand>{}, {integers, slots});
}

}  // namespace

Tensor dropout_mask(Shape shape, double rate, DType dtype, const char* file, unsigned line) {
  if (!(rate >= 0 && rate < 1)) {
    throw ValueError("dropout_mask: a rate of " + std::to_string(rate) +
                     "; it must be at least 0 and less than 1" + where_text({file, line}));
  }
  return draw(mask_op, {file, line}, shape, dtype, rate);
}

Tensor random_uniform(Shape shape, DType dtype, const char* file, unsigned line) {
  return draw(uniform_op, {file, line}, shape, dtype);
}

Tensor random_normal(Shape shape, DType dtype, const char* file, unsigned line) {
  return draw(normal_op, {file, line}, shape, dtype);
}

}  // namespace chronograd
