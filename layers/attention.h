#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "chronograd/graph/parameter.h"
#include "chronograd/graph/source_line.h"
#include "chronograd/layers/linear.h"

// How a decoder looks back at what an encoder read. All attentions are used alike, so that a
// decoder can be a template over them:
//
//     auto memory = attention.remember(encoded, lengths);               once
//     const auto [output, context, weights] = attention(h, memory);     with each decoder state
//     memory = attention.after(memory, weights);                        before the next one
//
// The last line is for attentions that heed what was looked at before; for others it changes
// nothing. A memory is a state: all its tensors begin with the batch.

namespace chronograd {

/// Encoder states made ready once for all decoder steps.
struct AttentionMemory {
  Tensor states;    ///< [batch, source, memory], zeros for padding
  Tensor keys;      ///< [batch, source, ..]: what queries are compared with
  Tensor real;      ///< bool [batch, source], or empty when all are real
  Tensor coverage;  ///< [batch, source]: earlier weights, or empty when these do not matter
};

/// What one query finds, or one for each step in `time`.
struct Attended {
  Tensor output;   ///< [batch, output] or [time, batch, output]
  Tensor context;  ///< [batch, memory] or [time, batch, memory]
  Tensor weights;  ///< [batch, source] or [time, batch, source]; they sum to 1, and are 0 for
                   ///< padding; all 0 when nothing is real
};

/// How a decoder state h is compared with an encoder state s (Luong et al. 2015).
enum class AttentionScore {
  dot,      ///< h . s; both have the same size
  general,  ///< h . (s W)
  scaled,   ///< h . s / sqrt(size) (Vaswani et al. 2017)
};

struct LuongAttentionOptions {
  std::int64_t query = 0;   ///< size of a decoder state; required
  std::int64_t memory = 0;  ///< size of an encoder state; required
  std::int64_t output = 0;  ///< size of the attentional vector; 0: that of the query
  AttentionScore score = AttentionScore::general;
  double dropout = 0;  ///< of the weights that the context is made with; not of those returned
  Here where = {};     ///< where the options are written, for messages; leave it
};

/// Global attention (Luong et al. 2015). For a decoder state h and encoder states s_1..s_n:
///
///     score_i = h . (s_i W)             dot products
///     weights = softmax(score)          softmax
///     context = sum_i weights_i s_i     weighting, sum
///     output  = tanh([context; h] V)    join, output
///
/// Parameters: "score/weight" [memory, query] (general only), "output/weight" [memory + query,
/// output]. Throws ValueError for an option out of range, before it makes any.
class LuongAttention {
 public:
  using Memory = AttentionMemory;

  LuongAttention(const Scope& scope, const LuongAttentionOptions& options);
  // clang-format off
  LuongAttention(const Scope&, ...) = delete;  // options: .query, .memory, .output, .score, .dropout
  // clang-format on

  /// encoded: [source, batch, memory]; real: lengths, i32 or i64 [batch], from 0 to source, or a
  /// mask, bool [source, batch], or empty. Padding may hold NaN.
  Memory remember(const Tensor& encoded, const Tensor& real = {},
                  const char* file = __builtin_FILE(), unsigned line = __builtin_LINE()) const;
  /// query: [batch, query] or [time, batch, query], of the memory's batch.
  Attended operator()(const Tensor& query, const Memory& memory,
                      const char* file = __builtin_FILE(), unsigned line = __builtin_LINE()) const;
  /// The memory for the next query; here the same.
  Memory after(const Memory& memory, const Tensor&) const { return memory; }

 private:
  std::string scope_;
  std::int64_t memory_;
  AttentionScore score_by_;
  double dropout_;
  std::optional<Linear> score_;
  Linear output_;
};

}  // namespace chronograd
