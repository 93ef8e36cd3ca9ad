#include "chronograd/ops/detail/equation.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <optional>

#include "chronograd/graph/error.h"
#include "chronograd/graph/op.h"

namespace chronograd::detail {
namespace {

constexpr std::string_view dots = "...";

bool is_label(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool has_dots(std::string_view term) { return term.find(dots) != std::string_view::npos; }

// What is being read, for messages.
struct Reader {
  std::string_view text;
  std::span<const Shape> shapes;
  SourceLine where;

  template <class E = ValueError>
  [[noreturn]] void fail(const std::string& came, const std::string& wanted) const {
    throw E("einsum: " + came + "; " + wanted + where_text(where));
  }
  std::string quoted() const { return "\"" + std::string(text) + "\""; }

  // Fails unless the term is of labels and at most one "...".
  void check(std::string_view term) const {
    std::string labels{term};
    if (has_dots(term)) labels.erase(term.find(dots), dots.size());
    const auto odd = std::find_if_not(labels.begin(), labels.end(), is_label);
    if (odd == labels.end()) return;
    fail("'" + std::string(1, *odd) + "' in " + quoted(),
         "labels are letters, an operand may have one \"...\"");
  }

  // How many axes "..." stands for in the term of operand k.
  int dotted_axes(std::string_view term, std::size_t k) const {
    const bool dotted = has_dots(term);
    const int named = static_cast<int>(term.size() - (dotted ? dots.size() : 0));
    const int rank = shapes[k].rank();
    if (dotted ? named > rank : named != rank) {
      fail<ShapeError>(
          "operand " + std::to_string(k) + " of " + quoted() + " is " + to_string(shapes[k]),
          "\"" + std::string(term) + "\" names " + (dotted ? "at least " : "") +
              std::to_string(named) + (named == 1 ? " axis" : " axes"));
    }
    return rank - named;
  }

  void check_result(std::string_view result, const std::string& all_labels) const {
    check(result);
    for (const char label : result) {
      if (label == '.') continue;
      const std::string came = "the result of " + quoted() + " has '" + label + "'";
      if (all_labels.find(label) == std::string::npos) fail(came, "no operand has it");
      if (std::count(result.begin(), result.end(), label) > 1) {
        fail(came + " twice", "each of its labels may be given once");
      }
    }
  }
};

std::vector<std::string> split_at_commas(std::string_view text) {
  std::vector<std::string> terms{""};
  for (const char c : text) {
    if (c == ',') {
      terms.emplace_back();
    } else {
      terms.back() += c;
    }
  }
  return terms;
}

// "..." for a number of axes as digits of which the last is '9'.
std::string spelled_out(std::string term, int axes) {
  constexpr std::string_view digits = "0123456789";
  const std::size_t at = term.find(dots);
  if (at == std::string::npos) return term;
  return term.replace(at, dots.size(),
                      digits.substr(digits.size() - static_cast<std::size_t>(axes)));
}

// Without "->": the dotted axes, then in alphabetical order the labels that occur once.
std::string implied_result(std::string labels, bool dotted) {
  std::sort(labels.begin(), labels.end());
  std::string once{dotted ? dots : ""};
  for (const char label : labels) {
    if (std::count(labels.begin(), labels.end(), label) == 1) once += label;
  }
  return once;
}

}  // namespace

Equation parse_equation(std::string_view text, std::span<const Shape> shapes, SourceLine where) {
  const Reader reader{text, shapes, where};
  std::string rest{text};
  std::erase(rest, ' ');
  std::optional<std::string> given;
  if (const std::size_t arrow = rest.find("->"); arrow != std::string::npos) {
    given = rest.substr(arrow + 2);
    rest.erase(arrow);
  }
  Equation equation{.terms = split_at_commas(rest), .result = {}};
  if (equation.terms.size() != shapes.size()) {
    reader.fail(std::to_string(shapes.size()) + " operands for " + reader.quoted(),
                "it names " + std::to_string(equation.terms.size()));
  }
  std::string labels;
  int most_dotted = 0;
  bool dotted = false;
  for (std::size_t k = 0; k < shapes.size(); ++k) {
    std::string& term = equation.terms[k];
    reader.check(term);
    const int axes = reader.dotted_axes(term, k);
    most_dotted = std::max(most_dotted, axes);
    dotted |= has_dots(term);
    std::copy_if(term.begin(), term.end(), std::back_inserter(labels), is_label);
    term = spelled_out(term, axes);
  }
  if (given) reader.check_result(*given, labels);
  equation.result = spelled_out(given ? *given : implied_result(labels, dotted), most_dotted);
  return equation;
}

}  // namespace chronograd::detail
