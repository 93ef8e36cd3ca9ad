#pragma once

#include <chronograd/io/metadata_reader.h>

#include <cstdint>
#include <string>

#include "fingerprint.h"

namespace seq2seq {

struct TrainingOptions {
  std::uint64_t batch = 64;
  double rate = 2e-3;
  double clip = 5;
  std::uint64_t seed = 1;
};

/// How long a run of training is to last.
struct Limit {
  enum class Unit { minutes, epochs, steps };
  Unit unit = Unit::minutes;
  double amount = 0;

  friend bool operator==(const Limit&, const Limit&) = default;
};

/// "minutes", "epochs", "steps"
const char* name(Limit::Unit unit);

/// A run of training and how much of it is over. One that was stopped is gone on with.
struct Run {
  Limit limit;
  double used = 0;

  bool finished() const { return used >= limit.amount; }
};

/// How far training has come. With the weights and the optimizer's state it is all that is needed
/// to go on as if training had never stopped.
struct TrainingState {
  TrainingOptions options;
  Fingerprint data;
  std::uint64_t steps = 0;
  std::uint64_t epochs = 0;   ///< that are over
  std::uint64_t batches = 0;  ///< that are over in the present epoch
  /// Of the dice, when the epoch began: they gave the order of its words.
  std::uint64_t epoch_position = 0;
  std::uint64_t position = 0;  ///< of the dice now
  Run run;

  /// As texts. Of a run that is finished there are none, so that two runs of 2 epochs leave what
  /// one of 4 does.
  chronograd::Metadata metadata() const;
  /// What `metadata` gave. Throws FileError, naming the file, for anything else.
  static TrainingState from(const chronograd::MetadataReader& saved);
};

}  // namespace seq2seq
