#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "chronograd/graph/parameter.h"
#include "chronograd/graph/source_line.h"
#include "chronograd/layers/initializers.h"

namespace chronograd {

struct EmbeddingOptions {
  std::int64_t vocabulary = 0;  ///< number of symbols; required
  std::int64_t size = 0;        ///< numbers per symbol; required
  Initializer initializer = init::uniform(-0.05, 0.05);
  std::optional<std::int64_t> padding = {};  ///< the id that stands for nothing
  Here where = {};  ///< where the options are written, for messages; leave it
};

/// A vector for each symbol: integer ids of any shape [..] -> [.., size]. An id outside of
/// 0 .. vocabulary-1 throws IndexError. The vector of the padding id is 0 and gets no gradient;
/// `unroll` tells once on stderr when it runs over sequences that end in it without lengths or
/// mask. Parameter: "weight" [vocabulary, size]. Throws ValueError for an option out of range,
/// before it makes it.
class Embedding {
 public:
  /// Throws ValueError unless both sizes are at least 1.
  Embedding(const Scope& scope, const EmbeddingOptions& options);
  Embedding(const Scope&, ...) = delete;  // options: .vocabulary, .size, .initializer, .padding
  /// i32 or i64 ids [..] -> [.., size], of the dtype of the parameters. Throws DTypeError for ids
  /// that are not integers and IndexError for one that is no symbol's.
  Tensor operator()(Operand ids) const;

  /// Which ids are not padding, bool of their shape: a mask for `unroll`, attentions and losses.
  /// Throws ValueError when there is no padding id.
  Tensor real(Operand ids) const;

  /// How well each symbol fits x [.., size]: the products with all vectors, [.., vocabulary]. A
  /// decoder's last layer that shares its weight with the first (Press and Wolf 2017).
  Tensor logits(Operand x) const;

 private:
  std::string scope_;
  std::optional<std::int64_t> padding_;
  Parameter weight_;
};

}  // namespace chronograd
