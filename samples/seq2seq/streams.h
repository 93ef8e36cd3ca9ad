#pragma once

#include <filesystem>
#include <fstream>
#include <ostream>
#include <string>

namespace seq2seq {

/// Readies what a program was given: a closed stdin, stdout or stderr stays one that fails, and no
/// file that is opened later takes its place; writing to a pipe that nobody reads, or a file above
/// the limit of its size, is an error and not the program's end.
void prepare_streams();

/// Ends writing to a stream. Throws FileError, naming it, unless all that was written has arrived.
void finish(std::ostream& out, const std::string& name);

/// Opens a file and empties it. Throws FileError, which tells the reason, when it cannot be
/// written.
std::ofstream open_to_write(const std::filesystem::path& path);

/// Writes a file. Throws FileError when it cannot be written.
void write_file(const std::filesystem::path& path, const std::string& text);

}  // namespace seq2seq
