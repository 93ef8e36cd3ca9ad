#pragma once

#include <cstdint>

#include "draw.h"

namespace workloads {

/// Of a recurrent layer and what it reads.
struct Sizes {
  std::int64_t batch;
  std::int64_t time;
  std::int64_t input;
  std::int64_t hidden;
};

/// Numbers for a recurrent layer, and those it is to put out.
struct Sequences {
  chronograd::Tensor xs;  ///< [time, batch, input]
  chronograd::Tensor ys;  ///< [time, batch, hidden]
};

inline Sequences draw_sequences(Draw& draw, const Sizes& sizes) {
  const chronograd::Tensor xs = draw.numbers({sizes.time, sizes.batch, sizes.input});
  const chronograd::Tensor ys = draw.numbers({sizes.time, sizes.batch, sizes.hidden}, 0.5);
  return {.xs = xs, .ys = ys};
}

}  // namespace workloads
