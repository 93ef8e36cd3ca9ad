// What each option of a recurrent layer costs: the CPU time of a step of training of one thread,
// beside that of the same cell without the option, for a library's cell and one of one's own.
#include <chronograd/chronograd.h>
#include <fmt/core.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "workloads/own_cell.h"

namespace {

using namespace chronograd;

struct Size {
  std::int64_t batch, time, hidden;
};

using Step = std::function<void()>;

template <class Factory>
Step training(const Size& size, const RecurrentOptions& options, Factory factory) {
  using C = decltype(factory(std::declval<const Scope&>(), std::int64_t{1}));
  struct Model {
    Random random{1};
    Parameters parameters{random};
    Recurrent<C> layer;
    Adam adam{parameters, {}};
    Model(const Factory& make, std::int64_t input, const RecurrentOptions& o)
        : layer(make, parameters / "layer", input, o) {}
  };
  auto model = std::make_shared<Model>(factory, size.hidden, options);
  workloads::Draw draw;
  const Tensor xs = draw.numbers({size.time, size.batch, size.hidden});
  const Tensor ys = draw.numbers({size.time, size.batch, size.hidden});
  return [model, xs, ys] {
    Tape tape{model->random};
    const Tensor loss = mse(model->layer(xs).outputs, ys);
    model->adam.step(backward(loss, model->parameters));
  };
}

Step library_cell(const Size& size, const RecurrentOptions& options, Norm norm = Norm::none) {
  return training(size, options, [=](const Scope& s, std::int64_t n) {
    return LSTMCell{
        s, {.input = n, .hidden = size.hidden, .norm = norm, .norm_cell = norm != Norm::none}};
  });
}

Step own_cell(const Size& size, const RecurrentOptions& options) {
  return training(size, options, [=](const Scope& s, std::int64_t n) {
    return workloads::OwnCell{s, n, size.hidden, init::glorot_uniform()};
  });
}

double milliseconds_of(const Step& step) {
  const auto now = [] {
    timespec t{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return 1e3 * static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_nsec);
  };
  const double begin = now();
  step();
  return now() - begin;
}

/// The median ratio of neighbours in time: what slows the machine slows both.
void compare(const std::string& name, const Step& plain, const Step& with, int rounds) {
  std::vector<double> ratios, times;
  for (int k = -3; k < rounds; ++k) {
    const double without = milliseconds_of(plain);
    const double time = milliseconds_of(with);
    if (k < 0) continue;  // plans are made
    times.push_back(time);
    ratios.push_back(time / without);
  }
  const auto median = [](std::vector<double>& values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
  };
  fmt::print("  {:<34}{:8.2f} ms{:8.3f}\n", name, median(times), median(ratios));
  std::fflush(stdout);
}

struct Row {
  const char* name;
  RecurrentOptions plain;
  RecurrentOptions with;
};

const Row rows[] = {
    {"input dropout", {}, {.step = {.input_dropout = 0.2}}},
    {"recurrent dropout", {}, {.step = {.recurrent_dropout = 0.2}}},
    {"both, per step",
     {},
     {.step = {.input_dropout = 0.2, .recurrent_dropout = 0.2, .per_step = true}}},
    {"zoneout", {}, {.step = {.zoneout = 0.1}}},
    {"zoneout of h too", {}, {.step = {.zoneout = 0.1, .zoneout_h = 0.05}}},
    {"residual, two layers", {.layers = 2}, {.layers = 2, .between = Between::residual}},
    {"highway, two layers", {.layers = 2}, {.layers = 2, .between = Between::highway}},
};

}  // namespace

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::atoi(argv[1]) : 40;
  set_threads(1);
  for (const Size& size : {Size{16, 50, 64}, Size{64, 50, 512}}) {
    const int count = size.hidden == 64 ? rounds : std::max(1, rounds / 8);
    fmt::print("{} x {} x {}, with the option and beside without\n", size.batch, size.time,
               size.hidden);
    for (const Row& row : rows) {
      compare(std::string(row.name) + ", LSTM", library_cell(size, row.plain),
              library_cell(size, row.with), count);
      compare(std::string(row.name) + ", own cell", own_cell(size, row.plain),
              own_cell(size, row.with), count);
    }
    compare("layer norm in all places, LSTM", library_cell(size, {}),
            library_cell(size, {}, Norm::products), count);
  }
}
