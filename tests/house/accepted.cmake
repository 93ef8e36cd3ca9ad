# Whether the compiler takes SOURCE without a word.
list(TRANSFORM ROOTS PREPEND -I)
execute_process(COMMAND ${CXX} -std=c++20 -Wall -Wextra ${ROOTS} -fsyntax-only ${SOURCE}
                RESULT_VARIABLE result ERROR_VARIABLE said)
if(NOT result EQUAL 0 OR NOT said STREQUAL "")
  message(FATAL_ERROR "it should compile:\n${said}")
endif()
