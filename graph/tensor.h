#pragma once

#include <atomic>
#include <cstdint>
#include <initializer_list>
#include <iosfwd>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chronograd/graph/array.h"
#include "chronograd/graph/dtype.h"
#include "chronograd/graph/shape.h"
#include "chronograd/graph/source_line.h"

namespace chronograd {

class Tensor;

namespace detail {

/// What the handles to one tensor share. `output` says where on the tape `serial` it was recorded.
struct Value {
  enum class State : std::uint8_t { pending, computed, abandoned };

  std::atomic<std::uint32_t> references{1};
  std::uint32_t output = 0;
  std::uint64_t serial = 0;  ///< of the tape; 0 when it was not recorded
  Shape shape;
  Buffer buffer;
  std::byte* data = nullptr;  ///< when abandoned: the `Origin`, if it is known
  DType dtype = DType::f32;
  State state = State::pending;

  static void* operator new(std::size_t bytes);
  static void operator delete(void* value, std::size_t bytes) noexcept;
  /// The numbers; dense.
  Array array() const;
};

void destroy(Value* value) noexcept;
/// Makes a value that is pending on an open tape of this thread computed. Errors tell where the
/// numbers were asked for, and of whom.
void compute(Value& value, std::string_view user = "values", SourceLine asked = {});
Tensor tensor_of(Array array);

}  // namespace detail

/// Numbers in a shape: the only value there is. A cheap handle to something immutable; copies
/// share it. While a tape is open the result of an op is *pending*: it has a shape and a dtype, and
/// gets its numbers when somebody asks for them (`values`, `item`, `detach`, printing, `evaluate`,
/// an optimizer's `step`).
///
/// A computed tensor may be read, copied and destroyed on any thread; a pending one belongs to the
/// thread of its tape. Asking for numbers that were not computed before the tape ended throws
/// TapeError.
class [[nodiscard]] Tensor {
 public:
  /// An empty handle, to be assigned to. Every use of it throws ValueError.
  Tensor() = default;

  /// A tensor with a copy of `values`, in row-major order. Throws ShapeError unless their number is
  /// the shape's size.
  template <Element T>
  static Tensor copy_of(std::span<const T> values, Shape shape, const char* file = __builtin_FILE(),
                        unsigned line = __builtin_LINE()) {
    return copy_of(values.data(), values.size(), dtype_of<T>(), shape, {file, line});
  }
  template <Element T>
  static Tensor copy_of(const std::vector<T>& values, Shape shape,
                        const char* file = __builtin_FILE(), unsigned line = __builtin_LINE()) {
    return copy_of(std::span<const T>(values), shape, file, line);
  }
  template <Element T>
  static Tensor copy_of(std::initializer_list<T> values, Shape shape,
                        const char* file = __builtin_FILE(), unsigned line = __builtin_LINE()) {
    return copy_of(std::span<const T>(values.begin(), values.size()), shape, file, line);
  }

  /// A tensor that takes over the memory of `values`.
  template <Element T>
  static Tensor adopt(std::vector<T>&& values, Shape shape, const char* file = __builtin_FILE(),
                      unsigned line = __builtin_LINE()) {
    auto owner = std::make_shared<std::vector<T>>(std::move(values));
    T* data = owner->data();
    const std::size_t size = owner->size();
    return adopt(data, size, std::move(owner), dtype_of<T>(), shape, {file, line});
  }

  /// One number, without axes.
  static Tensor scalar(double value, DType dtype = DType::f32, const char* file = __builtin_FILE(),
                       unsigned line = __builtin_LINE());

  bool has_value() const { return value_ != nullptr; }
  Shape shape(const char* file = __builtin_FILE(), unsigned line = __builtin_LINE()) const {
    return value({file, line}).shape;
  }
  DType dtype(const char* file = __builtin_FILE(), unsigned line = __builtin_LINE()) const {
    return value({file, line}).dtype;
  }
  int rank(const char* file = __builtin_FILE(), unsigned line = __builtin_LINE()) const {
    return shape(file, line).rank();
  }
  /// The number of elements.
  std::int64_t size(const char* file = __builtin_FILE(), unsigned line = __builtin_LINE()) const {
    return shape(file, line).size();
  }
  /// Whether the numbers are there already.
  bool computed(const char* file = __builtin_FILE(), unsigned line = __builtin_LINE()) const {
    return value({file, line}).state == detail::Value::State::computed;
  }

