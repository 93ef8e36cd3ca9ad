#include <doctest/doctest.h>

#include <atomic>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "chronograd/graph/error.h"
#include "chronograd/io/safetensors.h"
#include "tests/temporary_folder.h"

namespace chronograd {

TEST_CASE(
    "threads that save into one folder at once do not take each other's files for left-overs") {
  const TemporaryFolder folder;
  const Tensor value = Tensor::copy_of(std::vector<float>(1000, 1.5f), Shape{1000});
  std::atomic<int> failures = 0;
  std::vector<std::thread> threads;
  for (int k = 0; k < 4; ++k) {
    threads.emplace_back([&, k] {
      for (int round = 0; round < 25; ++round) {
        try {
          write_safetensors(folder / std::to_string(k), {{"a", value}});
        } catch (const FileError&) {
          ++failures;
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(failures == 0);
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
    CHECK(read_safetensors(entry.path()).tensors.size() == 1);
    ++files;
  }
  CHECK(files == 4);
}

}  // namespace chronograd
