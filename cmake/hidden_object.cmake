# SPDX-License-Identifier: BSD-2-Clause
#
# bpfld_hidden_object(OUTPUT LIBRARY...): one object of all those of some libraries, in which names
# of hidden visibility are local.
#
# Visibility is heeded where a shared object is made. In an archive a hidden function is as global
# as any, and a program's own function of its name takes its place without a message. A relocatable
# link makes one object of all, within which nothing needs the names any more.

if(NOT CMAKE_OBJCOPY)
  message(FATAL_ERROR "no objcopy for the compiler was found: set CMAKE_OBJCOPY")
endif()

# Those of the compiler's flags that say for which machine and with which tools. Others may bring
# libraries (sanitizers, coverage), which belong to the program.
function(bpfld_machine_flags result)
  string(REGEX MATCHALL
         " (-m|-B|--target=|-target |--sysroot=|--gcc-|-fuse-ld=|--ld-path=)[^ ]+"
         flags " ${CMAKE_C_COMPILER_ARG1} ${CMAKE_C_FLAGS}")
  string(JOIN "" flags ${flags})
  separate_arguments(flags UNIX_COMMAND "${flags}")
  if(CMAKE_C_COMPILER_TARGET AND CMAKE_C_COMPILER_ID MATCHES "Clang")
    list(APPEND flags --target=${CMAKE_C_COMPILER_TARGET})
  endif()
  set(${result} ${flags} PARENT_SCOPE)
endfunction()

# Of sections that several objects may have (COMDAT) the program's linker keeps one of each kind,
# and must not drop ours, which its names are local to: where the linker can, they become ordinary
# sections.
function(bpfld_group_flags result)
  set(source ${PROJECT_BINARY_DIR}/CMakeFiles/hidden_object.c)
  file(WRITE ${source} "int bpfld_nothing;\n")
  execute_process(
    COMMAND ${CMAKE_C_COMPILER} ${ARGN} -r -nostdlib -Wl,--force-group-allocation
            -o ${source}.o ${source}
    RESULT_VARIABLE status OUTPUT_QUIET ERROR_QUIET)
  set(${result} "" PARENT_SCOPE)
  if(status EQUAL 0)
    set(${result} -Wl,--force-group-allocation PARENT_SCOPE)
  endif()
endfunction()

function(bpfld_hidden_object output)
  bpfld_machine_flags(machine)
  bpfld_group_flags(groups ${machine})
  foreach(library IN LISTS ARGN)
    list(APPEND objects $<TARGET_OBJECTS:${library}>)
    # What is still to be compiled has no visibility that objcopy could see.
    set_target_properties(${library} PROPERTIES INTERPROCEDURAL_OPTIMIZATION OFF)
    target_compile_options(${library} PRIVATE -fno-lto)
  endforeach()
  add_custom_command(
    OUTPUT ${output}
    COMMAND ${CMAKE_C_COMPILER} ${machine} -r -nostdlib ${groups} -o ${output} ${objects}
    COMMAND ${CMAKE_OBJCOPY} --localize-hidden ${output}
    DEPENDS ${objects}
    COMMENT "Hiding names in ${output}"
    COMMAND_EXPAND_LISTS VERBATIM)
endfunction()