  /// The numbers in row-major order, computing them if need be. The span lives as long as some
  /// handle to this tensor. Throws DTypeError when T is not the tensor's dtype.
  template <Element T>
  std::span<const T> values(const char* file = __builtin_FILE(),
                            unsigned line = __builtin_LINE()) const {
    const void* data = numbers(dtype_of<T>(), {file, line});
    return {static_cast<const T*>(data), static_cast<std::size_t>(size())};
  }

  /// The only number of a tensor with one element, of any dtype. Throws ShapeError for more.
  double item(const char* file = __builtin_FILE(), unsigned line = __builtin_LINE()) const;
  /// The same, exact for 64-bit integers. Of f32 and f64 the fraction is cut off; throws ValueError
  /// for NaN and for what 64 bits do not hold.
  std::int64_t item_as_integer(const char* file = __builtin_FILE(),
                               unsigned line = __builtin_LINE()) const;

  /// The numbers without their history: a constant that outlives the tape and that no gradient
  /// flows through.
  Tensor detach(const char* file = __builtin_FILE(), unsigned line = __builtin_LINE()) const;

  Tensor(const Tensor& other) noexcept : value_(other.value_) {
    if (value_ != nullptr) value_->references.fetch_add(1, std::memory_order_relaxed);
  }
  Tensor(Tensor&& other) noexcept : value_(std::exchange(other.value_, nullptr)) {}
  Tensor& operator=(Tensor other) noexcept {
    std::swap(value_, other.value_);
    return *this;
  }
  ~Tensor() {
    // The only holder need not count down: that costs more than all else here.
    if (value_ != nullptr && (value_->references.load(std::memory_order_acquire) == 1 ||
                              value_->references.fetch_sub(1, std::memory_order_acq_rel) == 1)) {
      detail::destroy(value_);
    }
  }

  /// For the library: takes over one reference.
  explicit Tensor(detail::Value* value) noexcept : value_(value) {}
  detail::Value& value(SourceLine asked = {}) const {
    if (value_ == nullptr) throw_empty(asked);
    return *value_;
  }

 private:
  static Tensor copy_of(const void* values, std::size_t count, DType dtype, Shape shape,
                        SourceLine where);
  static Tensor adopt(void* values, std::size_t count, std::shared_ptr<void> owner, DType dtype,
                      Shape shape, SourceLine where);
  const void* numbers(DType dtype, SourceLine asked) const;
  void check_one_element(SourceLine asked) const;
  [[noreturn]] static void throw_empty(SourceLine asked);

  detail::Value* value_ = nullptr;
};

/// Computes several tensors in one go.
void evaluate(std::span<const Tensor> tensors, const char* file = __builtin_FILE(),
              unsigned line = __builtin_LINE());

namespace detail {
/// A tensor and the line it was given on.
struct Asked {
  Asked(const Tensor& t, const char* file = __builtin_FILE(), unsigned line = __builtin_LINE())
      : tensor(t), where{file, line} {}
  const Tensor& tensor;
  SourceLine where;
};
}  // namespace detail

template <class... Tensors>
requires(std::is_same_v<Tensors, Tensor>&&...) void evaluate(detail::Asked first,
                                                             const Tensors&... others) {
  const Tensor all[] = {first.tensor, others...};
  evaluate(std::span<const Tensor>(all), first.where.file, first.where.line);
}

/// Same shape, dtype and numbers, bit for bit but for the sign of 0; NaN equals NaN.
bool same_values(const Tensor& a, const Tensor& b);

/// "f32 [2, 3] {{0.5, 1, 2}, {3, 4, 5}}"; long axes are cut in the middle.
std::string to_string(const Tensor& tensor);
std::ostream& operator<<(std::ostream& out, const Tensor& tensor);

/// For debuggers (docs/debug.md): dtype, shape, whether it is computed, and the
/// first numbers if it is, as in "f32 [100], computed: 0.5, 1, 1.5, ...". Computes nothing. The
/// text lasts until the thread's next call.
const char* debug(const Tensor& tensor) noexcept;

}  // namespace chronograd
