#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "chronograd/graph/random.h"

namespace chronograd {

/// Examples to train on and examples kept away from training, both in their old order.
template <class T>
struct HoldOut {
  std::vector<T> train;
  std::vector<T> dev;
};

/// Which of `count` examples are held out: `share` of them, rounded, chosen at random.
/// Throws ValueError unless 0 <= share <= 1.
std::vector<bool> choose_held_out(std::size_t count, double share, Random& random);

/// Holds out `share` of the examples for development. An example of read_pronunciations is a word
/// with all its pronunciations, so no word is on both sides.
/// Throws ValueError unless 0 <= share <= 1.
template <class T>
HoldOut<T> hold_out(std::vector<T> examples, double share, Random& random) {
  const std::vector<bool> held_out = choose_held_out(examples.size(), share, random);
  HoldOut<T> result;
  for (std::size_t i = 0; i < examples.size(); ++i) {
    (held_out[i] ? result.dev : result.train).push_back(std::move(examples[i]));
  }
  return result;
}

}  // namespace chronograd
