# chronograd_module(layers DEPENDS ops LINKS fmt::fmt): the folder layers/ as a part of the library.
#
# A module's include root is a folder of the build tree that holds one link to the module's files,
# so that "chronograd/layers/lstm.h" means layers/lstm.h, and only for those who are given the root:
# the module itself and what depends on it. Files are found by listing; no files, no module.
function(chronograd_module module)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "DEPENDS;LINKS")
  file(GLOB_RECURSE sources RELATIVE ${PROJECT_SOURCE_DIR} CONFIGURE_DEPENDS ${module}/*.cpp)
  file(GLOB_RECURSE headers RELATIVE ${PROJECT_SOURCE_DIR} CONFIGURE_DEPENDS ${module}/*.h)
  if(NOT sources AND NOT headers)
    return()
  endif()
  list(FILTER headers EXCLUDE REGEX "/(detail|plan)/")
  set(root ${PROJECT_BINARY_DIR}/include/${module})
  file(MAKE_DIRECTORY ${root}/chronograd)
  file(CREATE_LINK ${PROJECT_SOURCE_DIR}/${module} ${root}/chronograd/${module} SYMBOLIC)
  chronograd_umbrella(${root} ${module} ${headers})
  list(TRANSFORM headers PREPEND ${root}/chronograd/ OUTPUT_VARIABLE files)
  target_sources(chronograd PUBLIC FILE_SET HEADERS BASE_DIRS ${root} FILES ${files})
  set(prefix_map -fmacro-prefix-map=${root}/chronograd/=)
  target_compile_options(chronograd PUBLIC $<BUILD_INTERFACE:${prefix_map}>)

  add_library(chronograd_${module} INTERFACE)
  target_include_directories(chronograd_${module} INTERFACE ${root})
  target_compile_options(chronograd_${module} INTERFACE ${prefix_map})
  foreach(other IN LISTS arg_DEPENDS)
    target_link_libraries(chronograd_${module} INTERFACE $<TARGET_NAME_IF_EXISTS:chronograd_${other}>)
  endforeach()
  set_property(GLOBAL APPEND PROPERTY chronograd_modules ${module})
  set_property(GLOBAL PROPERTY chronograd_${module}_headers ${headers})

  if(sources)
    add_library(chronograd_${module}_objects OBJECT ${sources})
    chronograd_settings(chronograd_${module}_objects)
    target_compile_options(chronograd_${module}_objects PRIVATE -ffp-contract=off)
    target_link_libraries(chronograd_${module}_objects PRIVATE chronograd_${module} ${arg_LINKS})
    target_sources(chronograd PRIVATE $<TARGET_OBJECTS:chronograd_${module}_objects>)
  endif()
endfunction()

# Adds a header to the library that includes others.
function(chronograd_umbrella root name)
  list(REMOVE_ITEM ARGN graph/boost.h graph/format.h)  # they need Boost and fmt: opt-in
  list(TRANSFORM ARGN REPLACE "(.+)" "#include \"chronograd/\\1\"\n")
  string(CONCAT text "#pragma once\n\n" ${ARGN})
  set(file ${root}/chronograd/${name}.h)
  file(CONFIGURE OUTPUT ${file} CONTENT "${text}" @ONLY)
  target_sources(chronograd PUBLIC FILE_SET HEADERS BASE_DIRS ${root} FILES ${file})
endfunction()
