#pragma once

#include <cstdint>
#include <string>

#include "chronograd/graph/parameter.h"
#include "chronograd/layers/initializers.h"

namespace chronograd {

struct EmbeddingOptions {
  std::int64_t vocabulary = 0;  ///< number of symbols; required
  std::int64_t size = 0;        ///< numbers per symbol; required
  Initializer initializer = init::uniform(-0.05, 0.05);
};

/// A vector for each symbol: integer ids of any shape [..] -> [.., size]. An id outside of
/// 0 .. vocabulary-1 throws IndexError. Parameter: "weight" [vocabulary, size].
class Embedding {
 public:
  /// Throws ValueError unless both sizes are at least 1.
  Embedding(const Scope& scope, const EmbeddingOptions& options);
  Embedding(const Scope&, ...) = delete;  // options: .vocabulary, .size, .initializer
  /// i32 or i64 ids [..] -> [.., size], of the dtype of the parameters. Throws DTypeError for ids
  /// that are not integers and IndexError for one that is no symbol's.
  Tensor operator()(Operand ids) const;

 private:
  std::string scope_;
  Parameter weight_;
};

}  // namespace chronograd
