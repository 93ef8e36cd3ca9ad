#include "fingerprint.h"

#include <string_view>

namespace seq2seq {

Fingerprint Fingerprint::of(std::span<const chronograd::PronouncedWord> words) {
  std::uint64_t hash = 0xCBF29CE484222325u;  // FNV-1a
  const auto add = [&](std::string_view text, char end) {
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3u;
    hash = (hash ^ static_cast<unsigned char>(end)) * 0x100000001B3u;
  };
  for (const chronograd::PronouncedWord& word : words) {
    add(word.word, '\n');
    for (const chronograd::Pronunciation& pronunciation : word.pronunciations) {
      for (const std::string& phone : pronunciation) add(phone, ' ');
      add("", '\t');
    }
  }
  return {.words = words.size(), .hash = hash};
}

}  // namespace seq2seq
