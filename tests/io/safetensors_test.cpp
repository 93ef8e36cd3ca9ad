#include "chronograd/io/safetensors.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <limits>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "chronograd/graph/error.h"
#include "chronograd/graph/op.h"
#include "chronograd/graph/tape.h"
#include "tests/temporary_folder.h"

namespace chronograd {
namespace {

namespace fs = std::filesystem;

using Tensors = std::map<std::string, Tensor>;

constexpr float nan = std::numeric_limits<float>::quiet_NaN();

Tensors some_tensors() {
  constexpr std::array<bool, 3> bits{true, false, true};
  return {
      {"f32", Tensor::copy_of<float>({1.5f, -0.0f, nan, 3e38f, 0, 1}, Shape{2, 3})},
      {"f64", Tensor::copy_of<double>({0.1, 1e300}, Shape{2, 1})},
      {"i32", Tensor::copy_of<std::int32_t>({-1}, Shape{})},
      {"i64", Tensor::copy_of<std::int64_t>({1, std::int64_t{1} << 60}, Shape{2})},
      {"bits", Tensor::copy_of(std::span<const bool>(bits), Shape{3})},
      {"empty", Tensor::copy_of<float>({}, Shape{3, 0})},
  };
}

/// A file with this header and as many bytes of data.
std::string file_of(std::string_view header, std::size_t data_bytes) {
  const auto size = std::bit_cast<std::array<char, 8>>(std::uint64_t{header.size()});
  return std::string(size.data(), 8) + std::string(header) + std::string(data_bytes, '\0');
}

/// The reason for which a file with this content is refused.
std::string refusal(std::string_view content) {
  const TemporaryFolder folder;
  const fs::path path = folder.write("x", content);
  try {
    read_safetensors(path);
  } catch (const FileError& error) {
    const std::string message = error.what();
    REQUIRE(message.starts_with(path.string() + ": "));
    return message.substr(path.string().size() + 2);
  }
  return "no error";
}

/// The same without the words that begin every complaint about a header.
std::string header_refusal(std::string_view header, std::size_t data_bytes = 0) {
  constexpr std::string_view start = "the safetensors header is wrong: ";
  const std::string message = refusal(file_of(header, data_bytes));
  return message.starts_with(start) ? message.substr(start.size()) : message;
}

std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) names.push_back(entry.path().filename());
  return names;
}

}  // namespace

TEST_CASE("tensors of all dtypes and metadata are read as they were written") {
  const TemporaryFolder folder;
  const Metadata metadata{{"note", "é\n\"\\"}, {"", ""}, {"zero", std::string("a\0b", 3)}};
  write_safetensors(folder / "x", some_tensors(), metadata);
  const SavedTensors saved = read_safetensors(folder / "x");
  CHECK(saved.metadata == metadata);
  CHECK(read_safetensors_metadata(folder / "x") == metadata);
  const Tensors expected = some_tensors();
  REQUIRE(saved.tensors.size() == expected.size());
  for (const auto& entry : expected) {
    CAPTURE(entry.first);
    CHECK(same_values(saved.tensors.at(entry.first), entry.second));
  }
}

TEST_CASE("a pending tensor is computed to be written; one that no longer can be changes no file") {
  static constexpr Instruction twice[] = {{Scalar::add, 0, 0}};
  static const Op op{.name = "twice", .infer = infer_arithmetic, .program = {twice}};
  const TemporaryFolder folder;
  Tensor lost;
  {
    const Tape tape;
    const Tensor pending = apply(op, {Tensor::copy_of<float>({1, 2}, Shape{2})});
    write_safetensors(folder / "x", {{"a", pending}});
    lost = apply(op, pending);
  }
  const std::string before = content_of(folder / "x");
  CHECK(same_values(read_safetensors(folder / "x").tensors.at("a"),
                    Tensor::copy_of<float>({2, 4}, Shape{2})));
  CHECK_THROWS_AS(write_safetensors(folder / "x", {{"a", lost}}), TapeError);
  CHECK(content_of(folder / "x") == before);
}

