# Whether the compiler refuses SOURCE with one error, which holds the sentence of its first line,
# "// says: SENTENCE".
file(STRINGS ${SOURCE} first LIMIT_COUNT 1)
string(REGEX REPLACE "^// says: " "" sentence "${first}")
list(TRANSFORM ROOTS PREPEND -I)
execute_process(COMMAND ${CXX} -std=c++20 ${ROOTS} -fsyntax-only ${SOURCE}
                RESULT_VARIABLE result ERROR_VARIABLE said)
string(REGEX MATCHALL " error: " errors "${said}")
list(LENGTH errors count)
if(result EQUAL 0 OR NOT count EQUAL 1)
  message(FATAL_ERROR "one error was expected, there are ${count}:\n${said}")
endif()
string(FIND "${said}" "${sentence}" at)
if(at EQUAL -1)
  message(FATAL_ERROR "the error should say '${sentence}':\n${said}")
endif()
