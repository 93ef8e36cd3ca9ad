include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/chronograd)

install(TARGETS chronograd EXPORT chronogradTargets FILE_SET HEADERS)
get_property(installed_modules GLOBAL PROPERTY chronograd_modules)
foreach(module IN LISTS installed_modules)
  get_property(headers GLOBAL PROPERTY chronograd_${module}_headers)
  install(FILES ${headers} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/chronograd/${module})
endforeach()
install(EXPORT chronogradTargets NAMESPACE chronograd:: DESTINATION ${package_dir})
configure_package_config_file(cmake/chronogradConfig.cmake.in chronogradConfig.cmake
                              INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(chronogradConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/chronogradConfig.cmake
              ${CMAKE_CURRENT_BINARY_DIR}/chronogradConfigVersion.cmake
              cmake/Finddnnl.cmake DESTINATION ${package_dir})

# The .pc file finds the prefix from where it lies, so an installed copy can be moved.
set(pkgconfig_dir ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
file(RELATIVE_PATH prefix_from_pkgconfig /${pkgconfig_dir} /)
# A static library needs the libraries below it on every link line, a shared one names them itself.
set(libraries "-ldnnl -lfmt -lhwy $<$<BOOL:${CHRONOGRAD_ZLIB}>:-lz >-pthread")
get_target_property(type chronograd TYPE)
set(libraries_are_private $<STREQUAL:${type},SHARED_LIBRARY>)
configure_file(cmake/chronograd.pc.in chronograd.pc.in @ONLY)
file(GENERATE OUTPUT chronograd.pc INPUT ${CMAKE_CURRENT_BINARY_DIR}/chronograd.pc.in)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/chronograd.pc DESTINATION ${pkgconfig_dir})

# For `source` in gdb.
install(FILES graph/gdb.py DESTINATION ${CMAKE_INSTALL_DATADIR}/chronograd/gdb RENAME chronograd.py)
