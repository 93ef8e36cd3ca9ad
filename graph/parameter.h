#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "chronograd/graph/operand.h"
#include "chronograd/graph/random.h"
#include "chronograd/graph/tensor.h"

namespace chronograd {

namespace detail {
struct ParameterSlot;
struct ParameterStore;
}  // namespace detail

/// Fills a parameter's first values, in row-major order and double precision.
using Initializer =
    std::function<void(std::span<double> values, Shape shape, RandomStream& random)>;

/// A handle to one named weight. Copies share it, so that copying a layer ties its weights. What
/// was moved from is still a handle to it.
class Parameter {
 public:
  /// "model/encoder/lstm/weight"
  const std::string& path() const;
  Shape shape() const;
  DType dtype() const;
  /// False for state: saved and assigned like a weight, but no gradient is taken.
  bool trainable() const;
  /// The numbers as they are now. Safe while another thread's step assigns new ones.
  Tensor value() const;
  /// Puts other numbers in at once. Throws unless shape and dtype are the parameter's.
  void set_value(const Tensor& value, const char* file = __builtin_FILE(),
                 unsigned line = __builtin_LINE()) const;

  Parameter(const Parameter&) = default;
  Parameter& operator=(const Parameter&) = default;

  friend bool operator==(const Parameter& a, const Parameter& b) { return a.slot_ == b.slot_; }

  /// For the library.
  explicit Parameter(std::shared_ptr<detail::ParameterSlot> slot) : slot_(std::move(slot)) {}
  detail::ParameterSlot& slot() const { return *slot_; }

 private:
  std::shared_ptr<detail::ParameterSlot> slot_;
};

/// A place in the tree of parameters: what a layer's constructor takes. It names, shapes and
/// initialises; as an argument of `backward` it selects all parameters below it.
class Scope {
 public:
  /// The place below. Throws ParameterError for a name that is empty or holds a '/': write
  /// `scope / "a" / "b"`.
  Scope operator/(std::string_view name) const;
  const std::string& path() const { return path_; }
  /// The dtype of all parameters of the model.
  DType dtype() const;

  /// Makes a weight. Throws ParameterError when the path exists, and for a name that is empty or
  /// holds a '/'.
  Parameter parameter(std::string_view name, Shape shape, const Initializer& initializer,
                      const char* file = __builtin_FILE(), unsigned line = __builtin_LINE()) const;
  /// Makes state: a saved parameter that `backward` skips.
  Parameter state(std::string_view name, Shape shape, const Initializer& initializer,
                  const char* file = __builtin_FILE(), unsigned line = __builtin_LINE()) const;
  /// The same of another dtype than the model's: a count in i64, say.
  Parameter state(std::string_view name, Shape shape, const Initializer& initializer, DType dtype,
                  const char* file = __builtin_FILE(), unsigned line = __builtin_LINE()) const;

  /// All parameters at or below this place, in path order.
  std::vector<Parameter> list() const;

  Scope(const Scope&) = default;
  Scope& operator=(const Scope&) = default;

  /// For the library.
  Scope(std::shared_ptr<detail::ParameterStore> store, std::string path)
      : store_(std::move(store)), path_(std::move(path)) {}

 private:
  Parameter make(std::string_view name, Shape shape, const Initializer& initializer, DType dtype,
                 bool trainable, SourceLine where) const;
  std::shared_ptr<detail::ParameterStore> store_;
  std::string path_;
};

/// The parameters of a model, by path. First values depend on the random source and the path, not
/// on the order in which layers are built. Several threads may read and record; assigning the same
/// parameter from two tapes at once throws. Once moved from, every use throws ParameterError.
class Parameters {
 public:
  explicit Parameters(Random& random, DType dtype = DType::f32);
  Parameters(Parameters&&) = default;
  Parameters& operator=(Parameters&&) = default;

  Scope operator/(std::string_view name) const { return root() / name; }
  operator Scope() const { return root(); }
  Scope root() const;
  DType dtype() const;
  /// False once they were moved from.
  bool has_value() const { return store_ != nullptr; }

  /// All of them, in path order.
  std::vector<Parameter> list() const { return root().list(); }
  std::size_t size() const;
  bool contains(std::string_view path) const;
  /// Throws ParameterError naming the path when there is none.
  Parameter at(std::string_view path, const char* file = __builtin_FILE(),
               unsigned line = __builtin_LINE()) const;

  /// The numbers of all parameters now, and putting them back. Throws, changing nothing, when the
  /// snapshot is of other parameters.
  std::map<std::string, Tensor> snapshot() const;
  void restore(const std::map<std::string, Tensor>& snapshot, const char* file = __builtin_FILE(),
               unsigned line = __builtin_LINE()) const;

 private:
  const detail::ParameterStore& store() const;
  std::shared_ptr<detail::ParameterStore> store_;
};

/// Records that the parameter takes `value` (same shape and dtype) when the tape commits; at once
/// when no tape is open. Later reads on the same tape see `value`. Throws TapeError when another
/// open tape has assigned it too.
void assign(const Parameter& parameter, const Tensor& value, const char* file = __builtin_FILE(),
            unsigned line = __builtin_LINE());

}  // namespace chronograd
