// Learns to pronounce English words: sequence to sequence with attention.
#include <chronograd/autodiff/backward.h>
#include <chronograd/data/hold_out.h>
#include <chronograd/graph/dot.h>
#include <chronograd/graph/dump.h>
#include <chronograd/graph/tape.h>
#include <chronograd/graph/threads.h>
#include <fmt/core.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>

#include "picture.h"
#include "predict.h"
#include "show.h"
#include "speller.h"
#include "trainer.h"

namespace {

using namespace chronograd;
using namespace seq2seq;

constexpr const char* default_dictionary = "/usr/share/pocketsphinx/model/en-us/cmudict-en-us.dict";
constexpr double default_minutes = 4;
const std::vector<std::string> shown_words = {"chronograd", "gradient",  "knight",
                                              "attention",  "pneumonia", "tomorrow"};

volatile std::sig_atomic_t signal_seen = 0;

struct TrainCommand {
  std::string train = default_dictionary;
  std::string dev;
  std::string folder = "seq2seq-model";
  bool fresh = false;
  int threads = 0;
  Options model;
  TrainingOptions training;
};

std::vector<PronouncedWord> read_dictionary(const std::string& file) {
  std::vector<PronouncedWord> words = read_pronunciations(file, Stress::strip);
  if (words.empty()) throw FileError(file + ": it has no words");
  return words;
}

/// The words to learn from, and others to try: from two files, or one that is parted.
HoldOut<PronouncedWord> read_words(const TrainCommand& command) {
  if (!std::filesystem::exists(command.train) && command.train == default_dictionary) {
    throw FileError(command.train +
                    ": it is not there; install Debian's pocketsphinx-en-us, or give --train");
  }
  HoldOut<PronouncedWord> words{read_dictionary(command.train), {}};
  if (!command.dev.empty()) {
    words.dev = read_dictionary(command.dev);
    return words;
  }
  Random random{command.training.seed};
  return hold_out(std::move(words.train), 0.02, random);
}

void write_graph(const Speller& speller, std::span<const std::string> words,
                 const std::string& format, std::ostream& out) {
  std::vector<Example> examples;
  for (const std::string& word : words) {
    examples.push_back({speller.symbols().letters_of(word), {Symbols::end + 1}});
    examples.back().phones.assign(word.size(), Symbols::end);
  }
  std::vector<std::size_t> all(examples.size());
  for (std::size_t k = 0; k < all.size(); ++k) all[k] = k;
  Random random{0};
  const Tape tape{random};
  const Tensor loss = speller.model().loss(batch_of(examples, all));
  const Gradients gradients = backward(loss, speller.parameters());
  format == "dot" ? dot(tape, out) : dump(tape, out);
}

void show_score(const Speller& speller, std::span<const PronouncedWord> dev) {
  if (dev.empty()) {
    fmt::print("dev: no words are left to try; give some with --dev\n");
    return;
  }
  const PronunciationScore score = speller.score(dev);
  fmt::print("dev ({} words): word error rate {:.2f} %, phone error rate {:.2f} %\n", score.words(),
             100 * score.word_error_rate(), 100 * score.phone_error_rate());
  const std::size_t count = std::min<std::size_t>(8, dev.size());
  std::vector<std::string> words;
  for (std::size_t k = 0; k < count; ++k) words.push_back(dev[k * dev.size() / count].word);
  const std::vector<Spoken> spoken = speller.speak(words);
  fmt::print("\n{:<16}{:<32}{}\n", "word", "said", "dictionary");
  for (std::size_t k = 0; k < count; ++k) {
    const PronouncedWord& word = dev[k * dev.size() / count];
    fmt::print("{:<16}{:<32}{}\n", word.word, fmt::format("{}", fmt::join(spoken[k].phones, " ")),
               fmt::join(word.pronunciations[0], " "));
  }
}

/// Refuses to go on with a model when other values than its own were asked for.
void check_options(const CLI::App& flags, const Options& asked, const Options& saved) {
  const auto check = [&](const char* flag, auto wanted, auto has) {
    if (flags.count(flag) == 0 || wanted == has) return;
    throw ValueError(
        fmt::format("train: {0} {1}; the saved model has {0} {2}: leave it out to go on with that, "
                    "or start anew with --fresh",
                    flag, wanted, has));
  };
  check("--hidden", asked.hidden, saved.hidden);
  check("--embedding", asked.embedding, saved.embedding);
  check("--dropout", asked.dropout, saved.dropout);
}

Speller new_or_saved(const TrainCommand& command, const CLI::App& flags,
                     std::span<const PronouncedWord> words) {
  if (Speller::is_in(command.folder)) {
    if (!command.fresh) {
      Speller speller = Speller::load(command.folder);
      check_options(flags, command.model, speller.options());
      spdlog::info("going on with the model in {} (--fresh starts anew)", command.folder);
      return speller;
    }
    std::filesystem::remove(std::filesystem::path(command.folder) / "training.safetensors");
    std::filesystem::remove(std::filesystem::path(command.folder) / "model.safetensors");
  }
  Random random{command.training.seed};
  return Speller{random, command.model, Symbols::of(words)};
}

int train(TrainCommand command, const CLI::App& flags) {
  if (command.threads > 0) set_threads(command.threads);
  if (command.training.minutes == 0 && command.training.epochs == 0) {
    command.training.minutes = default_minutes;
  }
  const HoldOut<PronouncedWord> words = read_words(command);
  Speller speller = new_or_saved(command, flags, words.train);
  const auto on_signal = [](int signal) { signal_seen = signal; };
  std::signal(SIGINT, on_signal);
  std::signal(SIGTERM, on_signal);
  spdlog::info("{} words to learn, {} to try; {} parameters; Ctrl-C stops and saves",
               words.train.size(), words.dev.size(), speller.weights());
  Trainer trainer{speller, words.train, words.dev, command.training, command.folder};
  const Ending ending = trainer.run([] { return signal_seen != 0; });
  const std::string again = fmt::format("train --model {}", command.folder);
  if (ending == Ending::interrupted) {
    spdlog::info("stopped at step {} and saved; go on with: seq2seq {}", trainer.steps(), again);
    return 128 + signal_seen;
  }
  show_score(speller, words.dev);
  const std::filesystem::path folder = command.folder;
  std::ofstream graph{folder / "graph.txt"};
  write_graph(speller, {{"gradient", "knight"}}, "text", graph);
  std::ofstream svg{folder / "attention-gradient.svg"};
  write_attention_svg(svg, "gradient", speller.speak({{"gradient"}})[0]);
  fmt::print(
      "\nmodel:      {0}/model.safetensors\n"
      "attention:  {0}/attention-gradient.svg\n"
      "graph dump: {0}/graph.txt\n\n"
      "Try next:   ./samples/run seq2seq show --model {0} {1}\n",
      command.folder, fmt::join(shown_words, " "));
  return 0;
}

int run(int argc, char** argv) {
  CLI::App app{
      "Learns to pronounce English words: sequence to sequence with attention.\n"
      "Without a command it trains a few minutes on Debian's dictionary.\n\n"
      "  seq2seq train --minutes 30             a better model, in ./seq2seq-model\n"
      "  seq2seq show knight tomorrow           what it says, and where it looked\n"
      "  echo knight | seq2seq predict          for use in a pipe\n"
      "  seq2seq graph --format dot | dot -Tsvg the graph of one training step\n",
      "seq2seq"};
  app.require_subcommand(0, 1);

  TrainCommand command;
  CLI::App* training = app.add_subcommand("train", "Train a model, or go on with one");
  training->add_option("--train", command.train, "dictionary to learn from, plain or .gz")
      ->capture_default_str();
  training->add_option("--dev", command.dev, "dictionary to try on; else 2 % of --train");
  training->add_option("--model", command.folder, "folder of the model")->capture_default_str();
  training->add_option("--minutes", command.training.minutes, "how long to train")
      ->check(CLI::PositiveNumber);
  training->add_option("--epochs", command.training.epochs, "or how many times over all words")
      ->check(CLI::PositiveNumber);
  training->add_option("--seed", command.training.seed)->capture_default_str();
  training->add_option("--hidden", command.model.hidden, "size of the states, even")
      ->check(CLI::PositiveNumber)
      ->check([](const std::string& n) {
        return n.find_last_of("02468") + 1 == n.size() ? "" : n + " is odd";
      })
      ->capture_default_str();
  training->add_option("--embedding", command.model.embedding, "numbers per letter and phone")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  training->add_option("--dropout", command.model.dropout)
      ->check(CLI::Range(0.0, 0.99))
      ->capture_default_str();
  training->add_option("--batch", command.training.batch, "words per step")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  training->add_option("--rate", command.training.rate, "learning rate")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  training->add_option("--threads", command.threads, "0: all cores")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  training->add_flag("--fresh", command.fresh, "start anew although the folder has a model");

  std::string folder = "seq2seq-model";
  const auto add_model = [&](CLI::App* sub) {
    sub->add_option("--model", folder, "folder of the model")->capture_default_str();
  };
  std::string input;
  std::string output;
  CLI::App* predicting =
      app.add_subcommand("predict", "Words in, one `word<TAB>phones` a line out");
  add_model(predicting);
  predicting->add_option("--input", input, "else stdin");
  predicting->add_option("--output", output, "else stdout");

  std::vector<std::string> words;
  CLI::App* showing = app.add_subcommand("show", "Say words and draw the attention");
  add_model(showing);
  showing->add_option("word", words)->required();

  std::string format = "text";
  CLI::App* graphing = app.add_subcommand("graph", "The graph of one training step");
  add_model(graphing);
  graphing->add_option("--format", format)
      ->check(CLI::IsMember({"text", "dot"}))
      ->capture_default_str();

  std::string dev;
  CLI::App* scoring = app.add_subcommand("score", "Word and phone error rates on a dictionary");
  add_model(scoring);
  scoring->add_option("--dev", dev)->required();

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? 0 : 2;
  }

