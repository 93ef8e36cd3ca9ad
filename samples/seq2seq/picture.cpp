#include "picture.h"

#include <chronograd/data/characters.h>
#include <fmt/ostream.h>

#include <algorithm>
#include <array>
#include <sstream>
#include <vector>

namespace seq2seq {
namespace {

std::vector<std::string> columns(const std::string& word) {
  std::vector<std::string> letters = chronograd::characters(word);
  letters.emplace_back("·");  // the end symbol
  return letters;
}

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

}  // namespace

void draw_attention(std::ostream& out, const std::string& word, const Spoken& spoken) {
  constexpr std::array shades = {" ", "░", "▒", "▓", "█"};
  fmt::print(out, "     ");
  for (const std::string& letter : columns(word)) fmt::print(out, " {} ", letter);
  fmt::print(out, "\n");
  for (std::size_t t = 0; t < spoken.phones.size(); ++t) {
    fmt::print(out, "{:>4} ", spoken.phones[t]);
    for (const float weight : spoken.attention[t]) {
      const auto shade = static_cast<std::size_t>(weight * 4.999f);
      const char* block = shades[std::min(shade, shades.size() - 1)];
      fmt::print(out, "{}{}{}", block, block, block);
    }
    fmt::print(out, "\n");
  }
}

std::string attention_svg(const std::string& word, const Spoken& spoken) {
  std::ostringstream out;
  constexpr int cell = 28;
  constexpr int left = 56;
  constexpr int top = 44;
  const std::vector<std::string> letters = columns(word);
  const auto at = [](std::size_t k) { return static_cast<int>(k) * cell; };
  fmt::print(
      out,
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}\" height=\"{}\" "
      "font-family=\"sans-serif\" font-size=\"14\">\n"
      "<title>Attention: {}</title>\n<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n",
      left + at(letters.size()) + 16, top + at(spoken.phones.size()) + 16, escaped(word));
  for (std::size_t k = 0; k < letters.size(); ++k) {
    fmt::print(out, "<text x=\"{}\" y=\"{}\" text-anchor=\"middle\">{}</text>\n",
               left + at(k) + cell / 2, top - 12, escaped(letters[k]));
  }
  for (std::size_t t = 0; t < spoken.phones.size(); ++t) {
    fmt::print(out, "<text x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>\n", left - 10,
               top + at(t) + cell / 2 + 5, escaped(spoken.phones[t]));
    for (std::size_t k = 0; k < spoken.attention[t].size(); ++k) {
      fmt::print(out,
                 "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"#1f4e8c\" "
                 "fill-opacity=\"{:.3f}\" stroke=\"#d0d7e2\"/>\n",
                 left + at(k), top + at(t), cell, cell, spoken.attention[t][k]);
    }
  }
  fmt::print(out, "</svg>\n");
  return out.str();
}

}  // namespace seq2seq
