#include "trainer.h"

#include <chronograd/chronograd.h>
#include <chronograd/data/batches.h>
#include <chronograd/io/parameters.h>
#include <fmt/core.h>

#include <algorithm>
#include <chrono>

#include "progress.h"

namespace seq2seq {

using namespace chronograd;

namespace {

constexpr const char* file_name = "training.safetensors";
constexpr std::size_t dev_words_on_the_way = 1000;

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// Full speed for the first 40 %, then down to a hundredth in a straight line.
double rate_at(double done, double rate) { return rate * std::clamp((1 - done) / 0.6, 0.01, 1.0); }

std::vector<std::size_t> lengths_of(const std::vector<Example>& examples,
                                    std::vector<std::int64_t> Example::*side) {
  std::vector<std::size_t> lengths;
  for (const Example& e : examples) lengths.push_back((e.*side).size());
  return lengths;
}

}  // namespace

Trainer::Trainer(Speller& speller, std::vector<PronouncedWord> train,
                 std::vector<PronouncedWord> dev, const TrainingOptions& options,
                 std::filesystem::path folder)
    : speller_(speller),
      examples_(examples_of(train, speller.symbols())),
      dev_(std::move(dev)),
      options_(options),
      folder_(std::move(folder)),
      random_(options.seed),
      adam_(speller.parameters(), {.rate = options.rate}) {
  go_on_if_saved();
}

double Trainer::train_on(const Batch& batch) {
  Tape tape{random_};
  const Tensor loss = speller_.model().loss(batch);
  adam_.step(clip_norm(backward(loss, speller_.parameters()), options_.clip));
  return loss.item();
}

Ending Trainer::run(const std::function<bool()>& interrupted) {
  const auto source = lengths_of(examples_, &Example::letters);
  const auto target = lengths_of(examples_, &Example::phones);
  const auto start = std::chrono::steady_clock::now();
  const std::int64_t first_epoch = epoch_;
  double smooth_loss = 0;
  double next_report = options_.minutes > 0 ? 30 : 0;
  Progress progress;
  for (;; ++epoch_) {
    const Batches batches = bucketed_batches(source, target, options_.batch, random_);
    for (std::size_t b = 0; b < batches.size(); ++b) {
      const double seconds = seconds_since(start);
      const double part = static_cast<double>(b) / static_cast<double>(batches.size());
      const double epochs = static_cast<double>(epoch_ - first_epoch) + part;
      const double done = options_.minutes > 0 ? seconds / (60 * options_.minutes)
                                               : epochs / static_cast<double>(options_.epochs);
      if (done >= 1 || interrupted()) {
        progress.pause();
        save();
        return done >= 1 ? Ending::finished : Ending::interrupted;
      }
      adam_.set_rate(rate_at(done, options_.rate));
      const double loss = train_on(batch_of(examples_, batches[b]));
      smooth_loss = smooth_loss == 0 ? loss : 0.98 * smooth_loss + 0.02 * loss;
      ++steps_;
      examples_seen_ += batches[b].size();
      progress.show(done, fmt::format("epoch {} step {}  loss {:.4f}  {:.0f} words/s", epoch_ + 1,
                                      steps_, smooth_loss,
                                      static_cast<double>(examples_seen_) / seconds_since(start)));
      if (next_report > 0 && seconds > next_report) {
        progress.pause();
        report(dev_words_on_the_way);
        save();
        next_report = seconds_since(start) + std::max(30.0, seconds / 3);
      }
    }
    if (options_.minutes == 0) {
      progress.pause();
      report(dev_words_on_the_way);
      save();
    }
  }
}

void Trainer::report(std::size_t words) {
  if (dev_.empty()) return;
  const std::span<const PronouncedWord> some{dev_.data(), std::min(words, dev_.size())};
  const PronunciationScore score = speller_.score(some);
  fmt::print(stderr,
             "step {:>6}  dev ({} words): word error rate {:5.1f} %, phone error rate {:4.1f} %\n",
             steps_, some.size(), 100 * score.word_error_rate(), 100 * score.phone_error_rate());
}

void Trainer::save() {
  speller_.save(folder_);
  chronograd::save(adam_.state(), folder_ / file_name,
                   {{"steps", std::to_string(steps_)},
                    {"epoch", std::to_string(epoch_)},
                    {"seed", std::to_string(random_.seed())},
                    {"position", std::to_string(random_.position())}});
}

void Trainer::go_on_if_saved() {
  const std::filesystem::path file = folder_ / file_name;
  if (!Speller::is_in(folder_) || !std::filesystem::exists(file)) return;
  chronograd::load(adam_.state(), file);
  const Metadata saved = read_safetensors_metadata(file);
  steps_ = std::stoll(saved.at("steps"));
  epoch_ = std::stoll(saved.at("epoch"));
  random_ = Random{std::stoull(saved.at("seed")), std::stoull(saved.at("position"))};
}

}  // namespace seq2seq
