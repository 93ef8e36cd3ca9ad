# Finds a package, or stops with the name of the Debian package that has it.
macro(chronograd_require package target debian)
  find_package(${package} QUIET)
  if(NOT TARGET ${target})
    message(FATAL_ERROR "chronograd needs ${package}, which was not found.\n"
                        "On Debian or Ubuntu: apt-get install ${debian}")
  endif()
endmacro()
