#include "chronograd/graph/dump.h"

#include <fmt/format.h>

#include <iterator>
#include <ostream>
#include <sstream>

#include "chronograd/graph/dumps/describe_nodes.h"
#include "chronograd/graph/dumps/outline.h"
#include "chronograd/graph/dumps/pattern.h"
#include "chronograd/graph/dumps/scope_tree.h"

namespace chronograd {
namespace {

using detail::Fold;
using detail::NodeWriter;
using detail::Outline;
using detail::Pattern;
using detail::ScopeRow;

constexpr int fewest_folded = 3;  // any two steps follow some law

struct Totals {
  std::size_t forward = 0;
  std::size_t gradient = 0;
  std::size_t parameters = 0;
  std::int64_t numbers = 0;

  Totals& operator+=(const Totals& other) {
    forward += other.forward;
    gradient += other.gradient;
    parameters += other.parameters;
    numbers += other.numbers;
    return *this;
  }
};

std::string title_of(std::string_view path) {
  return path.empty() ? "(no scope)" : std::string(path);
}

class Dump {
 public:
  Dump(RecordingView recording, std::ostream& out, const DumpOptions& options)
      : outline_(recording),
        rows_(detail::scope_tree(outline_)),
        writer_(outline_, options.source_lines, options.fold),
        out_(out),
        fold_(options.fold) {}

  void write() {
    write_totals();
    write_constants();
    for (const ScopeRow& row : rows_) {
      if (row.scope != nullptr) write_scope(*row.scope);
    }
  }

 private:
  Totals totals_of(const ScopeRow& row) const {
    Totals totals;
    if (row.scope == nullptr) return totals;
    for (const auto k : row.scope->forward) totals.forward += outline_.section(k).nodes.size();
    for (const auto k : row.scope->gradient) totals.gradient += outline_.section(k).nodes.size();
    totals.parameters = row.scope->parameters.size();
    for (const NodeId leaf : row.scope->parameters) {
      const RecordingView recording = outline_.recording();
      totals.numbers += recording.shape(recording[leaf].first_output()).size();
    }
    return totals;
  }

  // Of each row and all below it.
  std::vector<Totals> totals_of_trees() const {
    std::vector<Totals> totals(rows_.size());
    std::vector<std::size_t> waiting;  // rows to the right that are nobody's children so far
    for (std::size_t k = rows_.size(); k-- > 0;) {
      totals[k] = totals_of(rows_[k]);
      while (!waiting.empty() && rows_[waiting.back()].depth > rows_[k].depth) {
        totals[k] += totals[waiting.back()];
        waiting.pop_back();
      }
      waiting.push_back(k);
    }
    return totals;
  }

  void write_totals() {
    const std::vector<Totals> totals = totals_of_trees();
    Totals all;
    for (std::size_t k = 0; k < rows_.size(); ++k) {
      if (rows_[k].depth == 0) all += totals[k];
    }
    out_ << fmt::format("tape: {} nodes with {} outputs\n\n", outline_.recording().size(),
                        outline_.recording().outputs());
    const auto write_row = [&](std::string_view name, const Totals& t) {
      out_ << fmt::format("{:<40}{:>10}{:>10}{:>12}{:>12}\n", name, t.forward, t.gradient,
                          t.parameters, t.numbers);
    };
    out_ << fmt::format("{:<40}{:>10}{:>10}{:>12}{:>12}\n", "scope", "forward", "gradient",
                        "parameters", "numbers");
    for (std::size_t k = 0; k < rows_.size(); ++k) {
      const std::string indent(static_cast<std::size_t>(2 * rows_[k].depth), ' ');
      write_row(indent + title_of(rows_[k].name()), totals[k]);
    }
    write_row("all", all);
  }

  void write_constants() {
    const auto constants = outline_.constants();
    if (constants.empty()) return;
    out_ << "\nconstants\n";
    const RecordingView recording = outline_.recording();
    const auto output = [&](std::size_t k) { return recording[constants[k]].first_output(); };
    for (std::size_t k = 0; k < constants.size();) {
      std::size_t end = k + 1;
      while (fold_ && end < constants.size() &&
             recording.shape(output(end)) == recording.shape(output(k)) &&
             recording.dtype(output(end)) == recording.dtype(output(k))) {
        ++end;
      }
      Pattern line;
      (line << "#").number(static_cast<std::int64_t>(k + 1));
      if (end - k > 1) (line << " .. #").number(static_cast<std::int64_t>(end));
      line.column() << writer_.type_of(output(k));
      line.end_line();
      write_lines(Fold{std::move(line), 0}, 2);
      k = end;
    }
  }

  void write_scope(const Outline::Scope& scope) {
    out_ << "\n" << title_of(scope.path) << "\n";
    for (const NodeId leaf : scope.parameters) {
      write_lines(Fold{writer_.line_of_parameter(leaf), 0}, 2);
    }
    write_sections(scope.forward, 2);
    if (scope.gradient.empty()) return;
    out_ << "  gradient\n";
    write_sections(scope.gradient, 4);
  }

  void write_sections(std::span<const std::uint32_t> sections, int indent) {
    for (std::size_t k = 0; k < sections.size();) {
      const Outline::Section& section = outline_.section(sections[k]);
      if (section.step == Outline::outside_steps) {
        writer_.write(section, [&](const Pattern& line) { write_lines(Fold{line, 0}, indent); });
        ++k;
        continue;
      }
      const Fold fold = fold_from(sections.subspan(k), writer_.lines_of(section));
      out_ << std::string(static_cast<std::size_t>(indent), ' ') << fold.title() << "\n";
      write_lines(fold, indent + 2);
      k += static_cast<std::size_t>(fold.steps());
    }
  }

  Fold fold_from(std::span<const std::uint32_t> sections, const Pattern& first) const {
    const std::int32_t step = outline_.section(sections[0]).step;
    Fold fold{first, step};
    for (std::size_t k = 1; fold_ && k < sections.size(); ++k) {
      const Outline::Section& next = outline_.section(sections[k]);
      if (!fold.extend(writer_.lines_of(next), next.step)) break;
    }
    return fold.steps() < fewest_folded ? Fold{first, step} : fold;
  }

  void write_lines(const Fold& fold, int indent) {
    std::string text;
    fold.print(text, indent);
    out_ << text;
  }

  const Outline outline_;
  const std::vector<ScopeRow> rows_;
  const NodeWriter writer_;
  std::ostream& out_;
  const bool fold_;
};

}  // namespace

void dump(RecordingView recording, std::ostream& out, const DumpOptions& options) {
  Dump{recording, out, options}.write();
}

void dump(const Tape& tape, std::ostream& out, const DumpOptions& options) {
  dump(tape.recording(), out, options);
}

std::string dump(const Tape& tape, const DumpOptions& options) {
  std::ostringstream out;
  dump(tape, out, options);
  return std::move(out).str();
}

}  // namespace chronograd
