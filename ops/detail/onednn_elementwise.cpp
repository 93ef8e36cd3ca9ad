#include "chronograd/ops/detail/onednn_elementwise.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <dnnl.hpp>
#include <new>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "chronograd/graph/error.h"
#include "chronograd/graph/kernels/interpreter.h"
#include "chronograd/ops/detail/onednn_threads.h"

namespace chronograd::detail {
namespace {

using dnnl::algorithm;
using Descriptor = dnnl::memory::desc;

/// A primitive as oneDNN describes it. The inputs that a parameter is read from are numbered from
/// 1; where the number is 0, it is fixed.
struct Description {
  algorithm what;
  float alpha = 0;
  float beta = 0;
  std::size_t alpha_from = 0;
  std::size_t beta_from = 0;
  bool two_operands = false;
};

constexpr Description of_two(algorithm what) { return {.what = what, .two_operands = true}; }

std::optional<Description> describe(Primitive primitive) {
  switch (primitive) {
    case Primitive::abs:
      return {{algorithm::eltwise_abs}};
    case Primitive::clip:
      return {{.what = algorithm::eltwise_clip, .alpha_from = 1, .beta_from = 2}};
    case Primitive::elu:
      return {{.what = algorithm::eltwise_elu, .alpha_from = 1}};
    case Primitive::exp:
      return {{algorithm::eltwise_exp}};
    case Primitive::gelu_erf:
      return {{algorithm::eltwise_gelu_erf}};
    case Primitive::gelu_tanh:
      return {{algorithm::eltwise_gelu_tanh}};
    case Primitive::hard_sigmoid:
#if DNNL_VERSION_MAJOR >= 3
      return {{.what = algorithm::eltwise_hardsigmoid, .alpha_from = 1, .beta_from = 2}};
#else
      return std::nullopt;
#endif
    case Primitive::leaky_relu:
      return {{.what = algorithm::eltwise_relu, .alpha_from = 1}};
    case Primitive::log:
      return {{algorithm::eltwise_log}};
    case Primitive::logistic:
      return {{algorithm::eltwise_logistic}};
    case Primitive::pow:
      return {{.what = algorithm::eltwise_pow, .alpha = 1, .beta_from = 1}};
    case Primitive::relu:
      return {{algorithm::eltwise_relu}};
    case Primitive::round:
      return {{algorithm::eltwise_round}};
    case Primitive::soft_relu:
      return {{.what = algorithm::eltwise_soft_relu, .alpha = 1}};
    case Primitive::sqrt:
      return {{algorithm::eltwise_sqrt}};
    case Primitive::square:
      return {{algorithm::eltwise_square}};
    case Primitive::swish:
      return {{.what = algorithm::eltwise_swish, .alpha = 1}};
    case Primitive::tanh:
      return {{algorithm::eltwise_tanh}};
    case Primitive::add:
      return of_two(algorithm::binary_add);
    case Primitive::sub:
      return of_two(algorithm::binary_sub);
    case Primitive::mul:
      return of_two(algorithm::binary_mul);
    case Primitive::div:
      return of_two(algorithm::binary_div);
    case Primitive::min:
      return of_two(algorithm::binary_min);
    case Primitive::max:
      return of_two(algorithm::binary_max);
    case Primitive::equal:
      return of_two(algorithm::binary_eq);
    case Primitive::not_equal:
      return of_two(algorithm::binary_ne);
    case Primitive::less:
      return of_two(algorithm::binary_lt);
    case Primitive::less_equal:
      return of_two(algorithm::binary_le);
    case Primitive::greater:
      return of_two(algorithm::binary_gt);
    case Primitive::greater_equal:
      return of_two(algorithm::binary_ge);
  }
  return std::nullopt;
}

/// The parameters' numbers; false if they are not single numbers.
bool read_parameters(Description& description, const Run& run) {
  for (const auto& [from, to] : {std::pair{description.alpha_from, &description.alpha},
                                 std::pair{description.beta_from, &description.beta}}) {
    if (from == 0) continue;
    const Array& input = run.inputs[from];
    if (input.dtype != DType::f32 || input.shape.size() != 1) return false;
    *to = *input.as<float>();
  }
  return true;
}

bool takes(const Description& description, const Run& run) {
  const Array& y = run.outputs[0];
  const auto whole = [&](const Array& x) {
    return x.dtype == DType::f32 && x.shape == y.shape && x.dense();
  };
  const Array& other = run.inputs[description.two_operands ? 1 : 0];
  return whole(run.inputs[0]) &&
         (whole(other) || (other.dtype == DType::f32 && other.shape.size() == 1));
}

/// A primitive for operands of one size, with the descriptions of memory that it runs on.
class Prepared {
 public:
  struct Key {
    Primitive primitive;
    float alpha;
    float beta;
    std::int64_t size;
    std::int64_t other_size;
    bool compares;
    bool operator==(const Key&) const = default;
  };

