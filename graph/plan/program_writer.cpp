#include "chronograd/graph/plan/program_writer.h"

#include <array>

#include "chronograd/graph/plan/node_program.h"

namespace chronograd::plan {
namespace {

constexpr int input_number(std::size_t k) { return -1 - static_cast<int>(k); }

}  // namespace

ProgramWriter::ProgramWriter(const Draft& draft, const Parts& parts, const KernelValues& recomputed)
    : draft_(draft), parts_(parts), recomputed_(recomputed), seen_(draft.values.size()) {}

FusedKernel ProgramWriter::write(std::span<const std::uint32_t> nodes,
                                 const std::vector<bool>& read_elsewhere) {
  const Draft::Node& first = draft_.nodes[nodes.front()];
  kernel_ = {.shape = loop_shape(draft_, first),
             .compute = compute_dtype(draft_, first),
             .recorded = first.recorded};
  ++stamp_;
  seen_parts_.clear();
  for (const std::uint32_t n : nodes) {
    const Draft::Node& node = draft_.nodes[n];
    const Shape shape = loop_shape(draft_, node);
    if (shape.size() > kernel_.shape.size()) kernel_.shape = shape;
    const int result = compute(n);
    if (read_elsewhere[node.first_value]) kernel_.stores.push_back({result, node.first_value});
  }
  number_registers();
  ++number_;
  return std::move(kernel_);
}

int ProgramWriter::compute(std::uint32_t n) {
  const Draft::Node& node = draft_.nodes[n];
  std::array<int, 256> operands{};
  const auto inputs = draft_.inputs_of(node);
  for (std::size_t k = 0; k < inputs.size(); ++k) operands[k] = read(inputs[k]);
  const int result = emit(node, std::span(operands).first(inputs.size()));
  seen_[node.first_value] = {stamp_, result};
  return result;
}

int ProgramWriter::read(ValueId value) {
  value = in_registers(draft_, value);
  if (seen_[value].stamp == stamp_) return seen_[value].number;
  if (recomputed_.in(number_, value)) return compute(draft_.values[value].node);
  const ValueId base = draft_.values[value].base;
  const std::uint32_t from = draft_.values[base].node;
  int number = 0;
  if (from != no_id && parts_.in_parts[from]) {
    number = compute_part(base, parts_.box_of_value[value]);
  } else {
    number = input_number(kernel_.inputs.size());
    kernel_.inputs.push_back({.value = value});
  }
  seen_[value] = {stamp_, number};
  return number;
}

int ProgramWriter::read_part(ValueId value, std::uint32_t box, Shape of) {
  for (const Part& part : seen_parts_) {
    if (part.value == value && part.box == box) return part.number;
  }
  const std::uint32_t from = draft_.values[value].node;
  if (from != no_id && draft_.values[value].base == value && parts_.in_parts[from]) {
    return compute_part(value, box);
  }
  const int number = input_number(kernel_.inputs.size());
  kernel_.inputs.push_back({.value = value, .box = box, .boxed = of});
  seen_parts_.push_back({value, box, number});
  return number;
}

int ProgramWriter::compute_part(ValueId value, std::uint32_t box) {
  for (const Part& part : seen_parts_) {
    if (part.value == value && part.box == box) return part.number;
  }
  const Draft::Node& node = *draft_.producer(value);
  std::array<int, 256> operands{};
  const auto inputs = draft_.inputs_of(node);
  for (std::size_t k = 0; k < inputs.size(); ++k) {
    operands[k] = read_part(inputs[k], box, draft_.values[value].shape);
  }
  const int number = emit(node, std::span(operands).first(inputs.size()));
  seen_parts_.push_back({value, box, number});
  return number;
}

int ProgramWriter::emit(const Draft::Node& node, std::span<const int> operands) {
  const int first = static_cast<int>(code_.size());
  const auto map = [&](std::uint8_t r) {
    return r < operands.size() ? operands[r] : first + r - static_cast<int>(operands.size());
  };
  for (const Instruction& instruction : instructions_of(*node.op)) {
    const int count = chronograd::operands(instruction.op);
    code_.push_back({instruction.op, map(instruction.a),
                     count > 1 ? map(instruction.b) : map(instruction.a),
                     count > 2 ? map(instruction.c) : map(instruction.a)});
  }
  return static_cast<int>(code_.size()) - 1;
}

void ProgramWriter::number_registers() {
  const int inputs = static_cast<int>(kernel_.inputs.size());
  const auto final = [&](int r) { return r < 0 ? -1 - r : inputs + r; };
  kernel_.code.reserve(code_.size());
  for (const Emitted& instruction : code_) {
    kernel_.code.push_back({instruction.op, static_cast<std::uint8_t>(final(instruction.a)),
                            static_cast<std::uint8_t>(final(instruction.b)),
                            static_cast<std::uint8_t>(final(instruction.c))});
  }
  for (FusedKernel::Store& store : kernel_.stores) store.from = final(store.from);
  code_.clear();
}

}  // namespace chronograd::plan
