#pragma once

#include <cstdint>

#include "chronograd/graph/tensor.h"

namespace chronograd {

/// A decoder that writes words of its own or copies those it read (pointer-generator, See et al.
/// 2017): the probability of each word w is
///
///     gate generated[w] + (1 - gate) sum over i with ids_i = w of weights_i
///
/// generated: [batch, vocabulary], weights: [batch, source] of an attention, ids: i32 or i64
/// [batch, source], gate: [batch, 1]; result: [batch, words]. `words` may be above the vocabulary:
/// ids from there on are words that can only be copied. Throws IndexError for an id that is no
/// word. Its logarithm is what a loss takes; words that neither side knows have probability 0.
Tensor copy_mixture(const Tensor& generated, const Tensor& weights, const Tensor& ids,
                    const Tensor& gate, std::int64_t words, const char* file = __builtin_FILE(),
                    unsigned line = __builtin_LINE());

}  // namespace chronograd
