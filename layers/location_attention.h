#pragma once

#include <cstdint>
#include <string>

#include "chronograd/graph/parameter.h"
#include "chronograd/graph/source_line.h"
#include "chronograd/layers/attention.h"
#include "chronograd/layers/linear.h"

namespace chronograd {

struct LocationAttentionOptions {
  std::int64_t query = 0;     ///< size of a decoder state; required
  std::int64_t memory = 0;    ///< size of an encoder state; required
  std::int64_t hidden = 0;    ///< size in which both are compared; 0: that of the query
  std::int64_t output = 0;    ///< size of the attentional vector; 0: that of the query
  std::int64_t filters = 10;  ///< that go over the earlier weights
  std::int64_t width = 31;    ///< of each filter, odd
  /// false: over the weights of the last step (Chorowski et al. 2015); true: over the sum of all
  /// earlier ones (Tacotron 2, Shen et al. 2018).
  bool cumulative = false;
  double dropout = 0;  ///< of the weights that the context is made with
  Here where = {};     ///< where the options are written, for messages; leave it
};

/// Location-aware attention (Chorowski et al. 2015): additive attention that also sees where it
/// looked before, a.
///
///     f       = F * a                                   a convolution over the source
///     score_i = v . tanh(h W + b + s_i U + f_i L)
///     weights, context, output as in AdditiveAttention
///
/// Parameters: those of AdditiveAttention without coverage, "location/filter" F [width, filters]
/// and "location/weight" L [filters, hidden]. Throws ValueError for an option out of range, before
/// it makes any.
class LocationAttention {
 public:
  using Memory = AttentionMemory;

  LocationAttention(const Scope& scope, const LocationAttentionOptions& options);
  // clang-format off
  LocationAttention(const Scope&, ...) = delete;  // options: .query, .memory, .hidden, .output, .filters, .width, .cumulative, .dropout
  // clang-format on

  /// As `LuongAttention::remember`. At first nothing was looked at: a is 0.
  Memory remember(const Tensor& encoded, const Tensor& real = {},
                  const char* file = __builtin_FILE(), unsigned line = __builtin_LINE()) const;
  /// query: [batch, query].
  Attended operator()(const Tensor& query, const Memory& memory,
                      const char* file = __builtin_FILE(), unsigned line = __builtin_LINE()) const;
  /// The memory for the next query, which knows the weights [batch, source].
  Memory after(const Memory& memory, const Tensor& weights) const;

 private:
  std::string scope_;
  LocationAttentionOptions options_;
  Linear query_;
  Linear key_;
  Linear score_;
  Linear output_;
  Parameter filter_;
  Parameter location_;
};

}  // namespace chronograd
