#include "chronograd/graph/annotate.h"

#include "chronograd/graph/error.h"
#include "chronograd/graph/record/context.h"
#include "chronograd/graph/record/names.h"
#include "chronograd/graph/tape/tape_state.h"

namespace chronograd {
namespace {

detail::TapeState* tape_of(const Tensor& tensor) {
  const std::uint64_t serial = tensor.value().serial;
  return serial == 0 ? nullptr : detail::open_tape(serial);
}

}  // namespace

Tensor named(std::string_view role, Tensor tensor) {
  if (detail::TapeState* tape = tape_of(tensor)) {
    tape->recording.outputs[tensor.value().output].role = detail::intern_name(role);
  }
  return tensor;
}

std::string_view role_of(const Tensor& tensor) {
  const detail::TapeState* tape = tape_of(tensor);
  if (tape == nullptr) return {};
  return detail::name_of(tape->recording.role_of(tensor.value().output));
}

std::string describe(const Tensor& tensor) {
  const std::string type = std::string(name(tensor.dtype())) + " " + to_string(tensor.shape());
  const detail::TapeState* tape = tape_of(tensor);
  if (tape == nullptr) return type;
  const RecordingView recording{tape->recording};
  const NodeView node = recording[recording.node_of(tensor.value().output)];
  std::string text{node.name()};
  const std::string_view role = role_of(tensor);
  if (!role.empty()) text.append(" '").append(role).append("'");
  const std::string where = to_string(node.place());
  return text + " " + type + (where.empty() ? "" : " " + where);
}

InScope::InScope(std::string_view path)
    : before_(std::exchange(detail::context.scope, detail::intern_name(path))) {}
InScope::~InScope() { detail::context.scope = before_; }

CalledFrom::CalledFrom(SourceLine line, const char* op) : before_(detail::context.caller) {
  if (before_ != 0 && *op == 0) return;  // the outermost layer is the caller
  const detail::Caller outer = detail::caller_of(before_);
  if (before_ != 0 && *outer.op != 0) return;
  detail::context.caller = detail::intern_caller({before_ == 0 ? line : outer.line, op});
}
CalledFrom::~CalledFrom() { detail::context.caller = before_; }

StepRange::StepRange(int first, int end, int stride)
    : first_(first), end_(end), stride_(stride), before_(detail::context.step) {}
StepRange::~StepRange() { detail::context.step = before_; }

int StepRange::Iterator::operator*() const {
  detail::context.step = at_;
  return at_;
}

namespace {

int checked(std::int64_t count, SourceLine where) {
  if (count < 0 || count > INT32_MAX) {
    throw ValueError("steps: " + std::to_string(count) +
                     " steps; from 0 to 2147483647 are possible" + where_text(where));
  }
  return static_cast<int>(count);
}

}  // namespace

StepRange steps(std::int64_t count, const char* file, unsigned line) {
  return {0, checked(count, {file, line}), 1};
}
StepRange steps_backwards(std::int64_t count, const char* file, unsigned line) {
  return {checked(count, {file, line}) - 1, -1, -1};
}

}  // namespace chronograd
