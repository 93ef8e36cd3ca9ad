#include "chronograd/data/pronunciation_score.h"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "chronograd/graph/error.h"

namespace chronograd {

TEST_CASE("a word is right when it equals any accepted pronunciation") {
  PronunciationScore score;
  const std::vector<Pronunciation> read{{"R", "EH", "D"}, {"R", "IY", "D"}};
  score.add({"R", "IY", "D"}, read);
  score.add({"R", "EH", "D"}, read);
  score.add({"R", "EH"}, read);
  score.add({}, read);
  CHECK(score.words() == 4);
  CHECK(score.wrong_words() == 2);
  CHECK(score.word_error_rate() == 0.5);
  CHECK(score.phone_error_rate() == 4.0 / 12.0);
}

TEST_CASE("phones are counted against the nearest pronunciation, the first of equally near ones") {
  const Pronunciation predicted{"A", "B", "C"};
  PronunciationScore nearest;
  nearest.add(predicted, std::vector<Pronunciation>{{"X", "Y", "Z"}, {"A", "B", "C", "D"}});
  CHECK(nearest.phone_error_rate() == 1.0 / 4.0);
  PronunciationScore tie;
  tie.add(predicted, std::vector<Pronunciation>{{"A", "B"}, {"A", "B", "C", "D"}});
  CHECK(tie.phone_error_rate() == 1.0 / 2.0);
}

TEST_CASE("the phone error rate may exceed one") {
  PronunciationScore score;
  score.add({"A", "B", "C"}, std::vector<Pronunciation>{{"D"}});
  CHECK(score.phone_error_rate() == 3.0);
  CHECK(score.word_error_rate() == 1.0);
}

TEST_CASE("rates of nothing are NaN and a word without pronunciations is refused") {
  PronunciationScore score;
  CHECK(std::isnan(score.word_error_rate()));
  CHECK(std::isnan(score.phone_error_rate()));
  CHECK_THROWS_WITH_AS(score.add({"A"}, {}),
                       "score: a word without accepted pronunciations; there must be at least one",
                       ValueError);
  CHECK(score.words() == 0);
}

}  // namespace chronograd
