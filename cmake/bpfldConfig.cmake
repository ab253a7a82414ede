# find_package(bpfld): the targets bpfld::bpfld, the shared library, and bpfld::bpfld_static.
include(CMakeFindDependencyMacro)
find_dependency(Threads)
include(${CMAKE_CURRENT_LIST_DIR}/bpfldTargets.cmake)
