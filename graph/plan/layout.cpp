#include "chronograd/graph/plan/layout.h"

namespace chronograd::plan {

std::uint32_t Layout::at(std::uint32_t e, int distance) const {
  const Element& from = elements_[e];
  const auto& strip = strips_[from.strip];
  const std::int64_t position =
      std::int64_t{from.index} - elements_[strip.front()].index + distance;
  if (position < 0 || position >= static_cast<std::int64_t>(strip.size())) return nowhere;
  return strip[static_cast<std::size_t>(position)];
}

Layout::Anchor Layout::anchor(std::span<const Piece> pieces) const {
  Anchor best;
  for (std::size_t first = 0; first < pieces.size();) {
    const std::uint32_t begin = element_there(pieces[first]);
    std::size_t end = first + 1;
    if (begin != nowhere) {
      for (std::uint32_t e = begin; end < pieces.size(); ++end) {
        e = at(e, 1);
        if (e == nowhere || element_there(pieces[end]) != e) break;
      }
      if (end - first > best.count) best = {first, end - first};
    }
    first = end;
  }
  return best;
}

// Whether a strip can go on from element `e` with these pieces, in one direction: each piece is the
// neighbour already, or is free to become it, or begins another strip that can be merged with this
// one. `strips` and `added` hold what this request has used up, since nothing can be used twice.
bool Layout::leads_on(std::uint32_t e, std::span<const Piece> pieces, int direction,
                      std::set<std::uint32_t>& strips, std::set<ValueId>& added) const {
  for (const Piece& piece : pieces) {
    std::uint32_t there = element_there(piece);
    if (there == nowhere && piece.value != no_id && !added.insert(piece.value).second) return false;
    const std::uint32_t neighbour = e == nowhere ? nowhere : at(e, direction);
    if (neighbour != nowhere) {
      if (neighbour != there) return false;
    } else if (there != nowhere) {
      if (at(there, -direction) != nowhere || !strips.insert(elements_[there].strip).second) {
        return false;
      }
    }
    e = there;
  }
  return true;
}

bool Layout::fits(std::span<const Piece> pieces, Anchor lies) const {
  if (lies.count == 0) return false;
  const std::uint32_t first = element_there(pieces[lies.first]);
  const std::uint32_t last = element_there(pieces[lies.first + lies.count - 1]);
  std::set<std::uint32_t> strips{elements_[first].strip};
  std::set<ValueId> added;
  const std::vector<Piece> before(pieces.rend() - static_cast<std::ptrdiff_t>(lies.first),
                                  pieces.rend());
  return leads_on(last, pieces.subspan(lies.first + lies.count), 1, strips, added) &&
         leads_on(first, before, -1, strips, added);
}

std::int64_t Layout::holes(std::span<const Piece> pieces) const {
  const bool fit = fits(pieces, anchor(pieces));
  std::int64_t bytes = 0;
  std::set<ValueId> seen;
  for (const Piece& piece : pieces) {
    const bool twice = piece.value != no_id && !seen.insert(piece.value).second;
    if (piece.value == no_id || twice || (!fit && element_there(piece) != nowhere))
      bytes += piece.bytes;
  }
  return bytes;
}

std::uint32_t Layout::new_element(const Piece& piece, std::uint32_t strip, std::int32_t index) {
  const auto e = static_cast<std::uint32_t>(elements_.size());
  elements_.push_back({strip, index, piece});
  if (piece.value != no_id) {
    if (element_of_[piece.value] == nowhere) {
      element_of_[piece.value] = e;
    } else {
      elements_.back().piece.value = no_id;
    }
  }
  return e;
}

void Layout::merge(std::uint32_t from, std::uint32_t into, int direction) {
  std::deque<std::uint32_t> moved;
  moved.swap(strips_[from]);
  auto& strip = strips_[into];
  if (direction > 0) {
    for (const std::uint32_t e : moved) {
      elements_[e].strip = into;
      elements_[e].index = elements_[strip.back()].index + 1;
      strip.push_back(e);
    }
  } else {
    for (auto e = moved.rbegin(); e != moved.rend(); ++e) {
      elements_[*e].strip = into;
      elements_[*e].index = elements_[strip.front()].index - 1;
      strip.push_front(*e);
    }
  }
}

std::uint32_t Layout::extend(std::uint32_t e, const Piece& piece, int direction) {
  const std::uint32_t there = element_there(piece);
  if (const std::uint32_t neighbour = at(e, direction); neighbour != nowhere) {
    return neighbour == there ? there : nowhere;
  }
  const std::uint32_t strip = elements_[e].strip;
  if (there == nowhere) {
    const std::uint32_t added = new_element(piece, strip, elements_[e].index + direction);
    if (direction > 0) {
      strips_[strip].push_back(added);
    } else {
      strips_[strip].push_front(added);
    }
    return added;
  }
  if (elements_[there].strip == strip || at(there, -direction) != nowhere) return nowhere;
  merge(elements_[there].strip, strip, direction);
  return there;
}

std::uint32_t Layout::want(std::span<const Piece> pieces) {
  const Anchor lies = anchor(pieces);
  if (fits(pieces, lies)) {
    std::uint32_t first = element_there(pieces[lies.first]);
    std::uint32_t last = element_there(pieces[lies.first + lies.count - 1]);
    for (std::size_t k = lies.first + lies.count; k < pieces.size() && last != nowhere; ++k) {
      last = extend(last, pieces[k], 1);
    }
    for (std::size_t k = lies.first; k-- > 0 && first != nowhere && last != nowhere;) {
      first = extend(first, pieces[k], -1);
    }
    if (first != nowhere && last != nowhere) return first;
  }
  const auto strip = static_cast<std::uint32_t>(strips_.size());
  strips_.emplace_back();
  for (std::size_t k = 0; k < pieces.size(); ++k) {
    strips_.back().push_back(new_element(pieces[k], strip, static_cast<std::int32_t>(k)));
  }
  return strips_.back().front();
}

}  // namespace chronograd::plan
