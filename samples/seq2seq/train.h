#pragma once

#include <cstdint>
#include <optional>
#include <ostream>
#include <string>

#include "training_state.h"

namespace seq2seq {

/// What the flags of `train` say. What was not given is empty: then it is as in the saved model, or
/// else the default.
struct TrainCommand {
  static constexpr const char* default_dictionary =
      "/usr/share/pocketsphinx/model/en-us/cmudict-en-us.dict";
  static constexpr Limit default_limit = {Limit::Unit::minutes, 4};

  std::string train = default_dictionary;
  std::string dev;
  std::string folder = "seq2seq-model";
  bool fresh = false;
  int threads = 0;
  std::optional<Limit> limit;
  std::optional<std::int64_t> hidden;
  std::optional<std::int64_t> embedding;
  std::optional<double> dropout;
  std::optional<std::uint64_t> batch;
  std::optional<double> rate;
  std::optional<std::uint64_t> seed;
  std::string again;  ///< the command that goes on with this one
};

/// Trains a model, or goes on with the one in the folder as if it had never stopped. Returns the
/// exit status: 0, 1 when the model could not be saved, 128 and the signal that stopped it. Throws
/// ValueError, naming the flag, when the saved model was trained with other sizes, another seed or
/// other words.
int run(const TrainCommand& command, std::ostream& out);

}  // namespace seq2seq