TEST_CASE("f16 and bf16 are read as the f32 they stand for") {
  constexpr std::array<std::uint16_t, 8> f16{0x3c00, 0xc100, 0x7bff, 0x0001,
                                             0x03ff, 0x8000, 0xfc00, 0x7e00};
  constexpr std::array<std::uint16_t, 3> bf16{0x3f80, 0xc049, 0x7f80};
  std::string content = file_of(R"({"a":{"dtype":"F16","shape":[2,4],"data_offsets":[0,16]},)"
                                R"("b":{"dtype":"BF16","shape":[3],"data_offsets":[16,22]}})",
                                22);
  std::memcpy(&content[content.size() - 22], f16.data(), 16);
  std::memcpy(&content[content.size() - 6], bf16.data(), 6);
  const TemporaryFolder folder;
  const SavedTensors saved = read_safetensors(folder.write("x", content));
  const float infinity = std::numeric_limits<float>::infinity();
  CHECK(same_values(
      saved.tensors.at("a"),
      Tensor::copy_of<float>({1, -2.5f, 65504, 0x1p-24f, 1023 * 0x1p-24f, -0.0f, -infinity, nan},
                             Shape{2, 4})));
  CHECK(same_values(saved.tensors.at("b"),
                    Tensor::copy_of<float>({1, -3.140625f, infinity}, Shape{3})));
}

TEST_CASE("a file without tensors or metadata is read as such") {
  const TemporaryFolder folder;
  write_safetensors(folder / "x", {});
  CHECK(content_of(folder / "x") == file_of("{}      ", 0));
  CHECK(read_safetensors(folder / "x").tensors.empty());
  CHECK(read_safetensors(folder.write("y", file_of("{}", 0))).metadata.empty());
}

TEST_CASE("a file is laid out as the format demands, with every tensor aligned") {
  const TemporaryFolder folder;
  write_safetensors(folder / "x",
                    {{"a", Tensor::copy_of<float>({1, 2}, Shape{2})},
                     {"b", Tensor::copy_of<double>({3}, Shape{1, 1})}},
                    {{"k", "v"}});
  const std::string header =
      R"({"__metadata__":{"k":"v"},"a":{"data_offsets":[8,16],"dtype":"F32","shape":[2]},)"
      R"("b":{"data_offsets":[0,8],"dtype":"F64","shape":[1,1]}})";
  const std::string padded = header + std::string((8 - header.size() % 8) % 8, ' ');
  std::string expected = file_of(padded, 0);
  expected += std::string_view("\0\0\0\0\0\0\x08\x40\0\0\x80\x3F\0\0\0\x40", 16);
  CHECK(content_of(folder / "x") == expected);
}

TEST_CASE("files of other writers are read") {
  const TemporaryFolder folder;
  std::string content = file_of(
      "{ \"b\" : {\"shape\":[], \"data_offsets\":[1,5], \"dtype\":\"I32\"},\n"
      "\"a\\u0062\": {\"dtype\":\"BOOL\", \"shape\":[1], \"data_offsets\":[0,1]},"
      "\"none\": {\"dtype\":\"F64\", \"shape\":[0,2], \"data_offsets\":[1,1]}}\t \n",
      5);
  content[content.size() - 4] = 7;  // unaligned
  const SavedTensors saved = read_safetensors(folder.write("x", content));
  REQUIRE(saved.tensors.size() == 3);
  CHECK(saved.tensors.at("b").values<std::int32_t>()[0] == 7);
  CHECK(saved.tensors.at("ab").dtype() == DType::boolean);
  CHECK(saved.tensors.at("none").shape() == Shape{0, 2});
}

TEST_CASE("a file cut off anywhere or with bytes too many is refused") {
  const TemporaryFolder folder;
  write_safetensors(folder / "x", some_tensors(), {{"k", "v"}});
  const std::string whole = content_of(folder / "x");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    CAPTURE(size);
    CHECK(refusal(whole.substr(0, size)) != "no error");
  }
  CHECK(refusal("") == "0 bytes; a safetensors file has at least 10");
  CHECK(refusal(whole.substr(0, whole.size() - 1)) ==
        "62 bytes of data; the header tells of 63: the file is truncated");
  CHECK(refusal(whole + "x") == "64 bytes of data; the header tells of 63: the file is too long");
  CHECK(refusal(file_of("{}", 0).substr(0, 9)) ==
        "a safetensors header of 2 bytes, of which 1 are there: the file is truncated");
}

