#pragma once

#include <cstdint>
#include <string_view>

#include "chronograd/graph/operand.h"
#include "chronograd/graph/tensor.h"

namespace chronograd {

/// Gives a tensor a role that dumps and messages show: `named("weights", softmax(scores))`.
Tensor named(std::string_view role, Tensor tensor);

/// The role of a tensor on the innermost tape; empty without one.
std::string_view role_of(const Tensor& tensor);

/// The path that made a tensor, without computing: "matmul f32 [32, 512] (model/encoder, step 3,
/// seq2seq.cpp:88)".
std::string describe(const Tensor& tensor);

/// While it lives, nodes recorded on this thread belong to a scope path: what a layer opens in its
/// forward function so that its ops show under its name.
class InScope {
 public:
  explicit InScope(std::string_view path);
  ~InScope();
  InScope(const InScope&) = delete;
  InScope& operator=(const InScope&) = delete;

 private:
  std::uint32_t before_;
};

/// While it lives, messages and dumps show this line as the caller of the layer's own lines. A
/// function made of ops gives its name too: messages then name it, and not the op in it that
/// failed. Of several that call each other the outermost counts.
class CalledFrom {
 public:
  explicit CalledFrom(SourceLine line, const char* op = "");
  ~CalledFrom();
  CalledFrom(const CalledFrom&) = delete;
  CalledFrom& operator=(const CalledFrom&) = delete;

 private:
  std::uint32_t before_;
};

/// The time steps 0 .. count-1, or downwards from count-1: while a loop over them runs, recorded
/// nodes carry the step it is at. After the loop, also when left by `break` or a throw, the step is
/// what it was before.
///
///     for (const int t : steps(length)) state = cell.step(at(xs, t), state);
class StepRange {
 public:
  StepRange(int first, int end, int stride);
  ~StepRange();
  StepRange(const StepRange&) = delete;
  StepRange& operator=(const StepRange&) = delete;

  class Iterator {
   public:
    Iterator(int at, int stride) : at_(at), stride_(stride) {}
    int operator*() const;
    Iterator& operator++() {
      at_ += stride_;
      return *this;
    }
    bool operator!=(const Iterator& other) const { return at_ != other.at_; }

   private:
    int at_;
    int stride_;
  };
  Iterator begin() const { return {first_, stride_}; }
  Iterator end() const { return {end_, stride_}; }

 private:
  int first_;
  int end_;
  int stride_;
  int before_;
};

StepRange steps(std::int64_t count, const char* file = __builtin_FILE(),
                unsigned line = __builtin_LINE());
StepRange steps_backwards(std::int64_t count, const char* file = __builtin_FILE(),
                          unsigned line = __builtin_LINE());

}  // namespace chronograd