  if (*predicting) {
    const Speller speller = Speller::load(folder);
    std::ifstream in_file;
    std::ofstream out_file;
    if (!input.empty()) {
      in_file.open(input);
      if (!in_file) throw FileError(input + ": it cannot be read");
    }
    if (!output.empty()) {
      out_file.open(output);
      if (!out_file) throw FileError(output + ": it cannot be written");
    }
    std::istream& in = input.empty() ? std::cin : in_file;
    const bool all_read = predict(speller, in, output.empty() ? std::cout : out_file);
    if (in.bad() || std::ferror(stdin) != 0) {  // such as for a folder
      throw FileError((input.empty() ? "stdin" : input) +
                      ": it cannot be read; give a file of words, one a line");
    }
    return all_read ? 0 : 1;
  }
  if (*showing) {
    show(Speller::load(folder), words, folder, std::cout);
    return 0;
  }
  if (*graphing) {
    write_graph(Speller::load(folder), {{"gradient", "knight"}}, format, std::cout);
    return 0;
  }
  if (*scoring) {
    const PronunciationScore score = Speller::load(folder).score(read_dictionary(dev));
    fmt::print("words {}  WER {:.2f} %  PER {:.2f} %\n", score.words(),
               100 * score.word_error_rate(), 100 * score.phone_error_rate());
    return 0;
  }
  return train(command, *training);
}

}  // namespace

int main(int argc, char** argv) {
  spdlog::set_default_logger(spdlog::stderr_color_st("seq2seq"));
  spdlog::set_pattern("%v");
  try {
    return run(argc, argv);
  } catch (const std::exception& e) {
    spdlog::error("seq2seq: {}", e.what());
    return 1;
  }
}