TEST_CASE("a file with a flipped bit is refused or read, never more") {
  const TemporaryFolder folder;
  write_safetensors(folder / "x", some_tensors(), {{"k", "v"}});
  const std::string whole = content_of(folder / "x");
  int refused = 0;
  for (std::size_t bit = 0; bit < 8 * whole.size(); ++bit) {
    std::string broken = whole;
    broken[bit / 8] = static_cast<char>(broken[bit / 8] ^ (1 << bit % 8));
    const fs::path path = folder.write("y", broken);
    try {
      for (const auto& [name, tensor] : read_safetensors(path).tensors) {
        CHECK(to_string(tensor).size() > 0);
      }
    } catch (const FileError&) {
      ++refused;
    }
  }
  CHECK(refused > 1000);
}

TEST_CASE("what is not a safetensors file is refused") {
  const TemporaryFolder folder;
  CHECK(refusal("PK\x03\x04 this is a zip archive").starts_with("a safetensors header of "));
  CHECK(refusal(file_of("[]", 0)) == "the safetensors header is not a JSON object");
  CHECK(refusal(file_of("", 10)) == "the safetensors header is not a JSON object");
  CHECK(refusal(file_of(" {}", 0)) == "the safetensors header is not a JSON object");
  CHECK(refusal(file_of("\xEF\xBB\xBF{}", 0)) == "the safetensors header is not a JSON object");
  CHECK(refusal(file_of(std::string_view("{}\0garbage", 10), 0)) ==
        "the safetensors header is not a JSON object");
  CHECK(refusal(file_of("{}", 0).replace(0, 8, 8, '\xFF')) ==
        "a safetensors header of 18446744073709551615 bytes; it may have 100000000");
  CHECK_THROWS_WITH_AS(read_safetensors(folder / "none"),
                       ((folder / "none").string() + ": No such file or directory").c_str(),
                       FileError);
  CHECK_THROWS_WITH_AS(read_safetensors(folder.path()),
                       doctest::Contains("it is not a regular file"), FileError);
  CHECK_THROWS_WITH_AS(read_safetensors("/dev/zero"), doctest::Contains("not a regular file"),
                       FileError);
}

TEST_CASE("tensors that overlap, leave gaps or do not fit their bytes are refused") {
  const auto entry = [](std::string_view name, int begin, int end) {
    return "\"" + std::string(name) + "\":{\"dtype\":\"BOOL\",\"shape\":[" +
           std::to_string(end - begin) + "],\"data_offsets\":[" + std::to_string(begin) + "," +
           std::to_string(end) + "]}";
  };
  const auto pair = [&](int a, int b, int c, int d) {
    return "{" + entry("a", a, b) + "," + entry("b", c, d) + "}";
  };
  CHECK(header_refusal(pair(0, 4, 4, 8), 8) == "no error");
  CHECK(header_refusal(pair(4, 8, 0, 4), 8) == "no error");
  CHECK(header_refusal(pair(0, 4, 3, 8), 8) == "the tensors \"a\" and \"b\" overlap");
  CHECK(header_refusal(pair(0, 8, 0, 8), 8) == "the tensors \"a\" and \"b\" overlap");
  CHECK(header_refusal(pair(0, 8, 2, 2), 8) == "the tensors \"a\" and \"b\" overlap");
  CHECK(header_refusal(pair(0, 4, 5, 8), 8) ==
        "1 bytes before the tensor \"b\" belong to no tensor");
  CHECK(header_refusal(pair(2, 4, 4, 8), 8) ==
        "2 bytes before the tensor \"a\" belong to no tensor");

  const auto shaped = [](std::string_view shape, std::string_view offsets) {
    return R"({"a":{"dtype":"F32","shape":)" + std::string(shape) + R"(,"data_offsets":)" +
           std::string(offsets) + "}}";
  };
  CHECK(header_refusal(shaped("[2]", "[0,8]"), 8) == "no error");
  CHECK(header_refusal(shaped("[2]", "[0,4]"), 4) ==
        "\"a\" has 4 bytes, not what its dtype F32 and shape [2] need");
  for (const char* shape : {"[4294967296,4294967296]", "[9223372036854775808,2]",
                            "[18446744073709551615]", "[4611686018427387904]"}) {
    CHECK(header_refusal(shaped(shape, "[0,0]")).ends_with(" need"));
  }
  CHECK(header_refusal(shaped("[0,18446744073709551615]", "[0,0]"))
            .ends_with("sizes must not be negative"));
  CHECK(header_refusal(shaped("[0,4611686018427387904,4611686018427387904]", "[0,0]"))
            .ends_with("more elements than can be addressed"));
  CHECK(header_refusal(shaped("[1,1,1,1,1,1,1,1,1]", "[0,4]"), 4) ==
        "the shape of \"a\" has more than 8 numbers");
  for (const char* offsets : {"[8,0]", "[0]", "[]", "[0,4,8]"}) {
    CHECK(header_refusal(shaped("[2]", offsets), 8) ==
          "the data_offsets of \"a\" are not [begin, end]");
  }
  CHECK(header_refusal(shaped("[2]", "[18446744073709551608,18446744073709551615]"), 8)
            .ends_with(" need"));
}

