#include "trainer.h"

#include <chronograd/chronograd.h>
#include <chronograd/io/checkpoint.h>
#include <fmt/core.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <cmath>
#include <exception>
#include <numeric>

namespace seq2seq {

using namespace chronograd;

namespace {

constexpr std::size_t dev_words_on_the_way = 1000;

/// A mean loss above this, in nats a phone, is no model any more: to guess evenly costs 4.
constexpr double diverged_loss = 1000;

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

std::vector<std::size_t> lengths_of(const std::vector<Example>& examples,
                                    std::vector<std::int64_t> Example::*side) {
  std::vector<std::size_t> lengths;
  for (const Example& e : examples) lengths.push_back((e.*side).size());
  return lengths;
}

void check_loss(double loss) {
  if (std::isfinite(loss) && loss < diverged_loss) return;
  throw ValueError(fmt::format("the loss is {:.4g}; it must stay below {}", loss, diverged_loss));
}

ValueError diverged(std::uint64_t step, const Error& e) {
  return ValueError(
      fmt::format("step {}: {}; training has diverged and stops, and the model of the last save is "
                  "kept; a smaller --rate may help",
                  step, e.what()));
}

}  // namespace

Trainer::Trainer(Speller& speller, std::span<const PronouncedWord> train,
                 std::vector<PronouncedWord> dev, TrainingState state, std::filesystem::path folder)
    : speller_(speller),
      examples_(examples_of(train, speller.symbols())),
      dev_(std::move(dev)),
      state_(std::move(state)),
      folder_(std::move(folder)),
      random_(state_.options.seed, state_.position),
      adam_(speller.parameters(), {.rate = state_.options.rate}),
      progress_(state_.run.used / state_.run.limit.amount) {}

void Trainer::go_on() {
  load_checkpoint(Speller::file_in(folder_),
                  {{Speller::part, speller_.parameters()}, {"optimizer", adam_.state()}});
}

Ending Trainer::run(const std::function<bool()>& interrupted) {
  const double used_before = state_.run.used;
  while (!state_.run.finished()) {
    if (interrupted()) {
      save();
      return Ending::interrupted;
    }
    step();
    if (state_.run.limit.unit == Limit::Unit::minutes) {
      state_.run.used = used_before + seconds_since(start_) / 60;
    }
    tell();
    if (due()) {
      report();
      if (!state_.run.finished()) save();
    }
  }
  save();
  return Ending::finished;
}

void Trainer::step() {
  if (batches_.empty()) begin_epoch();
  const std::vector<std::size_t>& batch = batches_[state_.batches];
  adam_.set_rate(rate());
  const double loss = train_on(batch_of(examples_, batch));
  smooth_loss_ = smooth_loss_ == 0 ? loss : 0.98 * smooth_loss_ + 0.02 * loss;
  examples_seen_ += batch.size();

  Run& run = state_.run;
  ++state_.steps;
  if (run.limit.unit == Limit::Unit::steps) ++run.used;
  if (++state_.batches < batches_.size()) return;
  ++state_.epochs;
  if (run.limit.unit == Limit::Unit::epochs) ++run.used;
  state_.batches = 0;
  batches_.clear();
}

double Trainer::train_on(const Batch& batch) try {
  Tape tape{random_};
  const Tensor loss = speller_.model().loss(batch);
  adam_.step(clip_norm(backward(loss, speller_.parameters()), state_.options.clip));
  check_loss(loss.item());
  return loss.item();
} catch (const ValueError& e) {
  throw diverged(state_.steps + 1, e);
}

/// The batches are drawn from the dice as they were when the epoch began, so that an epoch that was
/// left in the middle is gone on with.
void Trainer::begin_epoch() {
  if (state_.batches == 0) state_.epoch_position = random_.position();
  Random dice{state_.options.seed, state_.epoch_position};
  batches_ = bucketed_batches(lengths_of(examples_, &Example::letters),
                              lengths_of(examples_, &Example::phones), state_.options.batch, dice);
  if (state_.batches == 0) random_ = dice;
  if (state_.batches < batches_.size()) return;
  throw FileError(fmt::format("{}: \"batches\" of its metadata is {}; an epoch has {}",
                              Speller::file_in(folder_).string(), state_.batches, batches_.size()));
}

double Trainer::part_of_epoch() const {
  if (batches_.empty()) return 0;
  return static_cast<double>(state_.batches) / static_cast<double>(batches_.size());
}

/// Full speed for the first 40 %, then down to a hundredth in a straight line: over the run when
/// the clock ends it; else over each epoch anew, so that what a step does never depends on how many
/// are to come, and the model is at rest after each epoch.
double Trainer::rate() const {
  const Run& run = state_.run;
  const double done =
      run.limit.unit == Limit::Unit::minutes ? run.used / run.limit.amount : part_of_epoch();
  return state_.options.rate * std::clamp((1 - done) / 0.6, 0.01, 1.0);
}

/// Each epoch is told and saved when epochs are counted; every half minute, and later less often,
/// the model is saved anyway.
bool Trainer::due() {
  const double seconds = seconds_since(start_);
  const bool counted = state_.run.limit.unit == Limit::Unit::epochs && state_.batches == 0;
  if (!counted && seconds < next_save_) return false;
  if (seconds >= next_save_) next_save_ = seconds + std::max(30.0, seconds / 3);
  return true;
}

void Trainer::tell() {
  const Run& run = state_.run;
  const double used = run.limit.unit == Limit::Unit::epochs ? run.used + part_of_epoch() : run.used;
  const std::uint64_t epoch = state_.batches == 0 ? state_.epochs : state_.epochs + 1;
  progress_.show(
      used / run.limit.amount,
      fmt::format("epoch {} step {}  loss {:.4f}  {:.0f} words/s", epoch, state_.steps,
                  smooth_loss_, static_cast<double>(examples_seen_) / seconds_since(start_)));
}

void Trainer::report() {
  if (dev_.empty()) return;
  progress_.pause();
  const std::span<const PronouncedWord> some{dev_.data(),
                                             std::min(dev_words_on_the_way, dev_.size())};
  const PronunciationScore score = speller_.score(some);
  spdlog::info("step {:>6}  dev ({} words): word error rate {:5.1f} %, phone error rate {:4.1f} %",
               state_.steps, some.size(), 100 * score.word_error_rate(),
               100 * score.phone_error_rate());
}

void Trainer::save() {
  progress_.pause();
  saved_ = false;
  try {
    check_sound();
    state_.position = random_.position();
    Metadata texts = speller_.metadata();
    texts.merge(state_.metadata());
    std::filesystem::create_directories(folder_);
    save_checkpoint(Speller::file_in(folder_),
                    {{Speller::part, speller_.parameters()}, {"optimizer", adam_.state()}}, texts);
    saved_ = true;
  } catch (const ValueError&) {
    throw;  // the weights are not worth saving
  } catch (const std::exception& e) {
    spdlog::error("step {}: the model could not be saved: {}", state_.steps, e.what());
  }
}

/// A step may wreck the weights with a loss that was fine, as it was that of before. So before they
/// take the place of older ones, they have to do on some words.
void Trainer::check_sound() const {
  std::vector<std::size_t> some(std::min<std::size_t>(64, examples_.size()));
  std::iota(some.begin(), some.end(), std::size_t{0});
  const Tape tape{Tape::forward_only};
  try {
    check_loss(speller_.model().loss(batch_of(examples_, some)).item());
  } catch (const ValueError& e) {
    throw diverged(state_.steps, e);
  }
}

}  // namespace seq2seq
