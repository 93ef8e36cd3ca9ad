#include "chronograd/graph/recording.h"

#include <vector>

#include "chronograd/graph/record/names.h"
#include "chronograd/graph/record/recording_data.h"

namespace chronograd {

const Op& NodeView::op() const { return *recording_->nodes[id_].op; }
std::span<const OutputId> NodeView::inputs() const {
  return recording_->inputs_of(recording_->nodes[id_]);
}
OutputId NodeView::first_output() const { return recording_->nodes[id_].first_output; }
int NodeView::outputs() const { return static_cast<int>(recording_->nodes[id_].outputs); }
Attributes NodeView::attributes() const {
  return recording_->attributes_of(recording_->nodes[id_]);
}
std::uint32_t NodeView::stacked_inputs() const {
  const detail::Node& node = recording_->nodes[id_];
  std::vector<Inference::Output> none;
  return chronograd::stacked_inputs(Inference{op(),
                                              attributes(),
                                              recording_->place_of(node),
                                              {.recording = recording_, .outputs = inputs()},
                                              none});
}
Place NodeView::place() const {
  return detail::place_of(recording_->place_of(recording_->nodes[id_]));
}
NodeId NodeView::partner() const { return recording_->nodes[id_].partner; }
const Parameter* NodeView::parameter() const {
  if (&op() != &detail::parameter_op && &op() != &detail::assign_op) return nullptr;
  return &recording_->parameters[attributes().slots[0]].parameter;
}

std::optional<double> NodeView::number() const {
  if (&op() != &detail::number_op) return std::nullopt;
  const Array value = recording_->outputs[first_output()].array();
  return visit(value.dtype, [&]<class T>() { return static_cast<double>(*value.as<T>()); });
}

std::size_t RecordingView::size() const { return recording_->nodes.size(); }
std::size_t RecordingView::outputs() const { return recording_->outputs.size(); }
NodeId RecordingView::node_of(OutputId output) const { return recording_->outputs[output].node; }
Shape RecordingView::shape(OutputId output) const { return recording_->outputs[output].shape; }
DType RecordingView::dtype(OutputId output) const { return recording_->outputs[output].dtype; }
std::string_view RecordingView::role(OutputId output) const {
  return detail::name_of(recording_->role_of(output));
}
bool RecordingView::computed(OutputId output) const {
  return recording_->outputs[output].available;
}
bool RecordingView::held(OutputId output) const {
  return recording_->outputs[output].handle != nullptr;
}
std::uint64_t RecordingView::structural_hash() const { return recording_->hash; }

}  // namespace chronograd
