#pragma once

#include <chronograd/data/pronunciations.h>
#include <chronograd/optim/adam.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <vector>

#include "speller.h"

namespace seq2seq {

struct TrainingOptions {
  double minutes = 0;  ///< how long; 0: for `epochs`
  std::int64_t epochs = 0;
  std::size_t batch = 64;
  double rate = 2e-3;
  double clip = 5;
  std::uint64_t seed = 1;
};

/// How training ended.
enum class Ending { finished, interrupted };

/// Trains a speller on words, and tells how well it does on others. What it needs to go on another
/// time is saved beside the model.
class Trainer {
 public:
  Trainer(Speller& speller, std::vector<chronograd::PronouncedWord> train,
          std::vector<chronograd::PronouncedWord> dev, const TrainingOptions& options,
          std::filesystem::path folder);

  /// `interrupted` is asked after each step.
  Ending run(const std::function<bool()>& interrupted);

  std::int64_t steps() const { return steps_; }

 private:
  double train_on(const Batch& batch);
  void report(std::size_t words);
  void save();
  void go_on_if_saved();

  Speller& speller_;
  std::vector<Example> examples_;
  std::vector<chronograd::PronouncedWord> dev_;
  TrainingOptions options_;
  std::filesystem::path folder_;
  chronograd::Random random_;
  chronograd::Adam adam_;
  std::int64_t steps_ = 0;
  std::int64_t epoch_ = 0;
  std::size_t examples_seen_ = 0;  ///< in this run
};

}  // namespace seq2seq
