# Every public header compiles where `min` and `max` are macros with arguments, as windows.h defines
# them, also when those come after the headers of other libraries.
list(TRANSFORM ROOTS PREPEND -I)
file(WRITE ${WORK}/macros.cpp "
#include <boost/graph/adjacency_list.hpp>
#include <fmt/format.h>
#include <bits/stdc++.h>
#define min(a, b) (((a) < (b)) ? (a) : (b))
#define max(a, b) (((a) > (b)) ? (a) : (b))
#include <chronograd/chronograd.h>
#include <chronograd/graph/boost.h>
#include <chronograd/graph/format.h>
static_assert(max(2, min(1, 3)) == 2);
")
execute_process(COMMAND ${CXX} -std=c++20 ${ROOTS} -fsyntax-only ${WORK}/macros.cpp
                RESULT_VARIABLE result ERROR_VARIABLE errors)
if(NOT result EQUAL 0)
  message(FATAL_ERROR "the headers do not compile beside macros min and max:\n${errors}")
endif()
