#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "chronograd/graph/record/past.h"
#include "chronograd/graph/record/recording_data.h"

namespace chronograd::detail {

/// What a tape assigns to parameters. Assignments wait for a commit, which lets all of them take
/// effect. Until then each parameter is claimed: no other tape may assign it.
class Effects {
 public:
  Effects(Recording& recording, Past& past, std::uint64_t serial)
      : recording_(recording), past_(past), serial_(serial) {}
  /// Gives up what waits.
  ~Effects();
  Effects(const Effects&) = delete;
  Effects& operator=(const Effects&) = delete;

  /// Records that the parameter takes the numbers of an output, instead of what waited for it.
  /// Throws TapeError, which shows `place`, if another tape has claimed the parameter.
  void assign(const Parameter& parameter, OutputId value, const PlaceIds& place);

  /// The outputs that wait to be assigned, in the order in which their parameters were claimed.
  std::vector<OutputId> waiting() const;
  /// Calls f with each of these.
  template <class F>
  void for_each_waiting(F f) const {
    for (const Assignment& a : assignments_) {
      if (a.output != no_id) f(a.output);
    }
  }
  /// Writes down what a plan depends on: an output, or no_id, for each assignment.
  template <class F>
  void for_each(F f) const {
    for (const Assignment& a : assignments_) f(a.output);
  }

  /// Keeps the numbers of what waits, which were computed, for the recording is about to go.
  void keep_numbers();
  /// The numbers that were kept for a parameter; null without any.
  const Array* kept_numbers(const Parameter& parameter) const;

  /// Prepares `take_effect`, so that it need not allocate.
  void reserve();
  /// Lets everything that waits take effect; the numbers must be there.
  void take_effect() noexcept;
  /// Forgets everything that waits.
  void withdraw() noexcept;

  /// Where the parameter's numbers entered, the oldest first: as it was first read, and after each
  /// commit that changed it. What still waits is no leaf, since it is computed from these.
  std::vector<OutputId> leaves_of(const Parameter& parameter) const;
  /// What was assigned and took effect: leaves since then.
  const std::vector<OutputId>& committed() const { return committed_; }

 private:
  struct Assignment {
    Parameter parameter;
    OutputId output;  ///< no_id when the numbers have been kept in `value`
    Array value;
  };

  void record(const Parameter& parameter, OutputId value, bool first);
  void replace_leaves(const Assignment& assignment) noexcept;

  Recording& recording_;
  Past& past_;
  const std::uint64_t serial_;  ///< of the tape
  std::vector<Assignment> assignments_;
  std::vector<OutputId> committed_;
};

}  // namespace chronograd::detail
