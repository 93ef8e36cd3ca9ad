#include "graph.h"

#include <chronograd/autodiff/backward.h>
#include <chronograd/graph/dot.h>
#include <chronograd/graph/dump.h>
#include <chronograd/graph/tape.h>

#include <vector>

namespace seq2seq {

using namespace chronograd;

void write_graph(const Speller& speller, const std::string& format, std::ostream& out) {
  const std::vector<std::string> words = {"gradient", "knight"};
  std::vector<Example> examples;
  std::vector<std::size_t> all;
  for (const std::string& word : words) {
    all.push_back(examples.size());
    examples.push_back({speller.symbols().letters_of(word), {}});
    examples.back().phones.assign(word.size(), Symbols::end);
  }
  Random random{0};
  const Tape tape{random};
  const Tensor loss = speller.model().loss(batch_of(examples, all));
  const Gradients gradients = backward(loss, speller.parameters());
  format == "dot" ? dot(tape, out) : dump(tape, out);
}

int run(const GraphCommand& command, std::ostream& out) {
  write_graph(Speller::load(command.folder), command.format, out);
  return 0;
}

}  // namespace seq2seq
