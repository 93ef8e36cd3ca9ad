#include "predict.h"

#include <chronograd/data/characters.h>
#include <chronograd/graph/error.h>
#include <fmt/ostream.h>
#include <fmt/ranges.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <optional>
#include <vector>

#include "line_input.h"
#include "speller.h"
#include "streams.h"
#include "text.h"

namespace seq2seq {

using namespace chronograd;

namespace {

constexpr std::size_t lines_at_once = 4096;
constexpr std::size_t bytes_at_once = std::size_t{1} << 20;
constexpr std::size_t bytes_of_letter = 4;  // at most, in UTF-8

/// Collects lines, and answers them together when asked to.
class Answers {
 public:
  Answers(const Speller& speller, std::ostream& out, std::string out_name, std::size_t longest)
      : speller_(speller), out_(out), out_name_(std::move(out_name)), longest_(longest) {}

  void add(const std::string& line) {
    ++number_;
    const std::string complaint = complaint_about(line);
    if (!complaint.empty()) refuse(complaint);
    if (complaint.empty()) note_unknown(line);
    lines_.push_back(line);
    words_.push_back(complaint.empty() ? line : "");
    bytes_ += line.size();
    if (lines_.size() == lines_at_once || bytes_ > bytes_at_once) give();
  }

  /// Answers a line that does not fit into memory, of which this is the first piece.
  void pass_on(LineInput& in, std::optional<LineInput::Piece> piece) {
    ++number_;
    refuse(too_long());
    give();
    for (; piece && out_; piece = piece->ends_line ? std::nullopt : in.next()) out_ << piece->text;
    out_ << "\t\n";
    finish(out_, out_name_);
  }

  /// Answers all lines there are.
  void give() {
    if (lines_.empty()) return;
    const std::vector<Spoken> spoken = speller_.speak(words_);
    for (std::size_t k = 0; k < lines_.size(); ++k) {
      fmt::print(out_, "{}\t{}\n", lines_[k], fmt::join(spoken[k].phones, " "));
    }
    finish(out_, out_name_);
    lines_.clear();
    words_.clear();
    bytes_ = 0;
  }

  bool all_answered() const { return all_answered_; }

 private:
  /// Why a line is no word; nothing when it is one.
  std::string complaint_about(const std::string& line) const {
    const std::string complaint = why_no_word(line);
    if (!complaint.empty()) return complaint;
    return characters(line).size() > longest_ ? too_long() : "";
  }

  std::string too_long() const {
    return fmt::format("more than {} letters, so that it is not said; see --longest", longest_);
  }

  void refuse(const std::string& complaint) {
    spdlog::error("predict: line {}: {}", number_, complaint);
    all_answered_ = false;
  }

  void note_unknown(const std::string& word) const {
    const std::set<std::string> unknown = speller_.symbols().unknown_in(word);
    if (unknown.empty()) return;
    spdlog::warn("predict: line {}: '{}' in '{}' was never seen in training; the model guesses",
                 number_, fmt::join(unknown, "', '"), word);
  }

  const Speller& speller_;
  std::ostream& out_;
  std::string out_name_;
  std::size_t longest_;
  std::vector<std::string> lines_;
  std::vector<std::string> words_;
  std::size_t bytes_ = 0;
  std::size_t number_ = 0;
  bool all_answered_ = true;
};

/// Whether both are there and are the same regular file, by whatever name.
bool same_file(int a_failed, const struct stat& a, int b_failed, const struct stat& b) {
  return a_failed == 0 && b_failed == 0 && S_ISREG(a.st_mode) && a.st_dev == b.st_dev &&
         a.st_ino == b.st_ino;
}

/// To open a file for writing empties it.
void refuse_to_overwrite(const PredictCommand& command, const LineInput& in) {
  struct stat to {};
  struct stat from {};
  struct stat model {};
  const int no_to =
      command.output.empty() ? fstat(STDOUT_FILENO, &to) : stat(command.output.c_str(), &to);
  const int no_from = fstat(in.descriptor(), &from);
  const int no_model = stat(Speller::file_in(command.folder).c_str(), &model);
  const char* taken = same_file(no_to, to, no_from, from)     ? "input"
                      : same_file(no_to, to, no_model, model) ? "model"
                                                              : nullptr;
  if (taken == nullptr) return;
  throw FileError(fmt::format("predict: the output {} is the {}; it must be another file",
                              command.output.empty() ? "stdout" : command.output, taken));
}

}  // namespace

int run(const PredictCommand& command, std::ostream& out) {
  LineInput in{command.input, command.longest * bytes_of_letter + 2};
  const Speller speller = Speller::load(command.folder);
  refuse_to_overwrite(command, in);
  std::optional<std::ofstream> file;
  if (!command.output.empty()) file = open_to_write(command.output);
  Answers answers{speller, file ? *file : out, file ? command.output : "stdout", command.longest};
  in.before_waiting([&] { answers.give(); });
  while (std::optional<LineInput::Piece> piece = in.next()) {
    piece->ends_line ? answers.add(piece->text) : answers.pass_on(in, std::move(piece));
  }
  answers.give();
  return answers.all_answered() ? 0 : 1;
}

}  // namespace seq2seq
