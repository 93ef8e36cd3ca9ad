#pragma once

#include "chronograd/graph/planning.h"

namespace chronograd::test {

/// While it lives, evaluations are planned or run node by node.
class Planning {
 public:
  explicit Planning(bool on) : before_(planning()) { set_planning(on); }
  ~Planning() { set_planning(before_); }
  Planning(const Planning&) = delete;
  Planning& operator=(const Planning&) = delete;

 private:
  bool before_;
};

}  // namespace chronograd::test
