#include "chronograd/graph/parameter.h"

#include <algorithm>

#include "chronograd/graph/annotate.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/op.h"
#include "chronograd/graph/record/names.h"
#include "chronograd/graph/record/parameter_slot.h"
#include "chronograd/graph/tape/tape_state.h"

namespace chronograd {
namespace detail {

struct ParameterStore {
  std::uint64_t stream;
  DType dtype;
  mutable std::mutex mutex;
  std::map<std::string, std::shared_ptr<ParameterSlot>, std::less<>> slots;
};

}  // namespace detail

namespace {

std::uint64_t key_of(std::uint64_t stream, std::string_view path) {
  std::uint64_t h = stream;
  for (const char c : path) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001B3u;
  return h ^ (h >> 31);
}

Array initial_values(Shape shape, DType dtype, const Initializer& initializer, std::uint64_t key) {
  std::vector<double> values(static_cast<std::size_t>(shape.size()));
  RandomStream random{key};
  initializer(values, shape, random);
  const Tensor exact = Tensor::adopt(std::move(values), shape);
  Array array = Array::allocate(shape, dtype);
  copy(exact.value().array(), array);
  return array;
}

void check_name(const std::string& scope, std::string_view name) {
  if (name.empty())
    throw ParameterError("scope: an empty name below '" + scope + "'" + where_text({}));
  if (name.find('/') == std::string_view::npos) return;
  throw ParameterError("scope: the name '" + std::string(name) + "' below '" + scope +
                       "'; a name holds no '/', write scope / \"a\" / \"b\"" + where_text({}));
}

}  // namespace

using detail::check_fits;

const std::string& Parameter::path() const { return slot_->path; }
Shape Parameter::shape() const { return slot_->shape; }
DType Parameter::dtype() const { return slot_->dtype; }
bool Parameter::trainable() const { return slot_->trainable; }
Tensor Parameter::value() const { return detail::tensor_of(slot_->read()); }

void Parameter::set_value(const Tensor& value, const char* file, unsigned line) const {
  check_fits(*this, value, "set_value", {file, line});
  detail::compute(value.value(), "set_value", {file, line});
  slot_->write(value.value().array());
}

Scope Scope::operator/(std::string_view name) const {
  check_name(path_, name);
  return {store_, path_.empty() ? std::string(name) : path_ + "/" + std::string(name)};
}

DType Scope::dtype() const { return store_->dtype; }

Parameter Scope::parameter(std::string_view name, Shape shape, const Initializer& initializer,
                           const char* file, unsigned line) const {
  return make(name, shape, initializer, store_->dtype, true, {file, line});
}

Parameter Scope::state(std::string_view name, Shape shape, const Initializer& initializer,
                       const char* file, unsigned line) const {
  return make(name, shape, initializer, store_->dtype, false, {file, line});
}

Parameter Scope::state(std::string_view name, Shape shape, const Initializer& initializer,
                       DType dtype, const char* file, unsigned line) const {
  return make(name, shape, initializer, dtype, false, {file, line});
}

Parameter Scope::make(std::string_view name, Shape shape, const Initializer& initializer,
                      DType dtype, bool trainable, SourceLine where) const {
  const CalledFrom caller{where};
  auto slot = std::make_shared<detail::ParameterSlot>();
  slot->path = (*this / name).path();
  slot->scope = detail::intern_name(path_);
  slot->shape = shape;
  slot->dtype = dtype;
  slot->trainable = trainable;
  slot->write(initial_values(shape, dtype, initializer, key_of(store_->stream, slot->path)));
  const std::lock_guard lock{store_->mutex};
  const auto [it, added] = store_->slots.try_emplace(slot->path, slot);
  if (!added) {
    throw ParameterError("parameter: " + slot->path + " " + to_string(shape) +
                         " exists already, as " + to_string(it->second->shape) +
                         "; give the second layer another name, or copy the first to share it" +
                         where_text(where));
  }
  return Parameter{std::move(slot)};
}

std::vector<Parameter> Scope::list() const {
  std::vector<Parameter> found;
  const std::string below = path_ + "/";
  const std::lock_guard lock{store_->mutex};
  for (const auto& [path, slot] : store_->slots) {
    if (path_.empty() || path == path_ || path.starts_with(below)) found.emplace_back(slot);
  }
  return found;
}

Parameters::Parameters(Random& random, DType dtype)
    : store_(std::make_shared<detail::ParameterStore>()) {
  if (!is_floating(dtype)) {
    throw DTypeError("parameters: " + std::string(name(dtype)) + "; they must be f32 or f64" +
                     where_text({}));
  }
  store_->stream = random.next_stream();
  store_->dtype = dtype;
}

const detail::ParameterStore& Parameters::store() const {
  if (store_ != nullptr) return *store_;
  throw ParameterError("parameters: these were moved from; use those that they were moved to" +
                       where_text({}));
}

Scope Parameters::root() const {
  store();
  return {store_, ""};
}

DType Parameters::dtype() const { return store().dtype; }

std::size_t Parameters::size() const {
  const std::lock_guard lock{store().mutex};
  return store().slots.size();
}

bool Parameters::contains(std::string_view path) const {
  const std::lock_guard lock{store().mutex};
  return store().slots.contains(path);
}

Parameter Parameters::at(std::string_view path, const char* file, unsigned line) const {
  const std::lock_guard lock{store().mutex};
  const auto it = store().slots.find(path);
  if (it == store().slots.end()) {
    throw ParameterError("parameters: there is no " + std::string(path) + where_text({file, line}));
  }
  return Parameter{it->second};
}

std::map<std::string, Tensor> Parameters::snapshot() const {
  std::map<std::string, Tensor> values;
  for (const Parameter& parameter : list()) values.emplace(parameter.path(), parameter.value());
  return values;
}

void Parameters::restore(const std::map<std::string, Tensor>& snapshot, const char* file,
                         unsigned line) const {
  const std::vector<Parameter> all = list();
  if (all.size() != snapshot.size()) {
    throw ParameterError("restore: a snapshot of " + std::to_string(snapshot.size()) +
                         " parameters; there are " + std::to_string(all.size()) +
                         where_text({file, line}));
  }
  for (const Parameter& parameter : all) {
    const auto it = snapshot.find(parameter.path());
    if (it == snapshot.end()) {
      throw ParameterError("restore: the snapshot has no " + parameter.path() +
                           where_text({file, line}));
    }
    check_fits(parameter, it->second, "restore", {file, line});
    detail::compute(it->second.value(), "restore", {file, line});
  }
  for (const Parameter& parameter : all) parameter.set_value(snapshot.at(parameter.path()));
}

void assign(const Parameter& parameter, const Tensor& value, const char* file, unsigned line) {
  check_fits(parameter, value, "assign", {file, line});
  if (detail::TapeState* tape = detail::current_tape()) {
    tape->assign(parameter, value, {file, line});
  } else {
    parameter.set_value(value, file, line);
  }
}

}  // namespace chronograd
