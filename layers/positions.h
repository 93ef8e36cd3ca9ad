#pragma once

#include <cstdint>
#include <string>

#include "chronograd/graph/parameter.h"
#include "chronograd/graph/source_line.h"
#include "chronograd/layers/initializers.h"

// What tells a model without recurrence where a vector stands in its sequence. For positions inside
// of attention see `rotary`.

namespace chronograd {

/// sin and cos of positions 0 .. time-1 at wavelengths from 2 pi to 10000 x 2 pi (Vaswani et al.
/// 2017): [time, size], where column 2k is sin(t / 10000^(2k / size)) and 2k + 1 the cos. Add it to
/// [time, batch, size] as `xs + reshape(sinusoidal_positions(time, size), {time, 1, size})`. Throws
/// ValueError unless the size is even and above 0 and time at least 0.
Tensor sinusoidal_positions(std::int64_t time, std::int64_t size, DType dtype = DType::f32,
                            const char* file = __builtin_FILE(), unsigned line = __builtin_LINE());
/// The same of any positions, integers of shape [..] -> [.., size].
Tensor sinusoidal_positions(const Tensor& positions, std::int64_t size, DType dtype = DType::f32,
                            const char* file = __builtin_FILE(), unsigned line = __builtin_LINE());

struct LearnedPositionsOptions {
  std::int64_t longest = 0;  ///< number of positions; required
  std::int64_t size = 0;     ///< numbers per position; required
  Initializer initializer = init::uniform(-0.05, 0.05);
  Here where = {};  ///< where the options are written, for messages; leave it
};

/// A learned vector for each position, added to what stands there. Parameter: "weight" [longest,
/// size].
class LearnedPositions {
 public:
  LearnedPositions(const Scope&, ...) = delete;  // options: .longest, .size, .initializer
  LearnedPositions(const Scope& scope, const LearnedPositionsOptions& options);
  /// xs: [time, batch, size], whose first vectors stand at position `start`. Throws IndexError when
  /// start + time is above `longest`.
  Tensor operator()(const Tensor& xs, std::int64_t start = 0, const char* file = __builtin_FILE(),
                    unsigned line = __builtin_LINE()) const;

 private:
  std::string scope_;
  Parameter weight_;
};

}  // namespace chronograd
