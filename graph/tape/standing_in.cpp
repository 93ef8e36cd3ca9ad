#include "chronograd/graph/tape/standing_in.h"

namespace chronograd::detail {

StandingIn::StandingIn(Recording& recording, const Batches& batches,
                       std::span<const OutputId> asked)
    : recording_(recording), batches_(batches), asked_(asked.begin(), asked.end()) {
  for (OutputId& o : asked_) {
    if (!recording.outputs[o].available) o = batches.to_read(o);
  }
  waiting_.reserve(batches.stand_ins().size());
  asked_.reserve(asked_.size() + batches.stand_ins().size());
  for (const StandIn& s : batches.stand_ins()) {
    Output& original = recording.outputs[s.original];
    if (original.handle == nullptr || original.available) continue;
    asked_.push_back(s.output);
    waiting_.emplace_back(s.original, std::exchange(original.handle, nullptr));
  }
}

StandingIn::~StandingIn() {
  for (const auto& [original, handle] : waiting_) recording_.outputs[original].handle = handle;
  for (const StandIn& s : batches_.stand_ins()) {
    Output& original = recording_.outputs[s.original];
    const Output& instead = recording_.outputs[s.output];
    if (original.available || !instead.available) continue;
    original.buffer = instead.buffer;
    original.data = instead.data;
    original.strides = instead.strides;
    original.available = true;
  }
}

}  // namespace chronograd::detail
