#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "chronograd/graph/array.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/operand.h"
#include "chronograd/graph/scalar.h"
#include "chronograd/graph/tensor.h"

namespace chronograd {

struct Op;

/// What is fixed when an op is recorded, besides its inputs. Integers (axes, sizes, starts) belong
/// to the structure of a computation: a plan is made for them. Slots (seeds, keys) do not: they may
/// differ each time the same structure is recorded.
struct Attributes {
  std::span<const std::int64_t> integers;
  std::span<const std::uint64_t> slots;
};

/// Where a node stands, for messages and dumps.
struct Place {
  std::string_view scope;  ///< "model/encoder/lstm"
  int step = -1;           ///< time step; -1 outside of `steps`
  SourceLine line{};
  SourceLine caller{};  ///< of the layer function the line is in, when it told
};

/// "(model/encoder/lstm, step 3, layers/lstm.cpp:14, called from seq2seq.cpp:88)"
std::string to_string(const Place& place);

/// For the end of a message: the scope and time step of this thread, a line of its code and that
/// line's caller, as " (model/encoder, step 3, main.cpp:14)"; empty when nothing is known.
std::string where_text(SourceLine line);

namespace detail {

class Recording;
struct Node;

/// A Place by numbers, cheap to take along.
struct PlaceIds {
  std::uint32_t scope = 0;
  std::int32_t step = -1;
  SourceLine line{};
  std::uint32_t caller = 0;
};

/// Inputs by where they are: recorded, or arrays at hand.
struct Inputs {
  const Recording* recording = nullptr;
  std::span<const std::uint32_t> outputs;
  std::span<const Array> arrays;
};

}  // namespace detail

/// What a shape rule sees and says. It checks the inputs and declares the outputs.
class Inference {
 public:
  struct Output {
    Shape shape;
    DType dtype;
  };

  int inputs() const;
  Shape shape(int input) const;
  DType dtype(int input) const;
  std::span<const std::int64_t> integers() const { return attributes_.integers; }
  std::int64_t integer(int k) const { return attributes_.integers[static_cast<std::size_t>(k)]; }
  /// The input's numbers if they are there already: indices are checked early with them.
  std::optional<Array> known(int input) const;

  void output(Shape shape, DType dtype) { outputs_.push_back({shape, dtype}); }

  const Op& op() const { return op_; }
  Place place() const;
  /// Throws E with "op: came; wanted (place)".
  template <class E = ShapeError>
  [[noreturn]] void fail(std::string_view came, std::string_view wanted) const {
    throw E(message(came, wanted));
  }
  std::string message(std::string_view came, std::string_view wanted) const;

  Inference(const Op& op, Attributes attributes, detail::PlaceIds place, detail::Inputs inputs,
            std::vector<Output>& outputs)
      : op_(op), attributes_(attributes), place_(place), inputs_(inputs), outputs_(outputs) {}

 private:
  const Op& op_;
  Attributes attributes_;
  detail::PlaceIds place_;
  detail::Inputs inputs_;
  std::vector<Output>& outputs_;
};

/// What a kernel or view rule works on.
class Run {
 public:
  const Op& op;
  Attributes attributes;
  detail::PlaceIds place_ids;
  /// Any strides: a kernel that wants dense rows asks `dense`.
  std::span<const Array> inputs;
  /// For kernels: dense and uninitialised, or, where `Algebra::in_place` allows it, the memory of
  /// that input. For view rules: shape and dtype are set, the rest is the rule's to fill in.
  std::span<Array> outputs;

  std::int64_t integer(int k) const { return attributes.integers[static_cast<std::size_t>(k)]; }
  template <class E = IndexError>
  [[noreturn]] void fail(std::string_view came, std::string_view wanted) const {
    throw E(message(came, wanted));
  }
  std::string message(std::string_view came, std::string_view wanted) const;
};

/// What a gradient rule sees: one node and the gradients of its outputs. Only the inputs and
/// outputs that the op declares in `gradient_reads` may be read as tensors; shapes always may.
class Differential {
 public:
  int inputs() const;
  Tensor input(int k) const;
  Tensor output(int k = 0) const;
  /// The gradient with respect to output k. An op with several outputs asks `has_dy` first: when
  /// nothing depends on one, its gradient is an empty handle and counts as zero.
  Tensor dy(int k = 0) const;
  bool has_dy(int k) const;
  Shape input_shape(int k) const;
  DType input_dtype(int k) const;
  Shape output_shape(int k = 0) const;
  std::span<const std::int64_t> integers() const { return integers_; }
  std::int64_t integer(int k) const { return integers_[static_cast<std::size_t>(k)]; }

