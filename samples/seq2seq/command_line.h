#pragma once

#include <optional>
#include <variant>

#include "graph.h"
#include "predict.h"
#include "score.h"
#include "show.h"
#include "train.h"

namespace seq2seq {

using Command = std::variant<TrainCommand, PredictCommand, ShowCommand, GraphCommand, ScoreCommand>;

/// What the command line asks for; or nothing, when all is said already: then with the exit status,
/// 0 after --help and 2 for wrong usage, which is explained on stderr.
struct CommandLine {
  std::optional<Command> command;
  int status = 0;
};

CommandLine parse_command_line(int argc, char** argv);

}  // namespace seq2seq
