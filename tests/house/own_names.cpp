// Names that programs for sequence models give to things of their own.
#include <chronograd/chronograd.h>

using namespace chronograd;

struct Batch {
  Tensor xs, labels;
};
struct Cell {
  int size = 0;
};
struct Config {
  int hidden = 0;
};
struct Decoder {};
struct Encoder {};
struct Group {
  int first = 0;
};
struct Model {
  Cell cell;
  Linear output;
};
struct Options {};
struct Score {
  double value = 0;
};
struct State {
  Tensor h;
};
struct Step {};

double use(const Model& model, const Batch& batch, const State& state, const Group& group) {
  const Score score{cross_entropy(model.output(state.h), batch.labels).item()};
  const Cell cell = model.cell;
  return score.value * group.first + cell.size + Config{}.hidden;
}
