#include "chronograd/graph/tensor.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <new>
#include <ostream>

#include "chronograd/graph/error.h"
#include "chronograd/graph/memory/small_pool.h"
#include "chronograd/graph/tape/tape_state.h"

namespace chronograd {
namespace detail {

static_assert(sizeof(Value) <= small_limit);

void* Value::operator new(std::size_t bytes) { return take_small(bytes); }
void Value::operator delete(void* value, std::size_t bytes) noexcept { give_small(value, bytes); }

Array Value::array() const { return {buffer, data, shape, Strides::dense(shape), dtype}; }

void destroy(Value* value) noexcept {
  if (value->state == Value::State::pending) {
    TapeState* tape = open_tape(value->serial);
    if (tape == nullptr) {  // it is another thread's, which frees the value when it looks next
      value->references.store(0, std::memory_order_release);
      return;
    }
    tape->forget_handle(value->output);
  }
  delete value;
}

void compute(Value& value, std::string_view user, SourceLine asked) {
  if (value.state == Value::State::computed) return;
  TapeState* tape = value.state == Value::State::abandoned ? nullptr : open_tape(value.serial);
  if (tape == nullptr) throw_out_of_reach(value, user, current_place(asked));
  const OutputId wanted[] = {value.output};
  tape->evaluate(wanted, asked);
}

Tensor tensor_of(Array array) {
  if (!array.dense()) array = dense(array);
  auto* value = new Value;
  value->shape = array.shape;
  value->dtype = array.dtype;
  value->buffer = std::move(array.buffer);
  value->data = array.data;
  value->state = Value::State::computed;
  return Tensor{value};
}

}  // namespace detail

namespace {

void check_count(std::size_t count, Shape shape, SourceLine where) {
  if (static_cast<std::int64_t>(count) != shape.size()) {
    throw ShapeError("tensor: " + std::to_string(count) + " values for the shape " +
                     to_string(shape) + "; it has " + std::to_string(shape.size()) + " elements" +
                     where_text(where));
  }
}

double number_at(const Array& array, std::int64_t i) {
  return visit(array.dtype, [&]<class T>() { return static_cast<double>(array.as<T>()[i]); });
}

std::string number_text(const Array& array, std::int64_t i) {
  if (array.dtype == DType::boolean) return array.as<bool>()[i] ? "true" : "false";
  if (array.dtype == DType::i64) return std::to_string(array.as<std::int64_t>()[i]);
  char text[32];
  std::snprintf(text, sizeof text, "%.6g", number_at(array, i));
  return text;
}

constexpr std::int64_t edge = 3;  // elements shown at each end of a long axis

// Appends the elements of the block that starts at `at`. Depth is the rank: at most 8.
void append_values(std::string& out, const Array& array, int axis, std::int64_t at) {
  if (axis == array.shape.rank()) {
    out += number_text(array, at);
    return;
  }
  const std::int64_t n = array.shape[axis];
  const std::int64_t step = array.strides[axis];
  out += '{';
  for (std::int64_t i = 0; i < n; ++i) {
    if (i > 0) out += ", ";
    if (n > 2 * edge + 1 && i == edge) {
      out += "..., ";
      i = n - edge;
    }
    append_values(out, array, axis + 1, at + i * step);
  }
  out += '}';
}

// "computed: 0.5, 1, 1.5, ..." or why there are no numbers.
std::string state_text(const detail::Value& value) {
  using enum detail::Value::State;
  if (value.state == pending) return "pending";
  if (value.state == abandoned) return "abandoned: its tape ended before it was computed";
  constexpr std::int64_t shown = 8;
  std::string out = "computed:";
  for (std::int64_t i = 0; i < std::min(value.shape.size(), shown); ++i) {
    out += (i == 0 ? " " : ", ") + number_text(value.array(), i);
  }
  return value.shape.size() > shown ? out + ", ..." : out;
}

}  // namespace

Tensor Tensor::copy_of(const void* values, std::size_t count, DType dtype, Shape shape,
                       SourceLine where) {
  check_count(count, shape, where);
  Array array = Array::allocate(shape, dtype);
  if (count > 0) std::memcpy(array.data, values, count * size_of(dtype));
  return detail::tensor_of(std::move(array));
}

Tensor Tensor::adopt(void* values, std::size_t count, std::shared_ptr<void> owner, DType dtype,
                     Shape shape, SourceLine where) {
  check_count(count, shape, where);
  Buffer buffer = Buffer::adopt(values, std::move(owner));
  std::byte* data = buffer.data();
  return detail::tensor_of({std::move(buffer), data, shape, Strides::dense(shape), dtype});
}

Tensor Tensor::scalar(double value, DType dtype, const char* file, unsigned line) {
  static const Op op{.name = "scalar"};
  return detail::tensor_of(
      detail::array_of(value, dtype, op, detail::current_place(SourceLine{file, line})));
}

void Tensor::check_one_element(SourceLine asked) const {
  if (size(asked.file, asked.line) == 1) return;
  throw ShapeError("item: a tensor " + to_string(shape()) + "; it must have one element" +
                   where_text(asked));
}

double Tensor::item(const char* file, unsigned line) const {
  check_one_element({file, line});
  detail::compute(value(), "item", {file, line});
  return number_at(value().array(), 0);
}

std::int64_t Tensor::item_as_integer(const char* file, unsigned line) const {
  check_one_element({file, line});
  if (dtype() == DType::i64) return values<std::int64_t>(file, line)[0];
  const double number = item(file, line);
  if (number >= -0x1p63 && number < 0x1p63) return static_cast<std::int64_t>(number);
  throw ValueError("item_as_integer: the number " + fmt::format("{}", number) +
                   "; it must be one that 64 bits hold" + where_text({file, line}));
}

Tensor Tensor::detach(const char* file, unsigned line) const {
  detail::compute(value({file, line}), "detach", {file, line});
  return detail::tensor_of(value().array());
}

const void* Tensor::numbers(DType dtype, SourceLine asked) const {
  const DType own = value(asked).dtype;
  if (dtype != own) {
    throw DTypeError("values: " + std::string(name(dtype)) + " of a tensor of " +
                     std::string(name(own)) + "; ask for its own dtype or cast it" +
                     where_text(asked));
  }
  detail::compute(value(), "values", asked);
  return value().data;
}

void Tensor::throw_empty(SourceLine asked) {
  throw ValueError("tensor: an empty handle; assign a tensor to it before it is used" +
                   where_text(asked));
}

void evaluate(std::span<const Tensor> tensors, const char* file, unsigned line) {
  const SourceLine where{file, line};
  std::vector<OutputId> asked;
  for (std::size_t first = 0; first < tensors.size(); ++first) {
    detail::Value& value = tensors[first].value(where);
    if (value.state == detail::Value::State::computed) continue;
    detail::TapeState* tape = detail::open_tape(value.serial);
    if (tape == nullptr) detail::compute(value, "evaluate", where);  // throws
    asked.clear();
    for (std::size_t k = first; k < tensors.size(); ++k) {
      const detail::Value& other = tensors[k].value(where);
      if (other.serial == value.serial && other.state == detail::Value::State::pending) {
        asked.push_back(other.output);
      }
    }
    tape->evaluate(asked, where);
  }
}

bool same_values(const Tensor& a, const Tensor& b) {
  if (a.shape() != b.shape() || a.dtype() != b.dtype()) return false;
  evaluate(a, b);
  const Array x = a.value().array();
  const Array y = b.value().array();
  if (a.dtype() == DType::i64) {
    return std::equal(x.as<std::int64_t>(), x.as<std::int64_t>() + a.size(), y.as<std::int64_t>());
  }
  for (std::int64_t i = 0; i < a.size(); ++i) {
    const double p = number_at(x, i);
    const double q = number_at(y, i);
    if (p != q && !(std::isnan(p) && std::isnan(q))) return false;
  }
  return true;
}

std::string to_string(const Tensor& tensor) {
  if (!tensor.has_value()) return "empty tensor";
  detail::compute(tensor.value());
  const Array array = tensor.value().array();
  std::string out = std::string(name(array.dtype)) + " " + to_string(array.shape) + " ";
  append_values(out, array, 0, 0);
  return out;
}

std::ostream& operator<<(std::ostream& out, const Tensor& tensor) {
  return out << to_string(tensor);
}

// Nobody calls this but debuggers. In a file of its own it would be missing from programs that link
// the static library: the linker takes only what is needed.
const char* debug(const Tensor& tensor) noexcept try {
  static thread_local std::string text;
  if (!tensor.has_value()) return "empty tensor";
  const detail::Value& value = tensor.value();
  text = std::string(name(value.dtype)) + " " + to_string(value.shape) + ", " + state_text(value);
  return text.c_str();
} catch (const std::bad_alloc&) {
  return "out of memory";
}

}  // namespace chronograd
