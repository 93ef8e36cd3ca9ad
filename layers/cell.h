#pragma once

#include <concepts>
#include <cstdint>
#include <type_traits>
#include <utility>

#include "chronograd/layers/state.h"

namespace chronograd {

namespace detail {

/// The first thing that a class lacks to be a cell.
enum class CellFault {
  none,
  no_zero_state,
  state_is_no_aggregate,
  state_has_no_h,
  h_is_no_tensor,
  too_many_members,
  member_is_no_tensor,
  no_step,
  step_returns_another_type
};

template <class S>
constexpr CellFault state_fault() {
  if constexpr (!std::is_aggregate_v<S>) {
    return CellFault::state_is_no_aggregate;
  } else if constexpr (!requires(const S& s) { s.h; }) {
    return CellFault::state_has_no_h;
  } else if constexpr (!requires(const S& s) {
                         { s.h } -> std::convertible_to<const Tensor&>;
                       }) {
    return CellFault::h_is_no_tensor;
  } else if constexpr (member_count<S>() > most_members) {
    return CellFault::too_many_members;
  } else {
    return only_tensors<S>() ? CellFault::none : CellFault::member_is_no_tensor;
  }
}

template <class C>
constexpr CellFault cell_fault() {
  if constexpr (!requires(const C& c) { c.zero_state(std::int64_t{1}); }) {
    return CellFault::no_zero_state;
  } else {
    using S = decltype(std::declval<const C&>().zero_state(std::int64_t{1}));
    if constexpr (state_fault<S>() != CellFault::none) {
      return state_fault<S>();
    } else if constexpr (!requires(const C& c, const Tensor& x, const S& s) { c.step(x, s); }) {
      return CellFault::no_step;
    } else {
      const bool same =
          std::is_same_v<decltype(std::declval<const C&>().step(std::declval<const Tensor&>(),
                                                                std::declval<const S&>())),
                         S>;
      return same ? CellFault::none : CellFault::step_returns_another_type;
    }
  }
}

/// Says what a class lacks to be a cell, in one sentence; true, to stand where a value is needed.
template <class C>
constexpr bool explain_cell() {
  constexpr CellFault fault = cell_fault<C>();
  static_assert(fault != CellFault::no_zero_state,
                "a cell needs a const method `State zero_state(std::int64_t batch)`");
  static_assert(fault != CellFault::state_is_no_aggregate,
                "a cell's state must be an aggregate: a struct of tensors without constructors");
  static_assert(fault != CellFault::state_has_no_h,
                "a cell's state needs a member `h`, its output");
  static_assert(fault != CellFault::h_is_no_tensor,
                "the member `h` of a cell's state must be a Tensor, its output");
  static_assert(fault != CellFault::too_many_members,
                "a cell's state may have at most 8 members: put some into a struct of their own");
  static_assert(
      fault != CellFault::member_is_no_tensor,
      "every member of a state must be a Tensor or a struct, vector, array or optional of these");
  static_assert(fault != CellFault::no_step,
                "a cell needs a const method `State step(const Tensor& x, const State& state)`");
  static_assert(fault != CellFault::step_returns_another_type,
                "a cell's step must return the type that zero_state returns");
  return true;
}

/// The state of what is no cell: takes and has what is asked of it, so that the compiler says
/// nothing more than what the cell lacks.
struct NoState {
  NoState() = default;
  template <class State>
  NoState(const State&) {}
  Tensor h;
};

template <class C>
auto state_of() {
  if constexpr (cell_fault<C>() == CellFault::none) {
    return std::type_identity<decltype(std::declval<const C&>().zero_state(std::int64_t{1}))>{};
  } else {
    return std::type_identity<NoState>{};
  }
}

}  // namespace detail

/// One step of a recurrence: `zero_state(batch)` makes a state, `step(x, state)` the next one.
template <class C>
concept RecurrentCell = detail::cell_fault<C>()
== detail::CellFault::none;

template <class C>
using StateOf = typename decltype(detail::state_of<C>())::type;

}  // namespace chronograd
