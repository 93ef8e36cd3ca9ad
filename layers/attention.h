#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "chronograd/graph/parameter.h"
#include "chronograd/layers/linear.h"

namespace chronograd {

/// How a decoder state h is compared with an encoder state s (Luong et al. 2015).
enum class AttentionScore {
  dot,      ///< h . s; both have the same size
  general,  ///< h . (s W)
};

struct LuongAttentionOptions {
  std::int64_t query = 0;   ///< size of a decoder state; required
  std::int64_t memory = 0;  ///< size of an encoder state; required
  std::int64_t output = 0;  ///< size of the attentional vector; 0: that of the query
  AttentionScore score = AttentionScore::general;
};

/// Global attention (Luong et al. 2015). For a decoder state h and encoder states s_1..s_n:
///
///     score_i = h . (s_i W)             dot products
///     weights = softmax(score)          softmax
///     context = sum_i weights_i s_i     weighting, sum
///     output  = tanh([context; h] V)    join, output
///
/// Parameters: "score/weight" [memory, query] (general only), "output/weight" [memory + query,
/// output].
class LuongAttention {
 public:
  /// Encoder states made ready once for all decoder steps.
  struct Memory {
    Tensor states;  ///< [batch, source, memory]
    Tensor keys;    ///< [batch, source, query]: what queries are compared with
    Tensor real;    ///< bool [batch, source], or empty when all are real
  };

  struct Result {
    Tensor output;   ///< [batch, output]
    Tensor context;  ///< [batch, memory]
    Tensor weights;  ///< [batch, source]; they sum to 1, and are 0 for padding
  };

  LuongAttention(const Scope& scope, const LuongAttentionOptions& options);

  /// encoded: [source, batch, memory]; lengths: i32 or i64 [batch], from 0 to source, or empty.
  Memory remember(const Tensor& encoded, const Tensor& lengths = {}) const;
  /// query: [batch, query], of the memory's batch.
  Result operator()(const Tensor& query, const Memory& memory) const;

 private:
  std::string scope_;
  std::optional<Linear> score_;
  Linear output_;
};

}  // namespace chronograd