TEST_CASE("malformed headers are refused with the reason") {
  const std::pair<const char*, const char*> cases[] = {
      {R"({"a":})", "it is not well-formed JSON at its byte 6"},
      {R"({"a)", "it is not well-formed JSON at its byte 4"},
      {R"({}x)", "it is not well-formed JSON at its byte 3"},
      {"{\"\xFF\":{}}", "it is not well-formed JSON at its byte 3"},
      {R"({"a":1e999})", "it is not well-formed JSON at its byte 10"},
      {R"({"a":5})", "\"a\" is 5; it must be an object"},
      {R"({"a":[]})", "\"a\" is a list; it must be an object"},
      {R"({"a":{}})", "\"a\" lacks one of dtype, shape and data_offsets"},
      {R"({"a":{"dtype":"F32","shape":[]}})", "\"a\" lacks one of dtype, shape and data_offsets"},
      {R"({"a":{"size":4}})",
       "\"a\" has \"size\"; only dtype, shape and data_offsets have a meaning"},
      {R"({"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}})",
       "\"a\" has the dtype \"U8\"; it must be F32, F64, I32, I64, BOOL, F16, BF16"},
      {R"({"a":{"dtype":1}})", "\"dtype\" of \"a\" is or has 1, which is not its type"},
      {R"({"a":{"dtype":[]}})", "\"dtype\" of \"a\" is or has a list, which is not its type"},
      {R"({"a":{"shape":"x"}})", "\"shape\" of \"a\" is or has a text, which is not its type"},
      {R"({"a":{"shape":[-1]}})", "\"shape\" of \"a\" is or has -1, which is not its type"},
      {R"({"a":{"shape":[1.5]}})", "\"shape\" of \"a\" is or has 1.5, which is not its type"},
      {R"({"a":{"shape":[null]}})", "\"shape\" of \"a\" is or has null, which is not its type"},
      {R"({"a":{"shape":[[1]]}})", "\"shape\" of \"a\" is or has a list, which is not its type"},
      {R"({"a":{"shape":{}}})", "\"shape\" of \"a\" is or has an object, which is not its type"},
      {R"({"a":{"shape":[],"shape":[]}})", "\"shape\" of \"a\" comes twice"},
      {R"({"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},"\u0061":{}})",
       "\"a\" comes twice"},
      {R"({"__metadata__":{},"__metadata__":{}})", "\"__metadata__\" comes twice"},
      {R"({"__metadata__":{"k":"v","k":"v"}})", "\"k\" of \"__metadata__\" comes twice"},
      {R"({"__metadata__":{"k":true}})",
       "\"k\" of \"__metadata__\" is or has true, which is not its type"},
  };
  for (const auto& bad : cases) CHECK(header_refusal(bad.first) == bad.second);
}

