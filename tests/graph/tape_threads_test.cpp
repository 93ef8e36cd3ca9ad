#include <doctest/doctest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "chronograd/autodiff/backward.h"
#include "chronograd/graph/annotate.h"
#include "chronograd/graph/parameter.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/add.h"
#include "chronograd/ops/mul.h"
#include "chronograd/ops/sub.h"
#include "chronograd/ops/sum.h"
#include "chronograd/ops/tanh.h"
#include "tests/graph/probe.h"

namespace chronograd {
namespace {

struct Model {
  static void normal(std::span<double> values, Shape, RandomStream& stream) {
    for (double& v : values) v = stream.normal();
  }
  Tensor loss(const Tensor& x) const {
    Tensor h = tanh(w * x + b);
    for (const int t : steps(5)) h = tanh(w * h + static_cast<double>(t));
    return sum(h);
  }

  Random random{1};
  Parameters parameters{random};
  Parameter w = (parameters / "cell").parameter("w", {64}, normal);
  Parameter b = (parameters / "cell").parameter("b", {64}, normal);
};

Tensor input(float value) { return Tensor::copy_of(std::vector<float>(64, value), {64}); }

template <class F>
void on_two_threads(F f) {
  std::thread other([&] { f(1); });
  f(0);
  other.join();
}

TEST_CASE("two threads differentiate one model, each on its own tape, as if alone") {
  const Model model;
  const auto gradient = [&](float value) {
    const Tape tape;
    const Tensor loss = model.loss(input(value));
    const Tensor g = backward(loss, model.parameters).at(model.w);
    evaluate(loss, g);
    return g;
  };
  const Tensor expected[] = {gradient(0.25f), gradient(0.5f)};
  on_two_threads([&](int k) {
    for (int n = 0; n < 20; ++n) {
      CHECK(same_values(gradient(0.25f + 0.25f * static_cast<float>(k)), expected[k]));
    }
  });
}

TEST_CASE("one thread trains while another reads: it sees old numbers or new ones, whole") {
  const Model model;
  const auto all = [](float value) { return Tensor::copy_of(std::vector<float>(64, value), {64}); };
  model.w.set_value(all(1));
  on_two_threads([&](int k) {
    for (int n = 0; n < 100; ++n) {
      if (k == 0) {
        Tape tape;
        assign(model.w, model.w + 1);
        tape.commit();
      } else {
        const Tape tape{Tape::forward_only};
        const Tensor value = model.w * 1;
        CHECK(same_values(value, all(value.values<float>()[0])));
      }
    }
  });
  CHECK(same_values(model.w.value(), all(101)));
}

TEST_CASE("of two threads that assign one parameter, one is told") {
  const Model model;
  std::atomic<int> assigned{0};
  std::atomic<int> refused{0};
  on_two_threads([&](int) {
    Tape tape;
    try {
      assign(model.w, model.w + 1);
      ++assigned;
    } catch (const TapeError& error) {
      CHECK(std::string(error.what()).find("cell/w has an uncommitted assignment") !=
            std::string::npos);
      ++refused;
    }
    while (assigned + refused < 2) std::this_thread::yield();
  });
  CHECK(assigned == 1);
  CHECK(refused == 1);
}

TEST_CASE("computed tensors are read, copied and destroyed on other threads") {
  std::vector<Tensor> tensors;
  {
    const Tape tape;
    for (int k = 0; k < 500; ++k) {
      tensors.push_back(sum(input(1) * static_cast<double>(k)));
      if (k % 2 == 0) tensors.push_back(tensors.back() + 1);
    }
    evaluate(tensors);
    std::thread([copies = tensors] {
      CHECK(copies[0].item() == 0);
      CHECK(copies.back().item() == 64 * 499);
    }).join();
  }
  std::thread([mine = std::move(tensors)]() mutable {
    CHECK(mine[2].item() == 64);
    mine.clear();
  }).join();
}

TEST_CASE("a pending tensor belongs to the thread of its tape") {
  const Tape tape;
  const Tensor y = sum(input(1));
  std::thread([&] {
    CHECK(test::message_before_place<TapeError>([&] { y.item(); }) ==
          "item: a tensor [] that is pending on a tape of another thread; compute it there first");
    const Tape own;
    CHECK(test::message_before_place<TapeError>([&] { y + 1; }) ==
          "add: a tensor [] that is pending on a tape of another thread; compute it there first");
  }).join();
  CHECK(y.item() == 64);
}

TEST_CASE("a pending tensor that dies on another thread is freed by its tape") {
  const Tape tape;
  for (const bool computed : {false, true}) {
    Tensor y = sum(input(1));
    std::thread([gone = std::move(y)]() mutable { gone = Tensor{}; }).join();
    const OutputId last = static_cast<OutputId>(tape.recording().outputs() - 1);
    CHECK(tape.recording().held(last));
    if (computed) CHECK(sum(input(2)).item() == 128);
  }
  const Tensor z = sum(input(3));
  CHECK(z.item() == 192);
}

TEST_CASE("each thread has its own scope, step and tapes") {
  const Tape tape;
  const InScope scope{"here"};
  std::thread([] {
    CHECK((input(1) + 1).computed());
    const Tape own;
    const Tensor y = input(1) + 1;
    CHECK(own.recording()[2].scope().empty());
  }).join();
  CHECK(tape.recording().size() == 0);
}

TEST_CASE("layers are built on several threads at once") {
  Random random{1};
  const Parameters parameters{random};
  on_two_threads([&](int k) {
    for (int n = 0; n < 50; ++n) {
      (parameters / ("t" + std::to_string(k))).parameter(std::to_string(n), {4}, Model::normal);
    }
  });
  CHECK(parameters.size() == 100);
}

}  // namespace
}  // namespace chronograd
