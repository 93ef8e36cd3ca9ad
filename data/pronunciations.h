#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace chronograd {

/// The phones of one way to say a word, such as {"K", "AE", "T"}.
using Pronunciation = std::vector<std::string>;

/// A word of a pronouncing dictionary with every way to say it: at least one, no two equal.
struct PronouncedWord {
  std::string word;
  std::vector<Pronunciation> pronunciations;
};

/// What becomes of the stress digits in phones such as "AH0".
enum class Stress { keep, strip };

/// Reads a pronouncing dictionary: the words in the order of their first appearance, each with its
/// pronunciations in the order they came; pronunciations that are equal (once stress is stripped)
/// are merged. Each line is in one of two forms:
///
///     read R EH D             CMUdict: the word, then its phones, parted by spaces;
///     read(2) R IY D          a number in parentheses marks another pronunciation of the word
///     read<TAB>R EH D         a tab after the word, which may hold spaces; further
///     read<TAB>R IY D         pronunciations stand on further lines
///
/// Files are UTF-8, plain or gzip, with LF or CR LF. Skipped: empty lines, lines that begin with
/// `#` or `;;;`, and what follows a phone that begins with `#`.
/// Throws FileError, with file and line, for a file that cannot be read, a word without phones,
/// phones without a word, control characters, invalid UTF-8, or a line of more than 64 KiB.
std::vector<PronouncedWord> read_pronunciations(const std::filesystem::path& path,
                                                Stress stress = Stress::keep);

/// `phone` without the stress digits at its end: "AH" for "AH0".
std::string_view without_stress(std::string_view phone);

}  // namespace chronograd
