#pragma once

namespace chronograd {

/// How many threads an evaluation computes with. At first this is the environment variable
/// CHRONOGRAD_THREADS, or else the number of cores this process may run on (threads of one core
/// count once). The same program, seed and number of threads give the same bits.
int threads();

/// Throws ValueError unless `count` is from 1 to 1024. With 1, everything runs on the calling
/// thread.
void set_threads(int count);

}  // namespace chronograd
