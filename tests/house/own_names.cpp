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
struct Merge {};
struct Model {
  Cell cell;
  Linear output;
};
struct Norm {
  double value = 0;
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
  const Norm norm{score.value * group.first};
  const Merge merge;
  const Cell cell = model.cell;
  static_cast<void>(merge);
  return norm.value + cell.size + Config{}.hidden;
}
