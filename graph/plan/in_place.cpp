#include "chronograd/graph/plan/in_place.h"

#include <algorithm>

#include "chronograd/graph/plan/programs.h"

namespace chronograd::plan {
namespace {

using Kind = Draft::Kind;

// A smaller result lies in the nearest caches anyway, so taking over memory wins nothing there.
constexpr std::int64_t worth_replacing = 1 << 16;

}  // namespace

InPlace::InPlace(const Draft& draft, const Fusion& fusion, const Schedule& schedule,
                 Locations& locations)
    : draft_(draft), locations_(locations), last_reads_(draft, fusion, schedule) {}

bool InPlace::may_take_over(ValueId input, ValueId out) const {
  const Draft::Value& from = draft_.values[input];
  const Draft::Value& to = draft_.values[out];
  const Draft::Node* producer = draft_.producer(input);
  if (from.base != input || from.shape != to.shape || from.dtype != to.dtype ||
      producer == nullptr || producer->kind == Kind::join || !locations_.lies_alone(input) ||
      !last_reads_.ends_with(input, task_)) {
    return false;
  }
  const Located& at = locations_.known(input);
  if (at.storage == no_id) return false;
  const Storage& storage = locations_.storage(at.storage);
  return storage.where == Storage::Where::arena &&
         storage.bytes == bytes_of(from.shape, from.dtype) &&
         at.strides == Strides::dense(from.shape);
}

void InPlace::take_over(const Draft::Node& node) {
  if (node.op->algebra.in_place == 0 || node.kind == Kind::sum || node.values != 1) return;
  if (!locations_.is_free(node.first_value)) return;
  const auto values = draft_.inputs_of(node);
  for (std::size_t k = 0; k < std::min<std::size_t>(values.size(), 32); ++k) {
    if ((node.op->algebra.in_place >> k & 1) == 0) continue;
    if (!may_take_over(values[k], node.first_value)) continue;
    return locations_.put(node.first_value, locations_.known(values[k]));
  }
}

std::vector<std::size_t> InPlace::take_over(const FusedKernel& kernel) {
  std::vector<std::size_t> over(kernel.stores.size(), Lane::apart);
  for (std::size_t s = 0; s < kernel.stores.size(); ++s) {
    const ValueId out = kernel.stores[s].value;
    const Draft::Value& result = draft_.values[out];
    if (!locations_.is_free(out) || result.shape != kernel.shape) continue;
    if (bytes_of(result.shape, result.dtype) < worth_replacing) continue;
    for (std::size_t k = 0; k < kernel.inputs.size(); ++k) {
      const bool taken = std::ranges::find(over, k) != over.end();
      if (taken || kernel.inputs[k].box != no_id || !may_take_over(kernel.inputs[k].value, out)) {
        continue;
      }
      locations_.put(out, locations_.known(kernel.inputs[k].value));
      over[s] = k;
      break;
    }
  }
  return over;
}

}  // namespace chronograd::plan
