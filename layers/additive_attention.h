#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "chronograd/graph/parameter.h"
#include "chronograd/graph/source_line.h"
#include "chronograd/layers/attention.h"
#include "chronograd/layers/linear.h"

namespace chronograd {

struct AdditiveAttentionOptions {
  std::int64_t query = 0;   ///< size of a decoder state; required
  std::int64_t memory = 0;  ///< size of an encoder state; required
  std::int64_t hidden = 0;  ///< size in which both are compared; 0: that of the query
  std::int64_t output = 0;  ///< size of the attentional vector; 0: that of the query
  bool coverage = false;    ///< heed the sum of all earlier weights (See et al. 2017)
  double dropout = 0;       ///< of the weights that the context is made with
  Here where = {};          ///< where the options are written, for messages; leave it
};

/// Additive attention (Bahdanau et al. 2015). For a decoder state h and encoder states s_1..s_n:
///
///     score_i = v . tanh(h W + b + s_i U)       with coverage: + coverage_i c inside
///     weights = softmax(score)
///     context = sum_i weights_i s_i
///     output  = tanh([context; h] V)            as Luong et al. 2015 write it
///
/// Parameters: "query/weight" W [query, hidden], "query/bias" b [hidden], "key/weight" U [memory,
/// hidden], "score/weight" v [hidden, 1], "output/weight" V [memory + query, output], and with
/// coverage "coverage" c [hidden]. Throws ValueError for an option out of range, before it makes
/// any.
class AdditiveAttention {
 public:
  using Memory = AttentionMemory;

  AdditiveAttention(const Scope& scope, const AdditiveAttentionOptions& options);
  // clang-format off
  AdditiveAttention(const Scope&, ...) = delete;  // options: .query, .memory, .hidden, .output, .coverage, .dropout
  // clang-format on

  /// As `LuongAttention::remember`. With coverage the memory's begins with zeros.
  Memory remember(const Tensor& encoded, const Tensor& real = {},
                  const char* file = __builtin_FILE(), unsigned line = __builtin_LINE()) const;
  /// query: [batch, query], or without coverage [time, batch, query].
  Attended operator()(const Tensor& query, const Memory& memory,
                      const char* file = __builtin_FILE(), unsigned line = __builtin_LINE()) const;
  /// The memory for the next query: weights [batch, source] were added to its coverage.
  Memory after(const Memory& memory, const Tensor& weights) const;

 private:
  std::string scope_;
  AdditiveAttentionOptions options_;
  Linear query_;
  Linear key_;
  Linear score_;
  Linear output_;
  std::optional<Parameter> coverage_;
};

}  // namespace chronograd