  /// For walkers: `integers` are copies, since rules record more nodes while they look at them.
  Differential(const detail::Recording& recording, std::uint32_t node, int input,
               std::span<const Tensor> dys, std::span<const std::int64_t> integers)
      : recording_(recording), node_(node), input_(input), dys_(dys), integers_(integers) {}

 private:
  const detail::Node& node() const;
  const detail::Recording& recording_;
  std::uint32_t node_;
  int input_;
  std::span<const Tensor> dys_;
  std::span<const std::int64_t> integers_;
};

/// Bits of inputs and outputs: bit k stands for the k-th.
struct Reads {
  std::uint32_t inputs = 0;
  std::uint32_t outputs = 0;
};

/// How the elements along an axis become one.
enum class Reduction : std::uint8_t {
  none,
  sum,
  mean,
  mean_square,
  root_mean_square,
  maximum,
  minimum,
  product
};

/// Work done by a node.
struct Cost {
  double flops = 0;
  double bytes = 0;
};

/// What a planner may do with an op, stated as laws so that it need not know the op.
struct Algebra {
  /// Row law. Bits of the inputs whose rows may be stacked: for nodes of equal integers that agree
  /// in every other input, op(join(x1..xn), w) = join(op(x1, w)..op(xn, w)), each output joined
  /// along its leading axis. A rule, since it may depend on an axis; null: none. For elementwise
  /// ops it follows from the shapes; ask `stacked_inputs`.
  std::uint32_t (*stacks)(const Inference&) = nullptr;
  /// Sum law: the sum of op(xi, yi..) over i is op(join(xi), join(yi)..), joined along the axis of
  /// each input that the op sums over. Says those axes, counted from the front; an empty list: no
  /// such law. Null: none.
  std::vector<int> (*sums_over)(const Inference&) = nullptr;
  /// What the op does to the last axis of its input when the output has 1 there and the input's
  /// sizes elsewhere.
  Reduction reduction = Reduction::none;
  /// Bits of the inputs whose memory output 0 may take over when nobody else needs it.
  std::uint32_t in_place = 0;
  /// Draws random numbers: never merged with an equal node.
  bool random = false;
  /// Changes something outside of the computation: runs last, and only on demand.
  bool effect = false;
  /// No gradient flows through, on purpose.
  bool stops_gradient = false;
};

/// An op: a name, a shape rule, a way to compute, a gradient rule and its algebra. Defined once as
/// a constant with designated initialisers; see docs/add-an-op.md.
///
/// To compute it has a `program` (elementwise), or a `kernel`, or a `join`, or a `view` with or
/// without a kernel for when the view cannot be had. A kernel beside a program runs in its place
/// when CHRONOGRAD_ELEMENTWISE asks for it, see docs/backends.md.
struct Op {
  std::string_view name;

  void (*infer)(Inference&) = nullptr;

  /// Elementwise: run over the inputs, broadcast to the output's shape, in the dtype of the output
  /// (comparisons: of their inputs; booleans as i32).
  Program program{};

  void (*kernel)(const Run&) = nullptr;

  /// Points the outputs at input memory; false when these strides do not allow it.
  bool (*view)(const Run&) = nullptr;

  /// The inverse of a view, for ops whose one output is nothing but their inputs side by side:
  /// where in the output each input's numbers lie. They are copied there, unless they could be
  /// computed in place. Such an op needs no kernel.
  void (*join)(const Run&, std::span<Array> parts) = nullptr;

  /// The strides in which the kernel reads an input fastest, which may leave gaps: an input that
  /// many kernels read is then copied once. Nothing: as it lies.
  std::optional<Strides> (*prefers)(const Run&, int input) = nullptr;

