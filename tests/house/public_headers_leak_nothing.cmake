# No public header but the opt-in ones reaches another library's headers or a private one.
list(TRANSFORM ROOTS PREPEND -I)
file(WRITE ${WORK}/all.cpp "#include <chronograd/chronograd.h>\n")
execute_process(COMMAND ${CXX} -std=c++20 ${ROOTS} -M ${WORK}/all.cpp
                OUTPUT_VARIABLE files COMMAND_ERROR_IS_FATAL ANY)
if(NOT files MATCHES "chronograd/graph/shape\\.h")
  message(FATAL_ERROR "the umbrella header does not reach graph/shape.h:\n${files}")
endif()
string(REGEX MATCHALL
  "[^ \n]*/(dnnl|oneapi|fmt|boost|hwy|nlohmann|zlib|spdlog|CLI)[./_][^ \n]*|[^ \n]*/chronograd/[a-z]+/(detail|memory|kernels|record|plan|tape|dumps)/[^ \n]*"
  leaks "${files}")
if(leaks)
  list(JOIN leaks "\n" leaks)
  message(FATAL_ERROR "public headers reach:\n${leaks}")
endif()
