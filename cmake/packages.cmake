# SPDX-License-Identifier: BSD-2-Clause
#
# cpack: the Debian packages bpfld, libbpfldN and libbpfld-dev, one for each component of
# install.cmake. Configure with -DCMAKE_INSTALL_PREFIX=/usr, so that libraries are where Debian has
# them.

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME bpfld)
set(CPACK_PACKAGE_VENDOR "the bpfld authors")
# No mail reaches ".invalid": who publishes packages says who answers for them.
set(CPACK_PACKAGE_CONTACT "the bpfld authors <authors@bpfld.invalid>" CACHE STRING
  "Maintainer of packages that cpack makes")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
set(CPACK_COMPONENTS_ALL command library development)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
# What a package needs is what its files are linked with.
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)

set(library libbpfld${PROJECT_VERSION_MAJOR})
set(CPACK_DEBIAN_COMMAND_PACKAGE_NAME bpfld)
set(CPACK_DEBIAN_COMMAND_PACKAGE_SECTION devel)
set(CPACK_COMPONENT_COMMAND_DESCRIPTION
  "linker for BPF objects\n bpfld links BPF objects and archives of them into one object for any loader.")
set(CPACK_DEBIAN_LIBRARY_PACKAGE_NAME ${library})
set(CPACK_DEBIAN_LIBRARY_PACKAGE_SECTION libs)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS_POLICY ">=")
set(CPACK_COMPONENT_LIBRARY_DESCRIPTION
  "linker for BPF objects, shared library\n Programs that link BPF objects themselves use this library.")
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME libbpfld-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS "${library} (= ${PROJECT_VERSION}), libc6-dev")
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_RECOMMENDS bpfld) # for bpfld_add_object() of CMake
set(CPACK_COMPONENT_DEVELOPMENT_DESCRIPTION
  "linker for BPF objects, files for development\n Header, static library, and what pkg-config and CMake read of libbpfld.")

# Each package says under which terms its files are: the command's also have what is linked into it.
file(READ cmake/copyright/own own)
set(static)
if(BPFLD_STATIC AND BPFLD_DWARF AND NOT BPFLD_SANITIZE)
  file(READ cmake/copyright/static static)
  if(zstd IN_LIST BPFLD_STATIC_LIBDW)
    file(READ cmake/copyright/zstd zstd)
    string(APPEND static "${zstd}")
  endif()
endif()
file(WRITE ${PROJECT_BINARY_DIR}/copyright/command "${own}${static}")
file(WRITE ${PROJECT_BINARY_DIR}/copyright/library "${own}")
file(WRITE ${PROJECT_BINARY_DIR}/copyright/development "${own}")
foreach(component IN LISTS CPACK_COMPONENTS_ALL)
  string(TOUPPER ${component} upper)
  # Only packages have this file.
  install(FILES ${PROJECT_BINARY_DIR}/copyright/${component} RENAME copyright
    DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/${CPACK_DEBIAN_${upper}_PACKAGE_NAME}
    COMPONENT ${component} EXCLUDE_FROM_ALL)
endforeach()
include(CPack)
