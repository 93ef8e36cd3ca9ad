#pragma once

#include "chronograd/graph/op.h"

namespace chronograd::detail {

/// What softmax, log_softmax and logsumexp compute from the exponentials of x less the maximum of
/// its row, so that none overflows. Rows lie along `axis` of x, f32 or f64, of any strides; `out`
/// is dense.
void softmax(const Array& x, int axis, const Array& out);
/// The same where `mask`, of x's shape and any strides, is true, and 0 elsewhere.
void masked_softmax(const Array& x, const Array& mask, int axis, const Array& out);
void log_softmax(const Array& x, int axis, const Array& out);
/// `out` has one element for each row.
void logsumexp(const Array& x, int axis, const Array& out);

/// For each row along the last axis of x the log_softmax of its label, the row's maximum, and the
/// logarithm of the sum of e^(x - maximum). The labels are dense and inside of their rows.
void log_probability(const Array& x, const Array& labels, const Array& of_label,
                     const Array& maximum, const Array& log_sum);
/// The same where `mask`, dense and of the labels' shape, is true, and zeros elsewhere.
void masked_log_probability(const Array& x, const Array& labels, const Array& mask,
                            const Array& of_label, const Array& maximum, const Array& log_sum);

/// Checks for f32 or f64 and that the axis, integer 0, is there; returns it.
int checked_softmax_axis(const Inference& inference);
/// Declares an output like the input.
void infer_softmax(Inference& inference);

Cost softmax_cost(const Inference& inference);

}  // namespace chronograd::detail
