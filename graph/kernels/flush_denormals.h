#pragma once

namespace chronograd::detail {

/// While it lives, denormal numbers count as zero on this thread: they cost a hundred times more
/// than others and carry nothing a model needs.
class FlushDenormals {
 public:
  FlushDenormals();
  ~FlushDenormals();
  FlushDenormals(const FlushDenormals&) = delete;
  FlushDenormals& operator=(const FlushDenormals&) = delete;

 private:
  unsigned before_;
};

}  // namespace chronograd::detail
