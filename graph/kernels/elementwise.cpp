#include "chronograd/graph/kernels/elementwise.h"

#include <cstdlib>
#include <string>
#include <string_view>

#include "chronograd/graph/error.h"

namespace chronograd::detail {

bool kernels_before_programs() {
  static const bool asked = [] {
    const char* value = std::getenv("CHRONOGRAD_ELEMENTWISE");
    const std::string_view text = value == nullptr ? "loops" : value;
    if (text != "loops" && text != "onednn") {
      throw ValueError("CHRONOGRAD_ELEMENTWISE is \"" + std::string(text) +
                       "\"; it must be loops or onednn");
    }
    return text == "onednn";
  }();
  return asked;
}

}  // namespace chronograd::detail