  /// The gradient with respect to one input, written in ops, so that it can be differentiated.
  /// Has the input's shape. Never called for inputs that are not floating. C++ numbers in it must
  /// follow from shapes, dtypes and integers: where the same was recorded before, it is not called.
  Tensor (*gradient)(const Differential&, int input) = nullptr;

  /// The same added onto a running sum, for ops whose gradient touches a part of the input: many
  /// slices of one tensor then cost as much as the tensor, once. Takes the place of `gradient`.
  Tensor (*add_gradient)(const Differential&, int input, const Tensor& sum) = nullptr;

  /// What `gradient` reads for input k; the last entry serves for all further inputs.
  std::array<Reads, 3> gradient_reads{};

  Algebra algebra{};

  Cost (*cost)(const Inference&) = nullptr;

  Reads reads_for(int input) const {
    return gradient_reads[static_cast<std::size_t>(input < 2 ? input : 2)];
  }
  bool differentiable() const { return gradient != nullptr || add_gradient != nullptr; }
};

namespace detail {
/// Operands where they are: to copy one costs as much as to record a node's inputs.
using Operands = std::span<const Operand* const>;

Tensor apply(const Op& op, Operands inputs, const Attributes& attributes);
std::vector<Tensor> apply_all(const Op& op, Operands inputs, const Attributes& attributes);
void empty_temporary(const Operand& operand) noexcept;
inline void let_go(const Operand& /*operand*/) noexcept {}
inline void let_go(Operand&& operand) noexcept {
  if (operand.temporary) empty_temporary(operand);
}
}  // namespace detail

/// Applies an op with one output: checks, and records it on the innermost open tape, or computes it
/// at once when none is open. This is the whole body of most op functions, which move their
/// operands here: then the tensors among them that are temporary are let go.
template <class... Inputs>
requires(std::same_as<std::remove_cvref_t<Inputs>, Operand>&&...) Tensor
    apply(const Op& op, Inputs&&... operands) {
  const Operand* const inputs[] = {&operands...};
  Tensor result = detail::apply(op, inputs, {});
  (detail::let_go(std::forward<Inputs>(operands)), ...);
  return result;
}
inline Tensor apply(const Op& op, const Operand& input, const Attributes& attributes = {}) {
  const Operand* const inputs[] = {&input};
  return detail::apply(op, inputs, attributes);
}
inline Tensor apply(const Op& op, Operand&& input, const Attributes& attributes) {
  Tensor result = apply(op, input, attributes);
  detail::let_go(std::move(input));
  return result;
}
Tensor apply(const Op& op, std::initializer_list<Operand> inputs,
             const Attributes& attributes = {});
Tensor apply(const Op& op, std::span<const Operand> inputs, const Attributes& attributes = {});

/// The same for any number of outputs.
std::vector<Tensor> apply_all(const Op& op, std::span<const Operand> inputs,
                              const Attributes& attributes = {});
inline std::vector<Tensor> apply_all(const Op& op, const Operand& input,
                                     const Attributes& attributes = {}) {
  const Operand* const inputs[] = {&input};
  return detail::apply_all(op, inputs, attributes);
}
inline std::vector<Tensor> apply_all(const Op& op, Operand&& input,
                                     const Attributes& attributes = {}) {
  std::vector<Tensor> results = apply_all(op, input, attributes);
  detail::let_go(std::move(input));
  return results;
}

/// The shape that all inputs broadcast to. Throws ShapeError naming the op.
Shape broadcast_shape(const Inference& inference);
/// The one dtype that the inputs from `first` on have. Throws DTypeError naming the op.
DType common_dtype(const Inference& inference, int first = 0);

/// Bits of the inputs whose rows may be stacked: what the algebra says, or, for elementwise ops, of
/// those that are not repeated along the output's leading axis.
std::uint32_t stacked_inputs(const Inference& inference);

/// The shape rules most ops need.
/// One output of the shape all inputs broadcast to; all of one dtype, which is the output's.
void infer_broadcast(Inference& inference);
/// The same for every dtype but bool.
void infer_arithmetic(Inference& inference);
/// The same for f32 and f64 only.
void infer_floating(Inference& inference);

}  // namespace chronograd
