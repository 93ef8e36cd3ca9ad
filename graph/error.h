#pragma once

#include <stdexcept>
#include <string>

namespace chronograd {

/// What every Chronograd error is. The message reads
/// "op: what came; what was wanted (scope, step, file:line)".
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Shapes that do not fit an op, an axis out of range, a size that is negative or overflows.
class ShapeError : public Error {
 public:
  using Error::Error;
};

/// A dtype an op does not take, or two that do not go together.
class DTypeError : public Error {
 public:
  using Error::Error;
};

/// An index outside of what it indexes.
class IndexError : public Error {
 public:
  using Error::Error;
};

/// An argument or option out of its range.
class ValueError : public Error {
 public:
  using Error::Error;
};

/// A tensor used where its tape does not allow it: mixed, ended, overwritten, on another thread.
class TapeError : public Error {
 public:
  using Error::Error;
};

/// A parameter that is missing, exists already, or has no gradient.
class ParameterError : public Error {
 public:
  using Error::Error;
};

/// A file that cannot be read or written, or does not hold what it should.
class FileError : public Error {
 public:
  using Error::Error;
};

}  // namespace chronograd