  Prepared(const Description& description, const Key& prepared_for) : key(prepared_for) {
    const Descriptor x = numbers(key.size, dnnl::memory::data_type::f32);
    const Descriptor b = numbers(key.other_size, dnnl::memory::data_type::f32);
    const Descriptor y = key.compares ? numbers(key.size, dnnl::memory::data_type::u8) : x;
    primitive_ = description.two_operands
                     ? binary(description.what, x, b, y)
                     : eltwise(description.what, x, description.alpha, description.beta);
    const auto nowhere = [](const Descriptor& d) { return dnnl::memory(d, engine(), nullptr); };
    arguments_ = {{DNNL_ARG_SRC_0, nowhere(x)}, {DNNL_ARG_DST, nowhere(y)}};
    if (description.two_operands) arguments_.emplace(DNNL_ARG_SRC_1, nowhere(b));
  }

  void run(const Run& run) {
    for (auto& [argument, memory] : arguments_) {
      const Array& array = argument == DNNL_ARG_DST     ? run.outputs[0]
                           : argument == DNNL_ARG_SRC_1 ? run.inputs[1]
                                                        : run.inputs[0];
      memory.set_data_handle(array.data);
    }
    dnnl::stream stream(engine());
    primitive_.execute(stream, arguments_);
    stream.wait();
  }

  Key key;

 private:
  static const dnnl::engine& engine() {
    static const dnnl::engine cpu(dnnl::engine::kind::cpu, 0);
    return cpu;
  }
  static Descriptor numbers(std::int64_t size, dnnl::memory::data_type type) {
    return {{size}, type, dnnl::memory::format_tag::a};
  }
#if DNNL_VERSION_MAJOR >= 3
  static dnnl::primitive eltwise(algorithm what, const Descriptor& x, float alpha, float beta) {
    return dnnl::eltwise_forward(
        {engine(), dnnl::prop_kind::forward_inference, what, x, x, alpha, beta});
  }
  static dnnl::primitive binary(algorithm what, const Descriptor& a, const Descriptor& b,
                                const Descriptor& y) {
    return dnnl::binary({engine(), what, a, b, y});
  }
#else
  static dnnl::primitive eltwise(algorithm what, const Descriptor& x, float alpha, float beta) {
    return dnnl::eltwise_forward(
        {{dnnl::prop_kind::forward_inference, what, x, alpha, beta}, engine()});
  }
  static dnnl::primitive binary(algorithm what, const Descriptor& a, const Descriptor& b,
                                const Descriptor& y) {
    return dnnl::binary({{what, a, b, y}, engine()});
  }
#endif

  dnnl::primitive primitive_;
  std::unordered_map<int, dnnl::memory> arguments_;
};

/// To make a primitive takes up to a hundred times as long as to run a small one, so each thread
/// keeps some.
Prepared& prepared(const Description& description, const Prepared::Key& key) {
  constexpr std::size_t most = 64;
  thread_local std::vector<Prepared> kept;
  const auto known = std::ranges::find(kept, key, &Prepared::key);
  if (known != kept.end()) return *known;
  if (kept.size() == most) kept.erase(kept.begin(), kept.begin() + most / 2);
  return kept.emplace_back(description, key);
}

}  // namespace

void run_primitive(Primitive primitive, const Run& run) {
  const std::int64_t size = run.outputs[0].shape.size();
  if (size == 0) return;
  std::optional<Description> description = describe(primitive);
  if (!description || !takes(*description, run) || !read_parameters(*description, run)) {
    return interpret(run.op.program.code, run.inputs, run.outputs[0]);
  }
  const Prepared::Key key{.primitive = primitive,
                          .alpha = description->alpha,
                          .beta = description->beta,
                          .size = size,
                          .other_size = run.inputs[description->two_operands ? 1 : 0].shape.size(),
                          .compares = run.outputs[0].dtype == DType::boolean};
  try {
    const OneThread one_thread;
    prepared(*description, key).run(run);
  } catch (const dnnl::error& error) {
    // oneDNN has no such primitive, as for a bound that is NaN; the loops take it.
    if (error.status == dnnl_invalid_arguments || error.status == dnnl_unimplemented) {
      return interpret(run.op.program.code, run.inputs, run.outputs[0]);
    }
    if (error.status == dnnl_out_of_memory) throw std::bad_alloc();
    throw Error(std::string(run.op.name) + ": oneDNN failed with status " +
                std::to_string(error.status) + "; this is a defect of the library");
  }
}

}  // namespace chronograd::detail
