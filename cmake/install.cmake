# SPDX-License-Identifier: BSD-2-Clause
#
# What `cmake --install` puts where. Everything that is installed can be moved: bpfld.pc and the
# CMake package find the rest by their own place, so that DESTDIR and another --prefix are right, too.
#
# The components are packages: the command, the shared library, and what programs are built with.

include(CMakePackageConfigHelpers)

install(TARGETS bpfld RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT command)
install(FILES docs/bpfld.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT command)

# Drivers of compilers look for their linker in the folder that -B names: clang for "gcc", which it
# takes for one that links, and GCC for "ld", or "ld.NAME" with -fuse-ld=NAME.
if(IS_ABSOLUTE ${CMAKE_INSTALL_BINDIR} OR IS_ABSOLUTE ${CMAKE_INSTALL_LIBEXECDIR})
  set(command ${CMAKE_INSTALL_FULL_BINDIR}/bpfld)
else()
  file(RELATIVE_PATH command /${CMAKE_INSTALL_LIBEXECDIR}/bpfld /${CMAKE_INSTALL_BINDIR}/bpfld)
endif()
file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/libexec/bpfld ${PROJECT_BINARY_DIR}/CMakeFiles/libexec)
foreach(name gcc ld ld.bfd ld.gold ld.lld ld.mold)
  file(CREATE_LINK ../../bpfld ${PROJECT_BINARY_DIR}/libexec/bpfld/${name} SYMBOLIC)
  file(CREATE_LINK ${command} ${PROJECT_BINARY_DIR}/CMakeFiles/libexec/${name} SYMBOLIC)
  install(FILES ${PROJECT_BINARY_DIR}/CMakeFiles/libexec/${name}
    DESTINATION ${CMAKE_INSTALL_LIBEXECDIR}/bpfld COMPONENT command)
endforeach()

install(TARGETS bpfld_shared EXPORT bpfldTargets
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT library
  NAMELINK_COMPONENT development
  PUBLIC_HEADER DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT development
  INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(FILES docs/libbpfld.3 DESTINATION ${CMAKE_INSTALL_MANDIR}/man3 COMPONENT development)
install(TARGETS bpfld_static EXPORT bpfldTargets
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT development
  INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})

install(TARGETS bpfld_linker_shared EXPORT bpfldTargets
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT library
  NAMELINK_COMPONENT development)
install(TARGETS bpfld_linker_static EXPORT bpfldTargets
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT development)

# pkg-config. A folder that does not follow the prefix stays as it is.
function(bpfld_pc_folder result folder)
  if(IS_ABSOLUTE ${folder})
    set(${result} ${folder} PARENT_SCOPE)
  else()
    set(${result} "\${prefix}/${folder}" PARENT_SCOPE)
  endif()
endfunction()
if(IS_ABSOLUTE ${CMAKE_INSTALL_LIBDIR})
  set(pc_prefix ${CMAKE_INSTALL_PREFIX})
else()
  file(RELATIVE_PATH up /prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig /prefix)
  string(REGEX REPLACE "/$" "" pc_prefix "\${pcfiledir}/${up}")
endif()
bpfld_pc_folder(pc_libdir ${CMAKE_INSTALL_LIBDIR})
bpfld_pc_folder(pc_includedir ${CMAKE_INSTALL_INCLUDEDIR})
bpfld_pc_folder(pc_libexecdir ${CMAKE_INSTALL_LIBEXECDIR})
foreach(name bpfld bpfld-linker)
  configure_file(cmake/${name}.pc.in ${name}.pc @ONLY)
  install(FILES ${PROJECT_BINARY_DIR}/${name}.pc
    DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT development)
endforeach()

# find_package(bpfld)
set(package ${CMAKE_INSTALL_LIBDIR}/cmake/bpfld)
install(EXPORT bpfldTargets NAMESPACE bpfld:: DESTINATION ${package} COMPONENT development)
write_basic_package_version_file(bpfldConfigVersion.cmake COMPATIBILITY SameMinorVersion)
if(IS_ABSOLUTE ${CMAKE_INSTALL_BINDIR} OR IS_ABSOLUTE ${CMAKE_INSTALL_LIBDIR})
  set(package_to_bin ${CMAKE_INSTALL_FULL_BINDIR})
else()
  file(RELATIVE_PATH up /${package} /${CMAKE_INSTALL_BINDIR})
  set(package_to_bin "\${CMAKE_CURRENT_LIST_DIR}/${up}")
endif()
configure_file(cmake/bpfldConfig.cmake.in bpfldConfig.cmake @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/bpfldConfig.cmake
        ${PROJECT_BINARY_DIR}/bpfldConfigVersion.cmake cmake/bpfldAddObject.cmake
  DESTINATION ${package} COMPONENT development)
