#include "chronograd/graph/record/recording_data.h"

#include <algorithm>
#include <string>
#include <utility>

#include "chronograd/graph/memory/faults.h"
#include "chronograd/graph/memory/hash.h"
#include "chronograd/graph/memory/long_list.h"
#include "chronograd/graph/record/context.h"
#include "chronograd/graph/record/names.h"

namespace chronograd::detail {
namespace {

template <class List>
[[gnu::noinline]] void grow(List& list, std::size_t more) {
  list.reserve(std::max(list.size() + more, 2 * list.capacity()));
}

template <class List>
inline void make_room(List& list, std::size_t more) {
  if (list.capacity() - list.size() < more) grow(list, more);
}

// Appends to a list that has room. A loop, since they are few: a call that copies many would cost
// more.
template <class T>
inline void append_few(LongList<T>& list, std::span<const T> from) {
  for (const T& element : from) list.push_back(element);
}

}  // namespace

std::uint32_t inherited_scope(const Recording& r, std::span<const OutputId> inputs) {
  std::uint32_t first = 0;
  for (const OutputId input : inputs) {
    const Node& from = r.nodes[r.outputs[input].node];
    if (from.op == &parameter_op) return from.scope;
    if (first == 0) first = r.original(from).scope;
  }
  return first != 0 ? first | from_input : 0;
}

Place place_of(const PlaceIds& ids) {
  return {name_of(ids.scope & ~from_input), ids.step, ids.line, caller_of(ids.caller).line};
}

std::string where_text(const PlaceIds& ids) {
  Place place = place_of(ids);
  if ((ids.scope & from_input) == 0 || ids.line.line == 0) {
    const std::string text = to_string(place);
    return text.empty() ? text : " " + text;
  }
  const std::string_view scope = std::exchange(place.scope, {});
  std::string text = " " + to_string(place);
  text.pop_back();
  return text.append(", input from ").append(scope).append(")");
}

std::string_view user_name(std::string_view op, const PlaceIds& ids) {
  const char* function = caller_of(ids.caller).op;
  return *function != 0 ? function : op;
}

NodeId Recording::append(const Op& op, std::span<const OutputId> node_inputs, Attributes attributes,
                         PlaceIds place, std::span<const Inference::Output> node_outputs) {
  make_room(nodes, 1);
  make_room(inputs, node_inputs.size());
  make_room(outputs, node_outputs.size());
  make_room(integers, attributes.integers.size());
  make_room(slots, attributes.slots.size());

  // From here on nothing throws.
  const auto id = static_cast<NodeId>(nodes.size());
  const NodeId partner = context.partner;
  std::uint32_t role = 0;
  if (partner == no_id) {
    if (place.scope == 0) place.scope = inherited_scope(*this, node_inputs);
    if (op.program && node_inputs.size() == 1) role = role_of(node_inputs[0]);
  }

  const std::uint64_t counts = node_inputs.size() | attributes.integers.size() << 16 |
                               attributes.slots.size() << 32 | node_outputs.size() << 48;
  std::uint64_t h = mixed(mixed(hash, reinterpret_cast<std::uintptr_t>(&op)), counts);
  for (const OutputId input : node_inputs) {
    h = mixed(h, outputs.size() - input);
    inputs.push_back(input);
  }
  for (const std::int64_t i : attributes.integers) {
    h = mixed(h, static_cast<std::uint64_t>(i));
    integers.push_back(i);
  }
  slots.insert(slots.end(), attributes.slots.begin(), attributes.slots.end());
  nodes.push_back(
      {.op = &op,
       .first_input = static_cast<std::uint32_t>(inputs.size() - node_inputs.size()),
       .inputs = static_cast<std::uint32_t>(node_inputs.size()),
       .first_output = static_cast<OutputId>(outputs.size()),
       .outputs = static_cast<std::uint32_t>(node_outputs.size()),
       .first_integer = static_cast<std::uint32_t>(integers.size() - attributes.integers.size()),
       .first_slot = static_cast<std::uint32_t>(slots.size() - attributes.slots.size()),
       .integers = static_cast<std::uint32_t>(attributes.integers.size()),
       .slots = static_cast<std::uint32_t>(attributes.slots.size()),
       .step = place.step,
       .partner = partner,
       .scope = place.scope,
       .line = place.line.line,
       .caller = place.caller,
       .file = place.line.file});
  for (const Inference::Output& output : node_outputs) {
    h = mixed(h, output.shape.hash() + static_cast<std::uint64_t>(output.dtype));
    outputs.push_back({.shape = output.shape, .node = id, .role = role, .dtype = output.dtype});
  }
  nodes[id].hash = hash = h;
  return id;
}

bool Recording::is_evaluation(std::uint64_t number) const {
  const auto it = std::ranges::lower_bound(evaluated, nodes.size(), {}, &Evaluated::nodes);
  return it != evaluated.end() && it->nodes == nodes.size() && it->number == number;
}

void Recording::remember_evaluation(std::uint64_t number) {
  auto it = std::ranges::lower_bound(evaluated, nodes.size(), {}, &Evaluated::nodes);
  if (it == evaluated.end() || it->nodes != nodes.size()) {
    it = evaluated.insert(it, {nodes.size(), number});
  }
  it->number = number;
}

bool Recording::will_have(std::span<const Inference::Output> node_outputs) const {
  const auto same = [](const Output& a, const Inference::Output& b) {
    return a.shape == b.shape && a.dtype == b.dtype;
  };
  const Node& node = nodes[nodes.size()];
  const std::span<const Output> there{outputs.data() + node.first_output, node.outputs};
  return std::ranges::equal(there, node_outputs, same);
}

NodeId Recording::repeat(std::span<const std::uint64_t> node_slots, const PlaceIds& place) {
  make_room(slots, node_slots.size());

  // From here on nothing throws.
  const auto id = static_cast<NodeId>(nodes.size());
  Node& node = nodes[id];
  node.first_slot = static_cast<std::uint32_t>(slots.size());
  node.slots = static_cast<std::uint32_t>(node_slots.size());
  append_few(slots, node_slots);
  if (node.partner == no_id) {
    node.step = place.step;
    node.file = place.line.file;
    node.line = place.line.line;
    node.caller = place.caller;
    node.scope = place.scope != 0 ? place.scope : inherited_scope(*this, inputs_of(node));
    if (node.op->program && node.inputs == 1) {
      const std::uint32_t role = role_of(inputs_of(node)[0]);
      for (std::uint32_t k = 0; k < node.outputs; ++k) outputs[node.first_output + k].role = role;
    }
  }
  nodes.take_up(1);
  outputs.take_up(node.outputs);
  inputs.take_up(node.inputs);
  integers.take_up(node.integers);
  hash = node.hash;
  return id;
}

void Recording::repeat_until(NodeId end) {
  if (end <= nodes.size()) return;
  const Node& last = nodes[end - 1];
  nodes.take_up(end - nodes.size());
  outputs.take_up(last.first_output + last.outputs - outputs.size());
  inputs.take_up(last.first_input + last.inputs - inputs.size());
  integers.take_up(last.first_integer + last.integers - integers.size());
  hash = last.hash;
}

void Recording::rewind() noexcept {
  for (Output& output : outputs) {
    output.release();
    output.handle = nullptr;
    output.role = output.uses = 0;
    output.keep = output.asked = false;
  }
  nodes.rewind();
  outputs.rewind();
  inputs.rewind();
  integers.rewind();
  slots.clear();
  parameters.clear();
  constants.clear();
  leaves.clear();
  waiting.clear();
  hash = 0;
}

void Recording::continue_from(Recording& other) {
  allocation_may_fail();
  nodes.reserve(other.nodes.size());
  outputs.reserve(other.outputs.size());
  inputs.reserve(other.inputs.size());
  integers.reserve(other.integers.size());

  // From here on nothing throws.
  nodes.continue_from(other.nodes);
  outputs.continue_from(other.outputs);
  inputs.continue_from(other.inputs);
  integers.continue_from(other.integers);
  slots = std::move(other.slots);
  parameters = std::move(other.parameters);
  constants = std::move(other.constants);
  leaves = std::move(other.leaves);
  waiting = std::move(other.waiting);
  hash = other.hash;
  visit = std::max(visit, other.visit);
  other.rewind();
}

std::uint32_t Recording::role_of(OutputId output) const {
  while (outputs[output].role == 0) {
    const NodeId partner = nodes[outputs[output].node].partner;
    if (partner == no_id || nodes[partner].outputs == 0) return 0;
    output = nodes[partner].first_output;
  }
  return outputs[output].role;
}

bool Recording::is_leaf(const Node& node) const {
  if (node.op == &assign_op) return parameters[slots[node.first_slot]].leaf != no_id;
  return node.inputs == 0;
}

void Recording::clear() noexcept {
  rewind();
  evaluated.clear();
  nodes.clear();
  outputs.clear();
  inputs.clear();
  integers.clear();
}

std::size_t Recording::bytes() const {
  return nodes.capacity() * sizeof(Node) + outputs.capacity() * sizeof(Output) +
         inputs.capacity() * sizeof(OutputId) + integers.capacity() * sizeof(std::int64_t) +
         slots.capacity() * sizeof(std::uint64_t) + parameters.capacity() * sizeof(ParameterUse) +
         constants.capacity() * sizeof(Tensor) + waiting.capacity() * sizeof(OutputId) +
         evaluated.capacity() * sizeof(Evaluated);
}

}  // namespace chronograd::detail
