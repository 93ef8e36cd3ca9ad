#include "chronograd/graph/memory/long_list.h"

#include <new>

#include "chronograd/graph/memory/blocks.h"
#include "chronograd/graph/memory/pool.h"

namespace chronograd::detail {

void* take_for_list(std::size_t bytes) {
  return after_trimming_if_needed([bytes] { return new_pages(bytes); });
}

void give_from_list(void* memory, std::size_t bytes) noexcept { delete_pages(memory, bytes); }

}  // namespace chronograd::detail
