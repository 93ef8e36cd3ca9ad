#pragma once

namespace chronograd::detail {

/// Whether an elementwise op that has a kernel besides its program is run by that kernel, and then
/// alone, in no fused one. So it is when CHRONOGRAD_ELEMENTWISE is "onednn"; when it is "loops" or
/// not set, programs run. Throws ValueError when it is anything else.
bool kernels_before_programs();

}  // namespace chronograd::detail
