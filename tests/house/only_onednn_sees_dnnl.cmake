# oneDNN's headers are included by ops/detail/onednn.* and nothing else of the library.
file(GLOB_RECURSE files ${SOURCE}/graph/*.* ${SOURCE}/ops/*.* ${SOURCE}/autodiff/*.*
     ${SOURCE}/layers/*.* ${SOURCE}/optim/*.* ${SOURCE}/decode/*.* ${SOURCE}/data/*.*
     ${SOURCE}/io/*.* ${SOURCE}/train/*.* ${SOURCE}/inspect/*.*)
if(NOT files MATCHES "graph/shape\\.cpp")
  message(FATAL_ERROR "found no sources in ${SOURCE}")
endif()
foreach(file IN LISTS files)
  file(STRINGS ${file} includes REGEX "^ *# *include *[<\"](dnnl|oneapi/)")
  if(includes AND NOT file MATCHES "/ops/detail/onednn[^/]*$")
    message(FATAL_ERROR "${file} includes oneDNN: ${includes}")
  endif()
endforeach()
