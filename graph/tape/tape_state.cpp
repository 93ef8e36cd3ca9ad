#include "chronograd/graph/tape/tape_state.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdio>
#include <new>
#include <type_traits>

#include "chronograd/graph/error.h"
#include "chronograd/graph/planning.h"
#include "chronograd/graph/record/bad_shape.h"
#include "chronograd/graph/record/context.h"
#include "chronograd/graph/record/names.h"
#include "chronograd/graph/record/parameter_slot.h"

namespace chronograd::detail {
namespace {

std::uint64_t next_serial() {
  static std::atomic<std::uint64_t> last{0};
  return ++last;
}

constinit thread_local TapeState* innermost = nullptr;

std::string text(SourceLine line) {
  return std::string(line.file) + ":" + std::to_string(line.line);
}

void set_numbers(Output& output, Array array) noexcept {
  output.buffer = std::move(array.buffer);
  output.data = array.data;
  output.strides = array.strides;
  output.available = true;
}

// Drops the tape's pointer to a handle. If its last user let it go on another thread meanwhile, the
// tape frees it.
void let_go(Value*& handle) noexcept {
  if (handle != nullptr && handle->references.load(std::memory_order_acquire) == 0) delete handle;
  handle = nullptr;
}

}  // namespace

TapeState* current_tape() { return innermost; }

TapeState* open_tape(std::uint64_t serial) {
  TapeState* tape = innermost;
  while (tape != nullptr && tape->serial != serial) tape = tape->outer_;
  return tape;
}

TapeState::TapeState(Mode m, std::uint64_t dice, SourceLine at)
    : serial(next_serial()),
      mode(m),
      opened(at),
      dice_key(dice),
      past_(at, static_cast<int>(m)),
      effects_(recording, past_, serial),
      evaluator_(recording, batches, effects_, m),
      outer_(std::exchange(innermost, this)) {
  recording = past_.begin();
}

TapeState::~TapeState() {
  TapeState** place = &innermost;
  while (*place != nullptr && *place != this) place = &(*place)->outer_;
  if (*place != nullptr) *place = outer_;
  for (const OutputId o : recording.waiting) {
    Output& output = recording.outputs[o];
    if (output.handle != nullptr) abandon(output);
    let_go(output.handle);
  }
  past_.end(std::move(recording));
}

void TapeState::abandon(Output& output) noexcept {
  Value& value = *output.handle;
  value.state = Value::State::abandoned;
  const Node& node = recording.nodes[output.node];
  try {
    auto origin = std::make_shared<Origin>(Origin{
        user_name(node.op->name, recording.place_of(node)), recording.place_of(node), opened});
    Origin* const data = origin.get();
    value.buffer = Buffer::adopt(data, std::move(origin));
    value.data = value.buffer.data();
  } catch (const std::bad_alloc&) {  // messages do not tell the origin then
    value.data = nullptr;
  }
}

void throw_empty_input(std::string_view user, const PlaceIds& place) {
  throw ValueError(std::string(user_name(user, place)) +
                   ": an empty handle; assign a tensor to it before it is used" +
                   where_text(place));
}

void throw_out_of_reach(const Value& value, std::string_view user, const PlaceIds& place) {
  std::string what = std::string(user_name(user, place)) + ": a tensor " + to_string(value.shape);
  if (value.state != Value::State::abandoned) {
    throw TapeError(what + " that is pending on a tape of another thread; compute it there first" +
                    where_text(place));
  }
  std::string tape = "its tape";
  if (value.data != nullptr) {
    const auto& origin = *static_cast<const Origin*>(static_cast<const void*>(value.data));
    what.append(" of ").append(origin.op).append(where_text(origin.place));
    tape += ", opened at " + text(origin.tape) + ",";
  }
  throw TapeError(what + " that was not computed before " + tape +
                  " ended; ask for its numbers (item, values, detach, evaluate) while the tape is "
                  "open" +
                  where_text(place));
}

OutputId TapeState::leaf(const Op& op, Array array, const PlaceIds& place,
                         const Attributes& attributes) {
  const Inference::Output inferred{array.shape, array.dtype};
  const NodeId partner = std::exchange(context.partner, no_id);
  NodeId node = 0;
  try {
    node = past_.expects(recording, op, {}, attributes, no_id, &inferred)
               ? recording.repeat(attributes.slots, place)
               : recording.append(op, {}, attributes, place, {&inferred, 1});
  } catch (...) {
    context.partner = partner;
    throw;
  }
  context.partner = partner;
  const OutputId output = recording.nodes[node].first_output;
  set_numbers(recording.outputs[output], std::move(array));
  return output;
}

OutputId TapeState::constant(const Tensor& tensor) {
  const Value* key = &tensor.value();
  OutputId& known = recording.leaves.try_emplace(key, no_id).first->second;
  if (known != no_id) return known;
  recording.constants.push_back(tensor);
  return known = leaf(constant_op, key->array(), {}, {});
}

OutputId TapeState::number(double value, DType dtype, const Op& user, const PlaceIds& place) {
  return leaf(number_op, array_of(value, dtype, user, place), {}, {});
}

OutputId TapeState::read(const Parameter& parameter) {
  ParameterSlot& slot = parameter.slot();
  OutputId& latest = recording.leaves.try_emplace(&slot, no_id).first->second;
  if (latest != no_id) return latest;
  const std::uint64_t index[] = {recording.parameters.size()};
  const Array* const kept = effects_.kept_numbers(parameter);
  Array array = kept != nullptr ? *kept : slot.read();
  recording.parameters.push_back({parameter});
  latest = leaf(parameter_op, std::move(array), {.scope = slot.scope}, {{}, index});
  return recording.parameters[index[0]].leaf = latest;
}

OutputId TapeState::output_of_another(const Tensor& tensor, std::string_view user,
                                      const PlaceIds& place) {
  const Value& value = tensor.value();
  if (value.state == Value::State::computed) return constant(tensor);
  const TapeState* other =
      value.state == Value::State::abandoned ? nullptr : open_tape(value.serial);
  if (other == nullptr) throw_out_of_reach(value, user, place);
  throw TapeError(std::string(user_name(user, place)) + ": a tensor " + to_string(value.shape) +
                  " that is still pending on the outer tape opened at " + text(other->opened) +
                  "; detach() it to use its numbers on this one" + where_text(place));
}

Tensor TapeState::new_handle(OutputId id) {
  Output& output = recording.outputs[id];
  const bool computed = output.available && (output.shape.empty() || output.array().dense());
  if (!computed) recording.waiting.push_back(id);
  auto* value = new Value;
  value->output = id;
  value->serial = serial;
  value->shape = output.shape;
  value->dtype = output.dtype;
  if (computed) {
    value->buffer = output.buffer;
    value->data = output.data;
    value->state = Value::State::computed;
  } else {
    let_go(output.handle);
    output.handle = value;
  }
  return Tensor{value};
}

Tensor TapeState::handle_to(OutputId id) {
  if (Value* handle = recording.outputs[id].handle) {
    std::uint32_t references = handle->references.load(std::memory_order_relaxed);
    while (references != 0) {
      if (handle->references.compare_exchange_weak(references, references + 1)) {
        return Tensor{handle};
      }
    }
  }
  return new_handle(id);
}

NodeId TapeState::record(const Op& op, Operands operands, const Attributes& attributes) {
  const PlaceIds place = current_place(operands);
  inputs_.resize(operands.size());
  OutputId* input = inputs_.data();
  for (const Operand* operand : operands) {
    switch (operand->kind) {
      case Operand::Kind::tensor:
        *input++ = batches.to_read(output_of(operand->tensor(), op.name, place));
        break;
      case Operand::Kind::parameter:
        *input++ = read(operand->parameter());
        break;
      case Operand::Kind::number:
        *input++ = number(operand->number, dtype_for_numbers(operands), op, place);
        break;
    }
  }
  return append(op, inputs_, attributes, place);
}

// The shapes of a node that lies ahead were checked when an earlier tape recorded it. The rule is
// asked again only if an input has integers as numbers, since these may be indices, which the rule
// checks.
NodeId TapeState::append(const Op& op, std::span<const OutputId> inputs,
                         const Attributes& attributes, const PlaceIds& place) {
  const bool expected = past_.expects(recording, op, inputs, attributes, context.partner);
  if (expected && std::ranges::none_of(inputs, [&](OutputId o) {
        return recording.outputs[o].available && is_integer(recording.outputs[o].dtype);
      })) {
    return recording.repeat(attributes.slots, place);
  }
  thread_local std::vector<Inference::Output> inferred;
  inferred.clear();
  Inference inference{op, attributes, place, {&recording, inputs, {}}, inferred};
  infer(op, inference);
  if (expected) {
    if (recording.will_have(inferred)) return recording.repeat(attributes.slots, place);
    past_.leave(recording);
  }
  return recording.append(op, inputs, attributes, place, inferred);
}

bool TapeState::repeat_walk(OutputId y, OutputId dy, std::span<const OutputId> xs,
                            std::vector<Tensor>& results) {
  const GradientWalk* walk = past_.walk(recording, {y, dy, effects_.committed(), planning()}, xs);
  if (walk == nullptr || !batches.fits(walk->batch)) return false;
  recording.repeat_until(walk->end);
  for (const auto& [id, array] : walk->numbers) set_numbers(recording.outputs[id], array);
  batches.add(walk->batch);
  for (const OutputId o : walk->results) {
    results.push_back(o == no_id ? Tensor{} : handle_to(o));
  }
  return true;
}

void TapeState::remember_walk(OutputId y, OutputId dy, std::span<const OutputId> xs, NodeId begin,
                              std::span<const Tensor> results, Batch batch) {
  const auto end = static_cast<NodeId>(recording.nodes.size());
  GradientWalk walk{{y, dy, effects_.committed(), planning()},
                    {xs.begin(), xs.end()},
                    begin,
                    end,
                    {},
                    std::move(batch)};
  for (NodeId id = begin; id < end; ++id) {
    const Node& node = recording.nodes[id];
    if (node.slots > 0) return;
    const Output& output = recording.outputs[node.first_output];
    if (node.inputs == 0 && output.available) {
      walk.numbers.emplace_back(node.first_output, output.array());
    }
  }
  for (const Tensor& result : results) {
    const bool recorded = result.has_value() && result.value().serial == serial;
    if (result.has_value() && !recorded) return;
    walk.results.push_back(recorded ? result.value().output : no_id);
  }
  past_.remember(std::move(walk));
}

void TapeState::assign(const Parameter& parameter, const Tensor& value, SourceLine where) {
  const PlaceIds place = current_place(where);
  effects_.assign(parameter, batches.to_read(output_of(value, "assign", place)), place);
}

void TapeState::commit() {
  compute_assigned();
  effects_.take_effect();
  warn_when_left_open();
}

bool TapeState::commit_if(const std::function<bool()>& condition) {
  bool holds = false;
  try {
    compute_assigned();
    const std::size_t recorded = recording.nodes.size();
    holds = condition();
    if (recording.nodes.size() != recorded) {
      throw TapeError("commit_if: the condition recorded ops; it may only look at numbers");
    }
  } catch (...) {
    withdraw();
    throw;
  }
  if (holds) {
    effects_.take_effect();
  } else {
    withdraw();
  }
  warn_when_left_open();
  return holds;
}

void TapeState::compute_assigned() {
  effects_.reserve();
  evaluate(effects_.waiting(), {}, true);
}

void TapeState::warn_when_left_open() {
  static std::atomic<bool> told{false};
  constexpr int suspicious = 16;
  if (mode == Mode::forward_only || ++commits_ != suspicious || told.exchange(true)) return;
  std::fprintf(stderr,
               "chronograd: the tape opened at %s has run %d steps and keeps all of them; open a "
               "tape inside the loop over batches\n",
               text(opened).c_str(), suspicious);
}

void TapeState::evaluate(std::span<const OutputId> asked, SourceLine where, bool committing) {
  evaluator_.compute(asked, where, committing);
  if (mode == Mode::forward_only) effects_.keep_numbers();
  publish();
  if (mode == Mode::forward_only) start_over();
}

void TapeState::publish() noexcept {
  for (const OutputId o : recording.waiting) {
    Output& output = recording.outputs[o];
    Value* handle = std::exchange(output.handle, nullptr);
    if (handle == nullptr) continue;
    handle->buffer = output.buffer;
    handle->data = output.data;
    if (mode == Mode::forward_only) handle->serial = 0;  // from now on a constant
    handle->state = Value::State::computed;
    if (handle->references.load(std::memory_order_acquire) == 0) delete handle;
  }
  recording.waiting.clear();
}

void TapeState::start_over() noexcept {
  past_.end(std::move(recording));
  past_ = {opened, static_cast<int>(mode)};
  recording = past_.begin();
  evaluator_.start_over();
}

DType dtype_for_numbers(Operands operands) {
  for (const Operand* operand : operands) {
    if (operand->kind == Operand::Kind::number) continue;
    const DType type = dtype_of(*operand);
    if (type != DType::boolean) return type;
  }
  return DType::f32;
}

Array array_of(double number, DType dtype, const Op& user, const PlaceIds& place) {
  const double bound = dtype == DType::i32 ? 0x1p31 : 0x1p63;
  const bool fits = number == std::trunc(number) && number >= -bound && number < bound;
  if (is_integer(dtype) && !fits) {
    throw DTypeError(
        fmt::format("{}: the number {} with a tensor of {}; it must be an integer of that type, or "
                    "the tensor cast first{}",
                    user_name(user.name, place), number, name(dtype), where_text(place)));
  }
  Array array = Array::allocate(Shape{}, dtype);
  visit(dtype, [&]<class T>() {
    if constexpr (std::is_same_v<T, bool>) {
      *array.as<T>() = number != 0;
    } else {
      *array.as<T>() = static_cast<T>(number);
    }
  });
  return array;
}

PlaceIds current_place(Operands operands) {
  return current_place(operands.empty() ? SourceLine{} : operands[0]->where);
}

PlaceIds current_place(SourceLine line) {
  return {context.scope, context.step, line, context.caller};
}

}  // namespace chronograd::detail
