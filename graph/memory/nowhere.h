#pragma once

#include <cstddef>
#include <cstdint>

namespace chronograd::detail {

/// Rules of views and places are asked with addresses that nothing lies at: these and beyond.
inline std::byte* nowhere() { return reinterpret_cast<std::byte*>(std::uintptr_t{1} << 46); }

}  // namespace chronograd::detail
