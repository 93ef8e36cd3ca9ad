#include "chronograd/ops/ctc_loss.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "chronograd/autodiff/gradient.h"
#include "chronograd/graph/error.h"
#include "chronograd/graph/tape.h"
#include "chronograd/ops/at.h"
#include "chronograd/ops/full.h"
#include "chronograd/ops/log_softmax.h"
#include "chronograd/ops/mean.h"
#include "chronograd/ops/slice.h"
#include "chronograd/ops/softmax.h"
#include "chronograd/ops/sum.h"
#include "tests/ops/counted.h"
#include "tests/ops/elementwise.h"
#include "tests/ops/gradient_case.h"

namespace chronograd {
namespace {

using doctest::Contains;
using namespace test;

using Labels = std::vector<std::int64_t>;
using Steps = std::vector<std::vector<double>>;  // probabilities of the classes

// The recursion as Graves et al. 2006 write it (equations 6 and 7), in probabilities.
double published(const Steps& y, const Labels& labels, std::int64_t blank) {
  Labels l{blank};
  for (const std::int64_t label : labels) l.insert(l.end(), {label, blank});
  if (y.empty()) return labels.empty() ? 1 : 0;
  const auto p = [&](std::size_t t, std::size_t s) { return y[t][static_cast<std::size_t>(l[s])]; };
  std::vector<double> alpha(l.size(), 0);
  alpha[0] = p(0, 0);
  if (l.size() > 1) alpha[1] = p(0, 1);
  for (std::size_t t = 1; t < y.size(); ++t) {
    std::vector<double> next(l.size());
    for (std::size_t s = 0; s < l.size(); ++s) {
      double sum = alpha[s];
      if (s >= 1) sum += alpha[s - 1];
      if (s >= 2 && l[s] != blank && l[s] != l[s - 2]) sum += alpha[s - 2];
      next[s] = sum * p(t, s);
    }
    alpha = next;
  }
  return alpha.back() + (l.size() > 1 ? alpha[l.size() - 2] : 0);
}

// What a path of classes spells: repeats count once, blanks go.
Labels spelled(const Labels& path, std::int64_t blank) {
  Labels labels;
  for (std::size_t t = 0; t < path.size(); ++t) {
    if (path[t] != blank && (t == 0 || path[t] != path[t - 1])) labels.push_back(path[t]);
  }
  return labels;
}

// The sum over all paths.
double counted_out(const Steps& y, const Labels& labels, std::int64_t blank) {
  const auto classes = static_cast<std::int64_t>(y[0].size());
  const auto paths = static_cast<std::int64_t>(std::pow(classes, y.size()));
  double total = 0;
  for (std::int64_t n = 0; n < paths; ++n) {
    Labels path;
    double p = 1;
    std::int64_t rest = n;
    for (const auto& step : y) {
      path.push_back(rest % classes);
      p *= step[static_cast<std::size_t>(rest % classes)];
      rest /= classes;
    }
    if (spelled(path, blank) == labels) total += p;
  }
  return total;
}

struct Batch {
  Tensor logits, labels, logit_lengths, label_lengths;
  std::vector<Steps> probabilities;
  std::vector<Labels> real;
};

Tensor lengths_of(const std::vector<std::int64_t>& lengths) {
  return Tensor::copy_of<std::int64_t>(lengths, {static_cast<std::int64_t>(lengths.size())});
}

Batch draw_batch(Draw& draw, std::int64_t time, std::int64_t most, std::int64_t classes,
                 std::int64_t blank) {
  const std::int64_t batch = draw.between(1, 4);
  Batch drawn{.logits = draw.tensor({time, batch, classes})};
  const Tensor p = softmax(drawn.logits).detach();
  std::vector<std::int64_t> padded(static_cast<std::size_t>(most * batch), -7);
  std::vector<std::int64_t> logit_lengths, label_lengths;
  for (std::int64_t b = 0; b < batch; ++b) {
    const std::int64_t steps = draw.between(0, time), count = draw.between(0, most);
    Labels labels;
    for (std::int64_t k = 0; k < count; ++k) {
      labels.push_back((blank + 1 + draw.below(classes - 1)) % classes);
      padded[static_cast<std::size_t>(k * batch + b)] = labels.back();
    }
    Steps y;
    for (std::int64_t t = 0; t < steps; ++t) {
      const auto row = p.values<double>().subspan(
          static_cast<std::size_t>((t * batch + b) * classes), static_cast<std::size_t>(classes));
      y.emplace_back(row.begin(), row.end());
    }
    logit_lengths.push_back(steps);
    label_lengths.push_back(count);
    drawn.probabilities.push_back(y);
    drawn.real.push_back(labels);
  }
  drawn.labels = Tensor::adopt(std::move(padded), {most, batch});
  drawn.logit_lengths = lengths_of(logit_lengths);
  drawn.label_lengths = lengths_of(label_lengths);
  return drawn;
}

Tensor losses(const Batch& b, std::int64_t blank, bool zero_infinity = false) {
  return ctc_loss(
      b.logits, b.labels, b.logit_lengths, b.label_lengths,
      {.blank = blank, .zero_infinity = zero_infinity, .reduction = LossReduction::none});
}

TEST_CASE("ctc_loss is the published recursion, and that the sum over all paths") {
  Draw draw{1};
  int impossible = 0, repeated = 0;
  for (int n = 0; n < 200; ++n) {
    const std::int64_t classes = draw.between(2, 4), blank = draw.below(classes);
    const bool small = n % 2 == 0;
    const Batch batch =
        draw_batch(draw, small ? 5 : 40, draw.between(0, small ? 4 : 12), classes, blank);
    const Tensor found = losses(batch, blank);
    const Tape tape;
    const Tensor on_tape = losses(batch, blank).detach();
    for (std::size_t b = 0; b < batch.real.size(); ++b) {
      const double p = published(batch.probabilities[b], batch.real[b], blank);
      const double loss = found.values<double>()[b];
      CAPTURE(n);
      CAPTURE(b);
      if (small && !batch.probabilities[b].empty()) {
        REQUIRE(std::abs(p - counted_out(batch.probabilities[b], batch.real[b], blank)) < 1e-12);
      }
      if (p == 0) {
        ++impossible;
        REQUIRE(loss == inf<double>);
      } else {
        REQUIRE(std::abs(loss + std::log(p)) < 1e-9);
      }
      const double taped = on_tape.values<double>()[b];
      REQUIRE((taped == loss || std::abs(taped - loss) < 1e-12));
      for (std::size_t k = 1; k < batch.real[b].size(); ++k) {
        repeated += batch.real[b][k] == batch.real[b][k - 1];
      }
    }
  }
  CHECK(impossible > 20);
  CHECK(repeated > 100);
}

TEST_CASE("labels that do not fit in their steps cost inf, or 0 if one likes, without a gradient") {
  // Two equal labels need a blank between them: three steps.
  const Tensor labels = Tensor::copy_of<std::int64_t>({1, 1, 1, 1}, {2, 2});
  const Tensor logits = zeros({3, 2, 2}, DType::f64);
  const Tensor steps = lengths_of({2, 3}), counts = lengths_of({2, 2});
  const Tape tape;
  for (const bool zero_infinity : {false, true}) {
    const Tensor all = ctc_loss(logits, labels, steps, counts,
                                {.zero_infinity = zero_infinity, .reduction = LossReduction::none});
    CHECK(at(all, 0).item() == (zero_infinity ? 0 : inf<double>));
    CHECK(at(all, 1).item() == doctest::Approx(3 * std::log(2)));
    const Tensor dx = gradient(sum(all), logits);
    CHECK(same_values(at(dx, 0, 1), zeros({3, 2}, DType::f64)));
    CHECK(at(at(at(dx, 0), 1), 1).item() == doctest::Approx(-0.5));
  }
}

TEST_CASE("no labels are spelled by blanks alone, and no steps spell no labels") {
  const Tensor logits = zeros({2, 1, 4}, DType::f64);
  const Tensor none = zeros({0, 1}, DType::i32);
  CHECK(ctc_loss(logits, none, row({2}), row({0})).item() == doctest::Approx(2 * std::log(4)));
  CHECK(ctc_loss(logits, none, row({0}), row({0})).item() == 0);
  CHECK(ctc_loss(zeros({0, 1, 4}), none, row({0}), row({0})).item() == 0);
  CHECK(ctc_loss(zeros({2, 0, 4}), zeros({3, 0}, DType::i64), zeros({0}, DType::i64),
                 zeros({0}, DType::i64), {.reduction = LossReduction::sum})
            .item() == 0);
}

TEST_CASE("log probabilities may be given as logits, and the reductions are mean, sum and none") {
  Draw draw{2};
  const Batch b = draw_batch(draw, 9, 2, 3, 0);
  const auto loss = [&](const Tensor& x, LossReduction reduction) {
    return ctc_loss(x, b.labels, b.logit_lengths, b.label_lengths,
                    {.zero_infinity = true, .reduction = reduction});
  };
  const Tensor each = loss(b.logits, LossReduction::none);
  CHECK(sum(each).item() == doctest::Approx(loss(b.logits, LossReduction::sum).item()));
  CHECK(mean(each).item() == doctest::Approx(loss(b.logits, LossReduction::mean).item()));
  CHECK(mean(each).item() ==
        doctest::Approx(loss(log_softmax(b.logits), LossReduction::mean).item()));
}

TEST_CASE("classes that are impossible and what is behind the lengths do no harm") {
  const double no = -inf<double>;
  const Tensor logits = Tensor::copy_of<double>(
      {0, 0, no, 0, 0, no, nan<double>, nan<double>, nan<double>}, {3, 1, 3});
  const Tape tape;
  const Tensor loss = ctc_loss(logits, Tensor::copy_of<int>({1, -1}, {2, 1}), row({2}), row({1}));
  CHECK(loss.item() == doctest::Approx(-std::log(0.75)));
  const Tensor dx = gradient(loss, logits);
  for (const double number : slice(dx, 0, 0, 2).values<double>()) CHECK(std::isfinite(number));
  CHECK(ctc_loss(logits, Tensor::copy_of<int>({2}, {1, 1}), row({2}), row({1})).item() ==
        inf<double>);
}

TEST_CASE("ctc_loss refuses shapes, lengths and labels that do not fit") {
  const Tensor logits = zeros({4, 2, 3}), labels = ones({2, 2}, DType::i64);
  const Tensor four = lengths_of({4, 4}), two = lengths_of({2, 2});
  CHECK_THROWS_WITH_AS(ctc_loss(zeros({4, 3}), labels, four, two),
                       Contains("ctc_loss: logits [4, 3]; they must be [time, batch, classes] "
                                "(tests/ops/ctc_loss_test.cpp:"),
                       ShapeError);
  CHECK_THROWS_WITH_AS(ctc_loss(logits, ones({2, 3}, DType::i64), four, two),
                       Contains("ctc_loss: logits [4, 2, 3] and labels [2, 3]; the labels must be "
                                "[length, batch]"),
                       ShapeError);
  CHECK_THROWS_WITH_AS(ctc_loss(logits, labels, four, lengths_of({2})),
                       Contains("ctc_loss: lengths [1] for logits [4, 2, 3]; there must be one"),
                       ShapeError);
  CHECK_THROWS_WITH_AS(ctc_loss(logits, labels, lengths_of({4, 5}), two),
                       Contains("ctc_loss: length 5 at [1]; the sequences have 4 steps"),
                       IndexError);
  CHECK_THROWS_WITH_AS(ctc_loss(logits, labels, four, lengths_of({2, -1})),
                       Contains("ctc_loss: length -1 at [1]; "), IndexError);
  CHECK_THROWS_WITH_AS(ctc_loss(logits, full({2, 2}, 3, DType::i64), four, two),
                       Contains("ctc_loss: index 3 at "), IndexError);
  CHECK_THROWS_WITH_AS(ctc_loss(logits, labels, four, two, {.blank = 3}),
                       Contains("ctc_loss: blank = 3; it must be one of the 3 classes"),
                       ValueError);
  CHECK_THROWS_WITH_AS(ctc_loss(logits, zeros({2, 2}), four, two),
                       Contains("ctc_loss: labels of f32; they must be i32 or i64"), DTypeError);
}

GRADIENT_CASE("ctc_loss", Smooth::yes, [](Draw& draw) -> Trial {
  const std::int64_t classes = draw.between(2, 4);
  const std::int64_t blank = draw.below(classes);
  const Batch b = draw_batch(draw, draw.between(1, 5), draw.between(0, 2), classes, blank);
  return {{b.logits}, [=](auto x) {
            Batch other = b;
            other.logits = x[0];
            return losses(other, blank, true);
          }};
});

}  // namespace
}  // namespace chronograd
