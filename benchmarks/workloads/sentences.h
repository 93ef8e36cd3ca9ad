#pragma once

#include <cstdint>
#include <vector>

#include "draw.h"

namespace workloads {

constexpr std::int64_t words_known = 1'000;
constexpr std::int64_t classes = 5;

/// The lengths of 64 sentences, 5 to 50 words.
inline std::vector<std::int64_t> sentence_lengths() {
  Draw draw;
  std::vector<std::int64_t> lengths(64);
  for (std::int64_t& length : lengths) length = 5 + draw.below(46);
  return lengths;
}

/// Words, and the class they belong to.
struct Sentence {
  chronograd::Tensor words;  ///< [length]
  std::int64_t label;
};

inline std::vector<Sentence> draw_sentences(Draw& draw) {
  std::vector<Sentence> sentences;
  for (const std::int64_t length : sentence_lengths()) {
    sentences.push_back({draw.ids({length}, words_known), 0});
  }
  for (Sentence& sentence : sentences) sentence.label = draw.below(classes);
  return sentences;
}

inline chronograd::Tensor labels_of(const std::vector<Sentence>& sentences) {
  std::vector<std::int64_t> labels;
  for (const Sentence& sentence : sentences) labels.push_back(sentence.label);
  const auto count = static_cast<std::int64_t>(labels.size());
  return chronograd::Tensor::adopt(std::move(labels), {count});
}

}  // namespace workloads
