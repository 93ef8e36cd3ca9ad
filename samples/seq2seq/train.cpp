#include "train.h"

#include <chronograd/data/hold_out.h>
#include <chronograd/graph/threads.h>
#include <chronograd/io/checkpoint.h>
#include <fmt/ostream.h>
#include <fmt/ranges.h>
#include <spdlog/spdlog.h>

#include <filesystem>
#include <new>
#include <sstream>
#include <system_error>
#include <vector>

#include "graph.h"
#include "picture.h"
#include "score.h"
#include "stop_signals.h"
#include "streams.h"
#include "trainer.h"

namespace seq2seq {

using namespace chronograd;

namespace {

const std::vector<std::string> shown_words = {"chronograd", "gradient",  "knight",
                                              "attention",  "pneumonia", "tomorrow"};

/// What is to be trained, and from where.
struct Plan {
  enum class Start { anew, weights, exactly } start = Start::anew;
  Options model;
  TrainingState state;
};

/// Takes what was asked for; beside a saved model that has another value it is refused.
template <class T>
void choose(T& value, const std::optional<T>& asked, const char* flag, bool is_saved) {
  if (!asked || *asked == value) return;
  if (is_saved) {
    throw ValueError(
        fmt::format("train: {0} {1}; the saved model has {0} {2}: leave it out to go on with that, "
                    "or start anew with --fresh",
                    flag, *asked, value));
  }
  value = *asked;
}

void choose_run(Run& run, const std::optional<Limit>& asked) {
  if (!run.finished() && (!asked || *asked == run.limit)) {
    spdlog::info("{:.4g} of {:.4g} {} are over; the rest follows", run.used, run.limit.amount,
                 name(run.limit.unit));
    return;
  }
  run = {asked.value_or(TrainCommand::default_limit), 0};
}

Plan plan_of(const TrainCommand& command) {
  Plan plan;
  if (!command.fresh && Speller::is_in(command.folder)) {
    const MetadataReader saved = Speller::read_metadata(command.folder);
    plan.model = Speller::saved_options(command.folder);
    plan.start = Plan::Start::weights;
    if (!Speller::is_of_before(saved)) {
      plan.start = Plan::Start::exactly;
      plan.state = TrainingState::from(saved);
    }
  }
  const bool has_weights = plan.start != Plan::Start::anew;
  const bool has_state = plan.start == Plan::Start::exactly;
  choose(plan.model.hidden, command.hidden, "--hidden", has_weights);
  choose(plan.model.embedding, command.embedding, "--embedding", has_weights);
  choose(plan.model.dropout, command.dropout, "--dropout", has_weights);
  choose(plan.state.options.batch, command.batch, "--batch", has_state);
  choose(plan.state.options.seed, command.seed, "--seed", has_state);
  choose(plan.state.options.rate, command.rate, "--rate", false);
  return plan;
}

void tell_start(const Plan& plan, const std::string& folder) {
  if (plan.start == Plan::Start::anew) return;
  spdlog::info("going on with the model in {} (--fresh starts anew)", folder);
  if (plan.start == Plan::Start::exactly) return;
  spdlog::info(
      "it was saved by an earlier version: its weights are taken, while the optimizer and the "
      "count of steps start anew; {}/training.safetensors is no longer used",
      folder);
}

/// The words to learn from, and others to try: from two files, or one that is parted.
HoldOut<PronouncedWord> read_words(const TrainCommand& command, std::uint64_t seed) {
  if (command.train == TrainCommand::default_dictionary &&
      !std::filesystem::exists(command.train)) {
    throw FileError(command.train +
                    ": it is not there; install Debian's pocketsphinx-en-us, or give --train");
  }
  HoldOut<PronouncedWord> words{read_dictionary(command.train), {}};
  if (!command.dev.empty()) {
    words.dev = read_dictionary(command.dev);
    return words;
  }
  Random random{seed};
  return hold_out(std::move(words.train), 0.02, random);
}

/// The words must be those that training began with: to go on with others gives neither model.
void choose_data(Plan& plan, const TrainCommand& command, const Fingerprint& words) {
  Fingerprint& saved = plan.state.data;
  if (plan.start == Plan::Start::exactly && words != saved) {
    throw ValueError(
        fmt::format("train: --train {} gives {} words to learn (fingerprint {:016x}); the saved "
                    "model learnt {} words ({:016x}): give the same --train and --dev to go on "
                    "with it, or start anew with --fresh",
                    command.train, words.words, words.hash, saved.words, saved.hash));
  }
  saved = words;
}

/// Fails now and not after an hour.
void try_folder(const std::filesystem::path& folder) {
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  if (failed) {
    throw FileError(fmt::format("{}: the folder of the model cannot be made: {}", folder.string(),
                                failed.message()));
  }
  check_can_save(Speller::file_in(folder));
}

Speller speller_of(const Plan& plan, const TrainCommand& command,
                   std::span<const PronouncedWord> words) try {
  if (plan.start != Plan::Start::anew) return Speller::load(command.folder);
  Random random{plan.state.options.seed};
  return Speller{random, plan.model, Symbols::of(words)};
} catch (const std::bad_alloc&) {
  throw ValueError(fmt::format(
      "train: --hidden {} and --embedding {}; there is not enough memory for such a model",
      plan.model.hidden, plan.model.embedding));
}

/// The signals are noted while there is something to save; later ones end the program.
Ending train(Trainer& trainer) {
  const StopSignals signals;
  return trainer.run([] { return StopSignals::seen() != 0; });
}

void tell_stop(const Trainer& trainer, Ending ending, const TrainCommand& command) {
  if (ending == Ending::finished) {
    spdlog::info("stopped; training had finished at step {} and was saved", trainer.steps());
  } else {
    spdlog::info("stopped at step {} and saved; go on with: {}", trainer.steps(), command.again);
  }
}

void show_result(const Speller& speller, const TrainCommand& command,
                 std::span<const PronouncedWord> dev, std::ostream& out) {
  show_score(speller, dev, out);
  const std::filesystem::path folder = command.folder;
  std::ostringstream graph;
  write_graph(speller, "text", graph);
  write_file(folder / "graph.txt", graph.str());
  const Spoken spoken = speller.speak({{"gradient"}}, Attention::keep)[0];
  write_file(folder / "attention-gradient.svg", attention_svg("gradient", spoken));
  fmt::print(out,
             "\nmodel:      {0}/model.safetensors\n"
             "attention:  {0}/attention-gradient.svg\n"
             "graph dump: {0}/graph.txt\n\n"
             "Try next:   ./samples/run seq2seq show --model {0} {1}\n",
             command.folder, fmt::join(shown_words, " "));
}

}  // namespace

int run(const TrainCommand& command, std::ostream& out) {
  StopSignals::end_program();  // there is nothing to save yet
  if (command.threads > 0) set_threads(command.threads);
  Plan plan = plan_of(command);
  const HoldOut<PronouncedWord> words = read_words(command, plan.state.options.seed);
  choose_data(plan, command, Fingerprint::of(words.train));
  try_folder(command.folder);
  tell_start(plan, command.folder);
  choose_run(plan.state.run, command.limit);

  Speller speller = speller_of(plan, command, words.train);
  spdlog::info("{} words to learn, {} to try; {} parameters; Ctrl-C stops and saves",
               words.train.size(), words.dev.size(), speller.weights());
  Trainer trainer{speller, words.train, words.dev, plan.state, command.folder};
  if (plan.start == Plan::Start::exactly) trainer.go_on();
  const Ending ending = train(trainer);
  if (!trainer.saved()) {
    spdlog::error("stopped at step {}; the model could not be saved", trainer.steps());
    return 1;
  }
  if (const int signal = StopSignals::seen(); signal != 0) {
    tell_stop(trainer, ending, command);
    return 128 + signal;
  }
  show_result(speller, command, words.dev, out);
  return 0;
}

}  // namespace seq2seq
