#include "command_line.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <string>
#include <string_view>

#include "number_flags.h"

namespace seq2seq {
namespace {

constexpr const char* about =
    "Learns to pronounce English words: sequence to sequence with attention.\n"
    "Without a command it trains a few minutes on Debian's dictionary.\n\n"
    "  seq2seq train --minutes 30             a better model, in ./seq2seq-model\n"
    "  seq2seq show knight tomorrow           what it says, and where it looked\n"
    "  echo knight | seq2seq predict          for use in a pipe\n"
    "  seq2seq graph --format dot | dot -Tsvg the graph of one training step\n";

constexpr const char* about_train =
    "Train a model, or go on with one.\n\n"
    "A run that was stopped goes on where it was, with the same command; one that\n"
    "has finished is followed by another: --epochs 2 twice gives what --epochs 4\n"
    "gives, bit for bit. Ctrl-C saves and stops, a second one stops at once.";

/// Quotes an argument for a shell, where it needs to be.
std::string quoted(std::string_view text) {
  constexpr std::string_view plain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./=,:+@%";
  if (!text.empty() && text.find_first_not_of(plain) == std::string_view::npos) {
    return std::string(text);
  }
  std::string out = "'";
  for (const char c : text) c == '\'' ? out += "'\\''" : out += c;
  return out + "'";
}

/// The same command without --fresh, which would begin anew.
std::string command_to_go_on(int argc, char** argv) {
  std::string command = "seq2seq";
  for (int k = 1; k < argc; ++k) {
    if (std::string_view(argv[k]) != "--fresh") command += " " + quoted(argv[k]);
  }
  return command;
}

/// An empty name, as of a variable that a script has not set, must not mean the default.
CLI::Option* add_name(CLI::App* app, const std::string& flag, std::string& name,
                      const std::string& help) {
  const auto complaint = [](const std::string& given) {
    return std::string(given.empty() ? "it is empty; give a name, or leave the flag out" : "");
  };
  return app->add_option(flag, name, help)->check(complaint);
}

void add_folder(CLI::App* app, std::string& folder) {
  add_name(app, "--model", folder, "folder of the model")->capture_default_str();
}

void add_limits(CLI::App* app, std::optional<Limit>& limit) {
  const auto set = [&limit](Limit::Unit unit) {
    return [&limit, unit](auto amount) { limit = {unit, static_cast<double>(amount)}; };
  };
  CLI::Option* minutes = add_number<double>(
      app, "--minutes", {1e-6, 1e6}, "how long to train; 4 unless said", set(Limit::Unit::minutes));
  CLI::Option* epochs =
      add_number<int>(app, "--epochs", {1, 1'000'000}, "or how many times over all words",
                      set(Limit::Unit::epochs));
  CLI::Option* steps = add_number<int>(app, "--steps", {1, 1'000'000'000}, "or how many batches",
                                       set(Limit::Unit::steps));
  minutes->excludes(epochs)->excludes(steps);
  epochs->excludes(steps);
}

/// A flag of training that is a number: as the saved model has it, or else this default.
template <class Number>
void add_setting(CLI::App* app, const std::string& flag, Range<Number> range,
                 const std::string& help, Number otherwise, std::optional<Number>& value) {
  add_number<Number>(app, flag, range, help, [&value](Number number) {
    value = number;
  })->default_str(fmt::format("{}", otherwise));
}

CLI::App* add_train(CLI::App& app, TrainCommand& command) {
  const Options model;
  const TrainingOptions training;
  constexpr std::int64_t largest = Options::largest;
  CLI::App* train = app.add_subcommand("train", about_train);
  add_name(train, "--train", command.train, "dictionary to learn from, plain or .gz")
      ->capture_default_str();
  add_name(train, "--dev", command.dev, "dictionary to try on; else 2 % of --train");
  add_folder(train, command.folder);
  add_limits(train, command.limit);
  add_setting<std::uint64_t>(train, "--seed", {0, UINT64_MAX}, "of all that is drawn by lot",
                             training.seed, command.seed);
  add_setting<std::int64_t>(train, "--hidden", {2, largest}, "size of the states, even",
                            model.hidden, command.hidden);
  add_setting<std::int64_t>(train, "--embedding", {1, largest}, "numbers per letter and phone",
                            model.embedding, command.embedding);
  add_setting<double>(train, "--dropout", {0, 0.99}, "share of numbers left out", model.dropout,
                      command.dropout);
  add_setting<std::uint64_t>(train, "--batch", {1, 1'000'000}, "words per step", training.batch,
                             command.batch);
  add_setting<double>(train, "--rate", {1e-12, 1e38}, "learning rate", training.rate, command.rate);
  add_number<int>(train, "--threads", {0, 1024}, "0: all cores", [&command](int threads) {
    command.threads = threads;
  })->default_str("0");
  train->add_flag("--fresh", command.fresh, "start anew although the folder has a model");
  train->callback([&command] {
    if (!command.hidden || *command.hidden % 2 == 0) return;
    throw CLI::ValidationError(
        "--hidden", fmt::format("{} is odd; each direction has half of it", *command.hidden));
  });
  return train;
}

CLI::App* add_predict(CLI::App& app, PredictCommand& command) {
  CLI::App* predict = app.add_subcommand("predict", "Words in, one `word<TAB>phones` a line out");
  add_folder(predict, command.folder);
  add_name(predict, "--input", command.input, "else stdin");
  add_name(predict, "--output", command.output, "else stdout");
  add_number<std::size_t>(predict, "--longest", {1, 100'000},
                          "letters of a word; longer ones are not said",
                          [&command](std::size_t letters) { command.longest = letters; })
      ->default_str(fmt::format("{}", command.longest));
  return predict;
}

CLI::App* add_show(CLI::App& app, ShowCommand& command) {
  CLI::App* show = app.add_subcommand("show", "Say words and draw the attention");
  add_folder(show, command.folder);
  show->add_option("word", command.words)->required();
  return show;
}

CLI::App* add_graph(CLI::App& app, GraphCommand& command) {
  CLI::App* graph = app.add_subcommand("graph", "The graph of one training step");
  add_folder(graph, command.folder);
  graph->add_option("--format", command.format)
      ->check(CLI::IsMember({"text", "dot"}))
      ->capture_default_str();
  return graph;
}

CLI::App* add_score(CLI::App& app, ScoreCommand& command) {
  CLI::App* score = app.add_subcommand("score", "Word and phone error rates on a dictionary");
  add_folder(score, command.folder);
  add_name(score, "--dev", command.dev, "dictionary to try on")->required();
  return score;
}

}  // namespace

CommandLine parse_command_line(int argc, char** argv) {
  CLI::App app{about, "seq2seq"};
  app.require_subcommand(0, 1);
  TrainCommand train;
  PredictCommand predict;
  ShowCommand show;
  GraphCommand graph;
  ScoreCommand score;
  add_train(app, train);
  const CLI::App* predicting = add_predict(app, predict);
  const CLI::App* showing = add_show(app, show);
  const CLI::App* graphing = add_graph(app, graph);
  const CLI::App* scoring = add_score(app, score);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return {.command = {}, .status = app.exit(e) == 0 ? 0 : 2};
  }
  train.again = command_to_go_on(argc, argv);
  if (*predicting) return {predict};
  if (*showing) return {show};
  if (*graphing) return {graph};
  if (*scoring) return {score};
  return {train};
}

}  // namespace seq2seq
