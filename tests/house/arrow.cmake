# Whether code that sees only ROOTS can include HEADER: VERB says "can" or "cannot".
list(TRANSFORM ROOTS PREPEND -I)
file(WRITE ${WORK}/include.cpp "#include \"${HEADER}\"\n")
execute_process(COMMAND ${CXX} -std=c++20 ${ROOTS} -fsyntax-only ${WORK}/include.cpp
                RESULT_VARIABLE result ERROR_VARIABLE errors)
if(VERB STREQUAL can AND NOT result EQUAL 0)
  message(FATAL_ERROR "${HEADER} should compile:\n${errors}")
elseif(VERB STREQUAL cannot AND NOT errors MATCHES "fatal error: '?${HEADER}")
  message(FATAL_ERROR "${HEADER} should not be found, but the compiler said: '${errors}'")
endif()
