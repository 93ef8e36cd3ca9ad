#include "chronograd/data/hold_out.h"

#include <fmt/format.h>

#include <cmath>
#include <span>

#include "chronograd/data/detail/shuffle.h"
#include "chronograd/graph/error.h"

namespace chronograd {

std::vector<bool> choose_held_out(std::size_t count, double share, Random& random) {
  if (!(share >= 0 && share <= 1)) {
    throw ValueError(fmt::format("hold_out: a share of {}; it must be from 0 to 1", share));
  }
  RandomStream stream{random.next_stream()};
  const auto indices = detail::shuffled_indices(count, stream);
  const auto held_out = static_cast<std::size_t>(std::llround(share * static_cast<double>(count)));
  std::vector<bool> chosen(count);
  for (const std::size_t i : std::span(indices).first(held_out)) chosen[i] = true;
  return chosen;
}

}  // namespace chronograd
