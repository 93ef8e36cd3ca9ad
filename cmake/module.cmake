# chronograd_module(layers DEPENDS ops LINKS fmt::fmt): the folder layers/ as a part of the library.
#
# An include root is a folder of the build tree with links to headers, so that
# "chronograd/layers/lstm.h" means layers/lstm.h, and only for those who are given the root. The root
# of a module has its public headers; the module itself and what depends on it see them. Each folder
# within a module is hidden in a root of its own:
#
#     detail/              the uppermost room, which only the module's own files see
#     ROOMS record plan    rooms, the lowest first: each sees those before it and the public headers
#     CELLARS memory       rooms below the public headers: they see only the VALUES among them
#     SEES graph/kernels   rooms of other modules that this module sees
#
# The shared library exports what is defined next to the public headers, and nothing that is defined
# in a hidden folder. Files are found by listing; no files, no module.
function(chronograd_module module)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "DEPENDS;LINKS;VALUES;CELLARS;ROOMS;SEES")
  file(GLOB headers RELATIVE ${PROJECT_SOURCE_DIR} CONFIGURE_DEPENDS ${module}/*.h)
  file(GLOB sources CONFIGURE_DEPENDS ${module}/*.cpp)
  if(NOT sources AND NOT headers)
    return()
  endif()
  chronograd_root(${module} ${headers})
  foreach(other IN LISTS arg_DEPENDS)
    target_link_libraries(chronograd_${module} INTERFACE $<TARGET_NAME_IF_EXISTS:chronograd_${other}>)
  endforeach()
  chronograd_public_headers(${module} ${headers})

  list(TRANSFORM arg_SEES REPLACE "(.+)/(.+)" "chronograd_\\1_\\2" OUTPUT_VARIABLE sees)
  if(arg_CELLARS)
    list(TRANSFORM arg_VALUES REPLACE "(.+)" "${module}/\\1.h")
    chronograd_root(${module}_values ${arg_VALUES})
    foreach(room IN LISTS arg_CELLARS)
      chronograd_room(${module} ${room} chronograd_${module}_values ${sees} ${arg_LINKS})
      list(APPEND sees chronograd_${module}_${room})
    endforeach()
  endif()
  list(APPEND sees chronograd_${module})
  foreach(room IN LISTS arg_ROOMS)
    chronograd_room(${module} ${room} ${sees} ${arg_LINKS})
    list(APPEND sees chronograd_${module}_${room})
  endforeach()
  if(IS_DIRECTORY ${PROJECT_SOURCE_DIR}/${module}/detail)
    chronograd_room(${module} detail ${sees} ${arg_LINKS})
    list(APPEND sees chronograd_${module}_detail)
  endif()
  chronograd_objects(${module} "${sources}" ${sees} ${arg_LINKS})
endfunction()

# A target chronograd_NAME that gives an include root with links to these files and folders.
function(chronograd_root name)
  set(root ${PROJECT_BINARY_DIR}/include/${name})
  file(GLOB_RECURSE links RELATIVE ${root}/chronograd ${root}/chronograd/*)
  foreach(link IN LISTS links)
    if(IS_SYMLINK ${root}/chronograd/${link} AND NOT link IN_LIST ARGN)
      file(REMOVE ${root}/chronograd/${link})
    endif()
  endforeach()
  foreach(file IN LISTS ARGN)
    get_filename_component(folder ${root}/chronograd/${file} DIRECTORY)
    file(MAKE_DIRECTORY ${folder})
    file(CREATE_LINK ${PROJECT_SOURCE_DIR}/${file} ${root}/chronograd/${file} SYMBOLIC)
  endforeach()
  add_library(chronograd_${name} INTERFACE)
  target_include_directories(chronograd_${name} INTERFACE ${root})
  target_compile_options(chronograd_${name} INTERFACE -fmacro-prefix-map=${root}/chronograd/=)
  set_property(GLOBAL APPEND PROPERTY chronograd_roots chronograd_${name})
endfunction()

# A folder of a module that sees the targets given, and whose symbols no program sees.
function(chronograd_room module room)
  chronograd_root(${module}_${room} ${module}/${room})
  file(GLOB sources CONFIGURE_DEPENDS ${module}/${room}/*.cpp)
  set(CMAKE_CXX_VISIBILITY_PRESET hidden)
  chronograd_objects(${module}_${room} "${sources}" ${ARGN})
endfunction()

# Compiles files into the library, seeing chronograd_NAME and the targets given.
function(chronograd_objects name sources)
  if(NOT sources OR CHRONOGRAD_COMPILED)
    return()
  endif()
  set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)
  add_library(chronograd_${name}_objects OBJECT ${sources})
  chronograd_settings(chronograd_${name}_objects)
  target_compile_options(chronograd_${name}_objects PRIVATE -ffp-contract=off)
  list(LENGTH sources count)
  # Half of what a small file takes to compile is to read these again. When it optimises, GCC 12 warns
  # of them where they are precompiled.
  if(count GREATER 8 AND CMAKE_BUILD_TYPE STREQUAL "Debug")
    target_precompile_headers(chronograd_${name}_objects PRIVATE
      <algorithm> <cmath> <cstdint> <functional> <initializer_list> <limits> <memory> <optional>
      <span> <string> <string_view> <utility> <vector>)
  endif()
  target_link_libraries(chronograd_${name}_objects PRIVATE chronograd_${name} ${ARGN})
  target_sources(chronograd PRIVATE $<TARGET_OBJECTS:chronograd_${name}_objects>)
endfunction()

# Offers a module's headers to users. The umbrella header brings the root; install.cmake installs the
# files themselves, not the links to them.
function(chronograd_public_headers module)
  set(root ${PROJECT_BINARY_DIR}/include/${module})
  chronograd_umbrella(${root} ${module} ${ARGN})
  target_compile_options(chronograd PUBLIC
    $<BUILD_INTERFACE:-fmacro-prefix-map=${root}/chronograd/=>)
  set_property(GLOBAL APPEND PROPERTY chronograd_modules ${module})
  set_property(GLOBAL PROPERTY chronograd_${module}_headers ${ARGN})
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
