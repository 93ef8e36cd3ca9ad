#include "training_state.h"

#include <fmt/core.h>

#include <array>

namespace seq2seq {

using namespace chronograd;

namespace {

constexpr std::array units = {Limit::Unit::minutes, Limit::Unit::epochs, Limit::Unit::steps};
constexpr double largest_limit = 1e9;

Run run_from(const MetadataReader& saved) {
  if (!saved.has("run_unit")) return {};
  Run run;
  run.limit.amount = saved.number("run_amount", 0, largest_limit);
  run.used = saved.number("run_used", 0, largest_limit);
  for (const Limit::Unit unit : units) {
    if (saved.text("run_unit") != name(unit)) continue;
    run.limit.unit = unit;
    return run;
  }
  saved.refuse("run_unit", "it must be minutes, epochs or steps");
}

}  // namespace

const char* name(Limit::Unit unit) {
  switch (unit) {
    case Limit::Unit::minutes:
      return "minutes";
    case Limit::Unit::epochs:
      return "epochs";
    case Limit::Unit::steps:
      return "steps";
  }
  return "";
}

Metadata TrainingState::metadata() const {
  const auto text = [](const auto& value) { return fmt::format("{}", value); };
  Metadata texts{{"batch", text(options.batch)},   {"rate", text(options.rate)},
                 {"clip", text(options.clip)},     {"seed", text(options.seed)},
                 {"data_words", text(data.words)}, {"data_hash", text(data.hash)},
                 {"steps", text(steps)},           {"epochs", text(epochs)},
                 {"batches", text(batches)},       {"epoch_position", text(epoch_position)},
                 {"position", text(position)}};
  if (!run.finished()) {
    texts.emplace("run_unit", name(run.limit.unit));
    texts.emplace("run_amount", text(run.limit.amount));
    texts.emplace("run_used", text(run.used));
  }
  return texts;
}

TrainingState TrainingState::from(const MetadataReader& saved) {
  constexpr double most = 1e38;
  return {.options = {.batch = saved.whole("batch", 1),
                      .rate = saved.number("rate", 0, most),
                      .clip = saved.number("clip", 0, most),
                      .seed = saved.whole("seed")},
          .data = {.words = saved.whole("data_words"), .hash = saved.whole("data_hash")},
          .steps = saved.whole("steps"),
          .epochs = saved.whole("epochs"),
          .batches = saved.whole("batches"),
          .epoch_position = saved.whole("epoch_position"),
          .position = saved.whole("position"),
          .run = run_from(saved)};
}

}  // namespace seq2seq
