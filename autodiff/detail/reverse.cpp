#include "chronograd/autodiff/detail/reverse.h"

#include <algorithm>
#include <optional>
#include <string>

#include "chronograd/autodiff/detail/batch.h"
#include "chronograd/autodiff/detail/equal_nodes.h"
#include "chronograd/graph/memory/long_list.h"
#include "chronograd/graph/planning.h"
#include "chronograd/graph/record/context.h"
#include "chronograd/graph/tape/tape_state.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/reshape.h"
#include "chronograd/ops/slice.h"

namespace chronograd::detail {
namespace {

class Reverse {
 public:
  Reverse(TapeState& tape, OutputId y, std::span<const OutputId> xs)
      : recording_(tape.recording),
        last_(recording_.outputs[y].node),
        wanted_(recording_.nodes[last_].first_output + recording_.nodes[last_].outputs),
        reaches_(wanted_.size()),
        equal_(recording_, last_ + std::size_t{1}, reaches_),
        dys_(wanted_.size()) {
    for (const OutputId x : xs) {
      if (x < wanted_.size()) wanted_[x] = true;
    }
    find_what_depends_on_wanted();
  }

  void seed(OutputId y, const Tensor& dy) { dys_[equal_.sum_of(y)] = dy; }

  void walk() {
    for (NodeId id = last_ + 1; id-- > 0;) visit(id);
  }

  Tensor gradient_of(OutputId x) const { return x < dys_.size() ? dys_[x] : Tensor{}; }

 private:
  bool passes_gradient(const Node& node) const {
    return !node.op->algebra.stops_gradient && !recording_.is_leaf(node);
  }

  void find_what_depends_on_wanted() {
    for (NodeId id = 0; id <= last_; ++id) {
      const Node& node = recording_.nodes[id];
      bool depends = false;
      for (const OutputId input : recording_.inputs_of(node)) depends |= reaches_[input];
      depends &= passes_gradient(node);
      bool wanted = false;
      for (OutputId o = node.first_output; o < node.first_output + node.outputs; ++o) {
        reaches_[o] = wanted_[o] || (depends && is_floating(recording_.outputs[o].dtype));
        wanted |= wanted_[o];
      }
      if (depends && !wanted) equal_.enter(id);
    }
  }

  void visit(NodeId id) {
    // Rules record nodes, which may move the lists of the recording, so what is needed is copied
    // first.
    const Node node = recording_.nodes[id];
    const std::span<const Tensor> dys{dys_.data() + node.first_output, node.outputs};
    bool any = false;
    for (const Tensor& dy : dys) any |= dy.has_value();
    if (!any || !passes_gradient(node)) return drop(node);
    const auto inputs = recording_.inputs_of(node);
    inputs_.assign(inputs.begin(), inputs.end());
    const Attributes attributes = recording_.attributes_of(node);
    integers_.assign(attributes.integers.begin(), attributes.integers.end());
    const struct Partner {
      NodeId before;
      ~Partner() { context.partner = before; }
    } restore{std::exchange(context.partner, id)};
    for (std::size_t k = 0; k < inputs_.size(); ++k) {
      if (reaches_[inputs_[k]]) contribute(*node.op, id, static_cast<int>(k), dys);
    }
    drop(node);
  }

  void contribute(const Op& op, NodeId id, int k, std::span<const Tensor> dys) {
    if (!op.differentiable()) {
      throw Error(std::string(op.name) +
                  ": it has no gradient rule but lies between the loss and what the gradient is "
                  "taken of " +
                  to_string(RecordingView{recording_}[id].place()));
    }
    const OutputId input = equal_.sum_of(inputs_[static_cast<std::size_t>(k)]);
    const auto rule = [&](int j, const Tensor& sum) {
      const Differential d{recording_, id, j, dys, integers_};
      return op.add_gradient != nullptr ? op.add_gradient(d, j, sum) : op.gradient(d, j);
    };
    const auto nothing = [&](int j) {
      const Output& x = recording_.outputs[inputs_[static_cast<std::size_t>(j)]];
      return op.add_gradient != nullptr ? zeros(x.shape, x.dtype) : Tensor{};
    };
    Tensor& sum = dys_[input];
    if (gradient_hook != nullptr) {
      const Tensor dx = (*gradient_hook)(op, k, [&](int j) {
        const auto i = static_cast<std::size_t>(j);
        const bool floating =
            i < inputs_.size() && is_floating(recording_.outputs[inputs_[i]].dtype);
        return floating ? rule(j, nothing(j)) : Tensor{};
      });
      sum = sum.has_value() ? add(sum, dx) : dx;
    } else if (op.add_gradient != nullptr) {
      sum = rule(k, sum.has_value() ? sum : nothing(k));
    } else {
      const Tensor dx = rule(k, {});
      sum = sum.has_value() ? add(sum, dx) : dx;
    }
    if (sum.shape() != recording_.outputs[input].shape) {
      throw ShapeError(std::string(op.name) + ": its gradient rule gave " + to_string(sum.shape()) +
                       " for input " + std::to_string(k) + "; it is " +
                       to_string(recording_.outputs[input].shape));
    }
  }

