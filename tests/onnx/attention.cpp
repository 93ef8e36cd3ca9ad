#include <cmath>
#include <limits>
#include <vector>

#include "chronograd/ops.h"
#include "tests/onnx/indexing.h"
#include "tests/onnx/operators.h"

namespace chronograd::onnx {

namespace {

constexpr double nothing = -std::numeric_limits<double>::infinity();

// [batch, time, heads * size] as [batch, heads, time, size], which it may be already.
Tensor in_heads(const Tensor& x, std::int64_t heads) {
  if (x.rank() == 4) return x;
  const Shape shape = x.shape();
  return permute(reshape(x, {shape[0], shape[1], heads, shape[2] / heads}), {0, 2, 1, 3});
}

Tensor as_given(const Tensor& heads, const Tensor& given) {
  if (given.rank() == 4) return heads;
  const Tensor y = permute(heads, {0, 2, 1, 3});
  return reshape(y, {y.shape()[0], y.shape()[1], y.shape()[2] * y.shape()[3]});
}

// Each head of keys or values once for each head of queries that shares it.
Tensor shared_by(const Tensor& x, std::int64_t heads) {
  const Shape shape = x.shape();
  const std::int64_t times = heads / shape[1];
  const Tensor repeated = expand(reshape(x, shape.inserted(2, 1)), shape.inserted(2, times));
  return reshape(repeated, shape.with(1, heads));
}

// What is added to the scores [batch, heads, queries, keys]: -inf where a query may not look. The
// first query stands at key `offset`, a number for each of the batch.
Tensor bias_of(const Call& x, Shape scores, const Tensor& offset) {
  const std::int64_t keys = scores[-1];
  Tensor bias = zeros({1, 1, 1, 1}, x[0].dtype());
  if (x.has(3)) {
    Tensor mask = x[3].dtype() == DType::boolean ? where(x[3], 0, nothing) : x[3];
    bias = bias + pad(mask, -1, 0, keys - mask.shape()[-1], nothing);
  }
  const Tensor key = arange(keys, DType::i64);
  if (x.integer("is_causal", 0) != 0) {
    const Tensor query = along(arange(scores[-2], DType::i64), 0, 2);
    bias = where(key <= query + along(offset, 0, 4), bias, nothing);
  }
  if (x.has(6)) bias = where(key < along(x[6], 0, 4), bias, nothing);
  return expand(bias, scores);
}

Results attention(const Call& x) {
  Tensor q = in_heads(x[0], x.integer("q_num_heads", 0));
  Tensor k = in_heads(x[1], x.integer("kv_num_heads", 0));
  Tensor v = in_heads(x[2], x.integer("kv_num_heads", 0));
  const std::int64_t before = x.has(4) ? x[4].shape()[2] : 0;
  if (x.has(4)) k = concat({x[4], k}, 2);
  if (x.has(5)) v = concat({x[5], v}, 2);
  const Tensor present_key = k, present_value = v;
  k = shared_by(k, q.shape()[1]);
  v = shared_by(v, q.shape()[1]);
  const double size = static_cast<double>(q.shape()[-1]);
  const Tensor product = x.number("scale", 1 / std::sqrt(size)) * matmul(q, transpose(k));
  const double cap = x.number("softcap", 0);
  const Tensor capped = cap == 0 ? product : cap * tanh(product / cap);
  const Tensor offset =
      x.has(6) ? x[6] - q.shape()[2] : full({1}, static_cast<double>(before), DType::i64);
  const Tensor bias = bias_of(x, product.shape(), offset);
  const Tensor biased = capped + bias;
  const Tensor weights = softmax(biased, bias > nothing);
  const Tensor stages[] = {product, capped, biased, weights};
  const auto stage = static_cast<std::size_t>(x.integer("qk_matmul_output_mode", 0));
  return std::vector{as_given(matmul(weights, v), x[0]), present_key, present_value, stages[stage]};
}

// The first `size` numbers of each head, as pairs that are turned by an angle of their own.
Tensor turned(const Tensor& x, const Tensor& cosine, const Tensor& sine, bool interleaved) {
  const Shape shape = x.shape();  // [batch, heads, time, size]
  const std::int64_t half = shape[-1] / 2;
  const int pair = interleaved ? -1 : -2;
  const Shape in_pairs = interleaved ? Shape{shape[0], shape[1], shape[2], half, 2}
                                     : Shape{shape[0], shape[1], shape[2], 2, half};
  const Tensor pairs = reshape(x, in_pairs);
  const Tensor a = at(pairs, 0, pair), b = at(pairs, 1, pair);
  return reshape(stack({a * cosine - b * sine, a * sine + b * cosine}, pair), shape);
}

Tensor rotary_embedding(const Call& x) {
  const Tensor heads = in_heads(x[0], x.integer("num_heads", 0));
  const std::int64_t size = heads.shape()[-1];
  const std::int64_t given = x.integer("rotary_embedding_dim", 0);
  const std::int64_t turns = given == 0 ? size : given;
  const auto angles = [&](const Tensor& cache) {
    const Tensor of_step = x.has(3) ? gather(cache, x[3]) : cache;  // [batch, time, turns / 2]
    return reshape(of_step, of_step.shape().inserted(1, 1));
  };
  const Tensor y = turned(slice(heads, -1, 0, turns), angles(x[1]), angles(x[2]),
                          x.integer("interleaved", 0) != 0);
  return as_given(concat({y, slice(heads, -1, turns, size)}, -1), x[0]);
}

}  // namespace

Operators attention_operators() {
  return {{"Attention", attention}, {"RotaryEmbedding", rotary_embedding}};
}

}  // namespace chronograd::onnx