TEST_CASE("deep and large headers are refused without deep recursion") {
  const std::string deep(2'000'000, '[');
  CHECK(header_refusal("{\"a\":" + deep) == "\"a\" is a list; it must be an object");
  std::string objects = "{";
  for (int i = 0; i < 200'000; ++i) objects += "\"a\":{";
  CHECK(header_refusal(objects).starts_with("\"a\" has \"a\""));
  std::string numbers = R"({"a":{"shape":[0)";
  for (int i = 0; i < 1'000'000; ++i) numbers += ",0";
  const std::string name(1'000'000, 'x');
  CHECK(header_refusal("{\"" + name + "\":1}").size() < 200);
  CHECK(header_refusal(numbers) == "the shape of \"a\" has more than 8 numbers");
}

TEST_CASE("a boolean that is neither 0 nor 1 is refused") {
  std::string content = file_of(R"({"a":{"dtype":"BOOL","shape":[2],"data_offsets":[0,2]}})", 2);
  CHECK(refusal(content) == "no error");
  content.back() = 2;
  CHECK(refusal(content) == "the BOOL tensor \"a\" has a byte that is not 0 or 1");
}

TEST_CASE("names and metadata that the format cannot hold are refused before anything is written") {
  const TemporaryFolder folder;
  const Tensor one = Tensor::scalar(1);
  CHECK_THROWS_WITH_AS(write_safetensors(folder / "x", {{"__metadata__", one}}),
                       doctest::Contains("a tensor is named \"__metadata__\""), ValueError);
  CHECK_THROWS_WITH_AS(write_safetensors(folder / "x", {{"\xFF", one}}),
                       doctest::Contains("not UTF-8"), ValueError);
  CHECK_THROWS_WITH_AS(write_safetensors(folder / "x", {{"a", one}}, {{"k", "\xC0\x80"}}),
                       doctest::Contains("not UTF-8"), ValueError);
  CHECK_THROWS_AS(write_safetensors(folder / "x", {{"a", Tensor{}}}), ValueError);
  CHECK(names_in(folder.path()).empty());
}

TEST_CASE("writing again replaces a file, keeping its permissions and links to it") {
  const TemporaryFolder folder;
  write_safetensors(folder / "x", some_tensors());
  fs::permissions(folder / "x", fs::perms::owner_read | fs::perms::owner_write);
  fs::create_symlink("x", folder / "link");
  write_safetensors(folder / "link", {{"a", Tensor::scalar(1)}});
  CHECK(fs::is_symlink(folder / "link"));
  CHECK(read_safetensors(folder / "x").tensors.size() == 1);
  CHECK(fs::status(folder / "x").permissions() == (fs::perms::owner_read | fs::perms::owner_write));
  CHECK(names_in(folder.path()).size() == 2);
}

TEST_CASE("writing through a link to a file that is not there yet makes the file") {
  const TemporaryFolder folder;
  fs::create_directory(folder / "far");
  fs::create_symlink("far/x", folder / "link");
  fs::create_symlink(folder / "link", folder / "link of link");
  write_safetensors(folder / "link of link", {{"a", Tensor::scalar(1)}});
  CHECK(fs::is_symlink(folder / "link of link"));
  CHECK(fs::is_symlink(folder / "link"));
  CHECK(read_safetensors(folder / "far" / "x").tensors.size() == 1);
  CHECK(names_in(folder / "far").size() == 1);
}

TEST_CASE("what exists and is no regular file is refused, and stays") {
  const TemporaryFolder folder;
  const Tensors tensors = some_tensors();
  REQUIRE(::mkfifo((folder / "pipe").c_str(), 0600) == 0);
  const int socket = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  (folder / "socket").string().copy(address.sun_path, sizeof address.sun_path - 1);
  REQUIRE(::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  ::close(socket);
  fs::create_symlink("/dev/null", folder / "device");
  fs::create_directory(folder / "folder");
  fs::create_symlink("folder", folder / "to folder");
  fs::create_symlink("loop", folder / "loop");
  fs::create_symlink("back", folder / "forth");
  fs::create_symlink("forth", folder / "back");
  const auto before = names_in(folder.path()).size();

  constexpr const char* special =
      "cannot be replaced: it is a device, a pipe or a socket, not a regular file";
  constexpr const char* is_folder = "cannot be replaced: Is a directory";
  constexpr const char* circle = "cannot be written: Too many levels of symbolic links";
  const std::pair<const char*, const char*> cases[] = {
      {"pipe", special},     {"socket", special},      {"device", special}, {"loop", circle},
      {"folder", is_folder}, {"to folder", is_folder}, {"forth", circle},
  };
  for (const auto& [name, reason] : cases) {
    const fs::path path = folder / name;
    const auto type = fs::symlink_status(path).type();
    CHECK_THROWS_WITH_AS(write_safetensors(path, tensors), (path.string() + ": " + reason).c_str(),
                         FileError);
    CHECK(fs::symlink_status(path).type() == type);
  }
  CHECK(names_in(folder.path()).size() == before);
  CHECK(fs::is_character_file("/dev/null"));
}

TEST_CASE("what killed processes left is removed by the next save, what others write stays") {
  const TemporaryFolder folder;
  const pid_t dead = ::fork();
  if (dead == 0) ::_exit(0);
  REQUIRE(::waitpid(dead, nullptr, 0) == dead);
  const auto name = [](pid_t process, const std::string& rest) {
    return ".chronograd-" + std::to_string(process) + rest;
  };
  folder.write(name(dead, "-1.tmp"), "dead");
  folder.write(name(::getpid(), "-12345.tmp"), "a process that had our number");
  folder.write(name(::getppid(), "-1.tmp"), "a process whose number a living one has got");
  const fs::path locked = folder.write(name(dead, "-2.tmp"), "written in another container");
  const int lock = ::open(locked.c_str(), O_RDONLY);
  REQUIRE(::flock(lock, LOCK_EX | LOCK_NB) == 0);
  const fs::path foreign[] = {folder.write(name(dead, ".tmp"), ""),
                              folder.write(name(dead, "-1.tmp2"), ""),
                              folder.write(".chronograd-x-1.tmp", "")};

  write_safetensors(folder / "x", some_tensors());
  CHECK(names_in(folder.path()).size() == 5);
  CHECK(fs::exists(locked));
  for (const fs::path& path : foreign) CHECK(fs::exists(path));
  ::close(lock);
  write_safetensors(folder / "x", some_tensors());
  CHECK_FALSE(fs::exists(locked));
}

TEST_CASE("a file that cannot be written leaves nothing behind") {
  const TemporaryFolder folder;
  fs::create_directory(folder / "taken");
  CHECK_THROWS_WITH_AS(write_safetensors(folder / "taken", some_tensors()),
                       doctest::Contains("taken: cannot be replaced: Is a directory"), FileError);
  CHECK(names_in(folder.path()) == std::vector<std::string>{"taken"});
  CHECK_THROWS_WITH_AS(write_safetensors(folder / "none" / "x", some_tensors()),
                       doctest::Contains("none/x: cannot be written: No such file or directory"),
                       FileError);
}

TEST_CASE("when the disk is full an older file stays as it was") {
  const TemporaryFolder folder;
  write_safetensors(folder / "x", some_tensors());
  const std::string before = content_of(folder / "x");
  const Tensor large = Tensor::copy_of(std::vector<float>(10000), Shape{10000});

  // A limit on the size of files stands for a full disk.
  rlimit limit{};
  REQUIRE(getrlimit(RLIMIT_FSIZE, &limit) == 0);
  const rlimit small{4096, limit.rlim_max};
  const auto old_handler = signal(SIGXFSZ, SIG_IGN);
  REQUIRE(setrlimit(RLIMIT_FSIZE, &small) == 0);
  std::string message;
  try {
    write_safetensors(folder / "x", {{"large", large}});
  } catch (const FileError& error) {
    message = error.what();
  }
  REQUIRE(setrlimit(RLIMIT_FSIZE, &limit) == 0);
  signal(SIGXFSZ, old_handler);

  CHECK(message == (folder / "x").string() + ": cannot be written: File too large");
  CHECK(content_of(folder / "x") == before);
  CHECK(names_in(folder.path()) == std::vector<std::string>{"x"});
}

}  // namespace chronograd
