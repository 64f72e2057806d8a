# `cmake --install`: headers, libraries, a CMake package and a pkg-config file.

include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(LOCI_PACKAGE_DIRECTORY "${CMAKE_INSTALL_LIBDIR}/cmake/loci")

target_compile_features(store PUBLIC cxx_std_20) # whoever links a library of ours sees its headers

install(TARGETS store memory runtime EXPORT loci-targets
    ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}"
    INCLUDES DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
install(EXPORT loci-targets NAMESPACE loci:: FILE loci-targets.cmake DESTINATION "${LOCI_PACKAGE_DIRECTORY}")
install(DIRECTORY "${PROJECT_SOURCE_DIR}/include/loci" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}"
    FILES_MATCHING PATTERN "*.hpp")

configure_package_config_file(cmake/loci-config.cmake.in "${PROJECT_BINARY_DIR}/loci-config.cmake"
    INSTALL_DESTINATION "${LOCI_PACKAGE_DIRECTORY}" NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file("${PROJECT_BINARY_DIR}/loci-config-version.cmake" COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/loci-config.cmake" "${PROJECT_BINARY_DIR}/loci-config-version.cmake"
    "${PROJECT_SOURCE_DIR}/cmake/stemmer.cmake"
    DESTINATION "${LOCI_PACKAGE_DIRECTORY}")

file(RELATIVE_PATH LOCI_PREFIX_FROM_PC "${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig" "${CMAKE_INSTALL_PREFIX}")
configure_file(cmake/loci.pc.in "${PROJECT_BINARY_DIR}/loci.pc" @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/loci.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig")

install(FILES LICENSE libmemory/embed/WORDNET-LICENSE DESTINATION "${CMAKE_INSTALL_DOCDIR}")
if(LOCI_SERVER)
    install(TARGETS loci RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
endif()
