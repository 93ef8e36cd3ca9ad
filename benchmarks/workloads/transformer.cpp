// W8: the encoder of Vaswani et al. 2017, with self-attention written out of ops, and by the
// library's layer.
#include <cmath>

#include "draw.h"
#include "layer_options.h"
#include "training.h"
#include "workload.h"

namespace workloads {
namespace {

using namespace chronograd;

constexpr std::int64_t width = 256;
constexpr std::int64_t heads = 4;

class SelfAttention {
 public:
  explicit SelfAttention(const Scope& scope)
      : input_(scope / "input", {.input = width, .output = 3 * width}),
        output_(scope / "output", linear_options(width, width)) {}

  /// x: [time, batch, width]
  Tensor operator()(const Tensor& x) const {
    const std::int64_t time = x.shape()[0];
    const std::int64_t batch = x.shape()[1];
    const std::int64_t size = width / heads;
    const Tensor parts = reshape(input_(x), {time, batch, 3, heads, size});
    const std::vector<Tensor> qkv = unstack(permute(parts, {2, 1, 3, 0, 4}));
    const Tensor scores = matmul(qkv[0], transpose(qkv[1])) / std::sqrt(static_cast<double>(size));
    const Tensor context = matmul(softmax(scores), qkv[2]);  // [batch, heads, time, size]
    return output_(reshape(permute(context, {2, 0, 1, 3}), {time, batch, width}));
  }

 private:
  Linear input_;
  Linear output_;
};

class Block {
 public:
  explicit Block(const Scope& scope)
      : attention_(scope / "attention"),
        inner_(scope / "inner", linear_options(width, 4 * width)),
        outer_(scope / "outer", linear_options(4 * width, width)),
        attention_norm_(scope / "attention_norm", {.size = width}),
        outer_norm_(scope / "outer_norm", {.size = width}) {}

  Tensor operator()(const Tensor& x) const {
    const Tensor y = attention_norm_(x + attention_(x));
    return outer_norm_(y + outer_(relu(inner_(y))));
  }

 private:
  SelfAttention attention_;
  Linear inner_;
  Linear outer_;
  LayerNorm attention_norm_;
  LayerNorm outer_norm_;
};

/// The library's layer, which computes the same.
class LibraryBlock : public TransformerEncoderLayer {
 public:
  explicit LibraryBlock(const Scope& scope)
      : TransformerEncoderLayer(scope, {.size = width, .heads = heads}) {}
};

template <class Layer>
class Encoder {
 public:
  explicit Encoder(const Scope& scope) : first_(scope / "first"), second_(scope / "second") {}
  Tensor operator()(const Tensor& x) const { return second_(first_(x)); }

 private:
  Layer first_;
  Layer second_;
};

template <class Layer>
Step training() {
  Draw draw;
  const Tensor xs = draw.numbers({64, 16, width});
  const Tensor ys = draw.numbers({64, 16, width});
  return train<Encoder<Layer>>([=](const Encoder<Layer>& encoder) { return mse(encoder(xs), ys); });
}

}  // namespace

std::vector<Workload> transformer() {
  return {{"W8", "transformer encoder, 16 x 64, width 256, 4 heads, 2 layers", training<Block>},
          {"W8l", "the same with the library's TransformerEncoderLayer", training<LibraryBlock>}};
}

}  // namespace workloads
