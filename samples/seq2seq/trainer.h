#pragma once

#include <chronograd/data/batches.h>
#include <chronograd/data/pronunciations.h>
#include <chronograd/optim/adam.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <vector>

#include "progress.h"
#include "speller.h"
#include "training_state.h"

namespace seq2seq {

/// How a run of training ended.
enum class Ending { finished, interrupted };

/// Trains a speller on words, tells how well it does on others, and saves it on the way, together
/// with all that is needed to go on another time.
class Trainer {
 public:
  Trainer(Speller& speller, std::span<const chronograd::PronouncedWord> train,
          std::vector<chronograd::PronouncedWord> dev, TrainingState state,
          std::filesystem::path folder);

  /// Takes up the weights and the optimizer's state that were saved with `state`.
  void go_on();

  /// Trains for the rest of the state's run; `interrupted` is asked after each step. A save that
  /// fails is reported, and tried again when the next one is due. Throws ValueError when training
  /// has diverged; nothing is saved then.
  Ending run(const std::function<bool()>& interrupted);

  std::uint64_t steps() const { return state_.steps; }
  /// Whether the last save has succeeded.
  bool saved() const { return saved_; }

 private:
  using Clock = std::chrono::steady_clock;

  void step();
  double train_on(const Batch& batch);
  void begin_epoch();
  double part_of_epoch() const;
  double rate() const;
  bool due();
  void tell();
  void report();
  void save();
  void check_sound() const;

  Speller& speller_;
  std::vector<Example> examples_;
  std::vector<chronograd::PronouncedWord> dev_;
  TrainingState state_;
  std::filesystem::path folder_;
  chronograd::Random random_;
  chronograd::Adam adam_;
  chronograd::Batches batches_;  ///< of the present epoch; none before its first step
  bool saved_ = false;

  // What is told of this run.
  Progress progress_;
  Clock::time_point start_ = Clock::now();
  double next_save_ = 30;  ///< seconds from the start
  double smooth_loss_ = 0;
  std::size_t examples_seen_ = 0;
};

}  // namespace seq2seq
