#include "chronograd/ops/all_finite.h"

#include <algorithm>
#include <atomic>
#include <string>
#include <utility>
#include <vector>

#include "chronograd/graph/kernels/threads.h"
#include "chronograd/graph/op.h"
#include "chronograd/ops/detail/join.h"
#include "chronograd/ops/detail/magnitude_loops.h"

namespace chronograd {
namespace {

// A second thread does not pay for fewer elements.
constexpr std::int64_t elements_per_part = 65536;

template <class T>
bool is_finite(const Array& x) {
  std::atomic<bool> finite{true};
  const T* numbers = x.as<T>();
  detail::parallel_for(x.shape.size(), elements_per_part,
                       [&](std::int64_t begin, std::int64_t end) {
                         if (!detail::magnitude_loops<T>().all_finite(numbers + begin, end - begin))
                           finite = false;
                       });
  return finite;
}

// Integer 0 says whether there is one result for each input, along an axis.
void infer(Inference& inference) {
  if (inference.inputs() == 0) inference.fail<ValueError>("no tensors", "at least one is needed");
  for (int k = 0; k < inference.inputs(); ++k) {
    if (is_floating(inference.dtype(k))) continue;
    inference.fail<DTypeError>("a tensor of " + std::string(name(inference.dtype(k))),
                               "it must be f32 or f64");
  }
  inference.output(inference.integer(0) != 0 ? Shape{inference.inputs()} : Shape{}, DType::boolean);
}

void kernel(const Run& run) {
  bool* out = run.outputs[0].as<bool>();
  for (const Array& input : run.inputs) {
    const Array x = dense(input);
    *out++ = x.dtype == DType::f32 ? is_finite<float>(x) : is_finite<double>(x);
  }
}

Cost cost(const Inference& inference) {
  Cost cost;
  for (int k = 0; k < inference.inputs(); ++k) {
    const auto elements = static_cast<double>(inference.shape(k).size());
    cost.flops += elements;
    cost.bytes += elements * static_cast<double>(size_of(inference.dtype(k)));
  }
  return cost;
}

const Op op{.name = "all_finite", .infer = infer, .kernel = kernel, .cost = cost};

}  // namespace

Tensor all_finite(Operand x) {
  const std::int64_t integers[] = {0};
  return apply(op, std::move(x), {.integers = integers});
}

Tensor all_finite(std::span<const Tensor> xs, const char* file, unsigned line) {
  const std::int64_t integers[] = {1};
  return apply(op, detail::operands_of(xs, {file, line}), {.integers = integers});
}

}  // namespace chronograd