  // The gradients of a node's outputs are not needed once its rule was asked, except those that the
  // caller wants.
  void drop(const Node& node) {
    for (OutputId o = node.first_output; o < node.first_output + node.outputs; ++o) {
      if (!wanted_[o]) dys_[o] = Tensor{};
    }
  }

  Recording& recording_;
  const NodeId last_;
  std::vector<bool> wanted_;
  std::vector<bool> reaches_;
  EqualNodes equal_;
  LongList<Tensor> dys_;
  std::vector<OutputId> inputs_;
  std::vector<std::int64_t> integers_;
};

}  // namespace

namespace {

// Whether gradients are taken of leaves only. A batch stands in for the nodes between the leaves
// and y, so through it no path leads to the outputs of these nodes.
bool all_leaves(const Recording& recording, std::span<const OutputId> xs) {
  return std::ranges::all_of(xs, [&](OutputId x) {
    return recording.is_leaf(recording.nodes[recording.outputs[x].node]);
  });
}

// Throws if the gradient with respect to x cannot be taken since a batch was recorded meanwhile:
// nothing in the batch stands in for the nodes of gradients, and a batch that has looked through a
// view cannot tell which part of a gradient came through that view.
void check_known_to_batch(const TapeState& tape, OutputId y, OutputId x) {
  const StandIn* instead = tape.batches.stand_in(x);
  const bool of_gradient = tape.recording.nodes[tape.recording.outputs[x].node].partner != no_id;
  const bool known = instead != nullptr ? !instead->view : !of_gradient;
  if (known || !tape.batches.stand_between(x, y)) return;
  throw TapeError("gradient: with respect to a " +
                  std::string(of_gradient ? "gradient " : "part of a tensor, ") +
                  to_string(tape.recording.outputs[x].shape) +
                  ", after another gradient for which all that is alike was computed together; "
                  "take this one first, or turn planning off");
}

// The gradient of x. When another output stands in for x, a part of it comes through x itself and
// the other part through the rows of that output.
Tensor gradient_through_both(const TapeState& tape, const Reverse& walker, OutputId x) {
  const Tensor direct = walker.gradient_of(x);
  const StandIn* instead = tape.batches.stand_in(x);
  if (instead == nullptr || instead->view) return direct;
  const Tensor all = walker.gradient_of(instead->rows.source);
  if (!all.has_value()) return direct;
  const Shape shape = tape.recording.outputs[x].shape;
  if (shape.rank() == 0) return direct.has_value() ? add(direct, all) : all;
  const Shape row = shape.without(0);
  const Tensor rows = reshape(all, row.inserted(0, all.size() / row.size()));
  const Tensor part = slice(rows, 0, instead->rows.first, instead->rows.first + shape[0]);
  return direct.has_value() ? add(direct, part) : part;
}

}  // namespace

std::vector<Tensor> reverse(TapeState& tape, OutputId y, const Tensor& dy,
                            std::span<const OutputId> xs) {
  std::vector<Tensor> gradients;
  gradients.reserve(xs.size());
  const OutputId seed = tape.output_of(dy, "gradient", current_place(SourceLine{}));
  const bool usual = gradient_hook == nullptr;
  if (usual && tape.repeat_walk(y, seed, xs, gradients)) return gradients;
  const auto begin = static_cast<NodeId>(tape.recording.nodes.size());
  std::optional<Batch> batched;
  OutputId from = y;
  if (usual && planning() && all_leaves(tape.recording, xs)) {
    if (tape.batches.stand_in(y) == nullptr) batched = batch(tape, y);
    if (batched) tape.batches.add(*batched);
    from = tape.batches.to_read(y);
  }
  std::vector<OutputId> wanted{xs.begin(), xs.end()};
  for (const OutputId x : xs) {
    check_known_to_batch(tape, from, x);
    const StandIn* instead = tape.batches.stand_in(x);
    if (instead != nullptr && !instead->view) wanted.push_back(instead->rows.source);
  }
  Reverse walker{tape, from, wanted};
  walker.seed(from, dy);
  walker.walk();
  for (const OutputId x : xs) gradients.push_back(gradient_through_both(tape, walker, x));
  if (usual) tape.remember_walk(y, seed, xs, begin, gradients, batched.value_or(Batch{}));
  return gradients;
}

TapeState& tape_to_differentiate(const Tensor& y, const char* user, SourceLine where) {
  const Value& value = y.value(where);
  TapeState* tape = open_tape(value.serial);
  if (tape == nullptr) {
    throw TapeError(
        std::string(user) + ": a tensor " + to_string(y.shape()) +
        " without history; it must come from ops recorded on a tape that is open: open a Tape "
        "before the loss" +
        where_text(where));
  }
  if (tape != current_tape()) {
    throw TapeError(std::string(user) + ": a tensor of an outer tape; end the inner one first" +
                    where_text(where));
  }
  if (tape->mode == TapeState::Mode::forward_only) {
    throw TapeError(std::string(user) +
                    ": a tape that is forward_only; open it as `Tape tape;` to differentiate" +
                    where_text(where));
  }
  if (!is_floating(y.dtype())) {
    throw DTypeError(std::string(user) + ": a tensor of " + std::string(name(y.dtype())) +
                     "; gradients are taken of f32 or f64" + where_text(where));
  }
  return *tape;
}

}  // namespace chronograd::detail
