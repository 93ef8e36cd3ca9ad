// The planner: a recording's small nodes become a list of large tasks with addresses.
//
// Each pass takes what those before it made. None knows an op by name, none looks at numbers, and
// none changes the recording. `make_plan` below is the list of passes. An example goes through it:
// two steps of a cell, h(t) = tanh(x(t) W + h(t-1) U), of which h(1) is asked for.
//
//     recorded nodes      matmul xW(0)  matmul hU(0)  add  tanh  matmul xW(1)  matmul hU(1)  add
//     tanh
//          |
//       draft_of          the same eight nodes and their values; a view would be gone by now
//          |
//     apply_sum_law       no sum of products shares operands here, so nothing changes
//          |
//         fuse            matmul xW(0)  matmul hU(0)  [add tanh]  matmul xW(1)  matmul hU(1)  [add
//         tanh]
//          |
//       schedule          matmul xW(0..1)  matmul hU(0)  [add tanh]  matmul hU(1)  [add tanh]
//          |              wanted: x(0) and x(1) side by side, and the two results xW as well
//         build           the same five tasks; each operand has a storage: a leaf, arena or own
//         memory
//          |
//    assign_addresses     leaves: source 0.., arena: one block that all short-lived values share,
//                         own: h(1), which outlives the plan
#include "chronograd/graph/plan/make_plan.h"

#include "chronograd/graph/plan/addresses.h"
#include "chronograd/graph/plan/build.h"
#include "chronograd/graph/plan/draft.h"
#include "chronograd/graph/plan/fuse.h"
#include "chronograd/graph/plan/locations.h"
#include "chronograd/graph/plan/schedule.h"
#include "chronograd/graph/plan/sum_law.h"

namespace chronograd::plan {

Plan make_plan(const detail::Recording& recording, std::span<const NodeId> needed) {
  // Before: nodes in recorded order, outputs marked as asked for or kept.
  // After: each distinct computation once; views are offsets and strides of what they look at.
  Draft draft = draft_of(recording, needed);

  // Before: products that are added up one by one.
  // After: one `sum` node for those whose operands can be joined. Node numbers are final from here.
  apply_sum_law(draft, recording);

  // Before: elementwise nodes and reductions of rows, each on its own.
  // After: every such node is in a fused kernel, is computed where it is read, or is left to its
  // op's kernel. The draft stays as it is.
  const Fusion fusion = fuse(draft);

  // Before: fused kernels and nodes without an order.
  // After: tasks in an order in which every input is computed before it is read; equal ones are
  // joined by the row law; the layout says what should lie side by side for that.
  const Schedule order = schedule(draft, fusion, recording);

  // Before: tasks that name values.
  // After: tasks that name memory, with a lifetime for every piece of it, and copies between them
  // where a value does not lie where it is read.
  Locations locations(recording, draft, order.wanted);
  Plan plan = build(recording, draft, fusion, order, locations);

  // Before: memory with lifetimes. After: addresses; pieces that live at once do not overlap.
  assign_addresses(plan, locations, recording);
  return plan;
}

}  // namespace chronograd::plan
