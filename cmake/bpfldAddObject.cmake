# SPDX-License-Identifier: BSD-2-Clause
#
# BPF objects in a project of CMake: find_package(bpfld) brings these functions.
#
#	bpfld_add_object(NAME SOURCES FILE... [LIBRARIES LIBRARY...] [OPTIONS OPTION...]
#	                 [COMPILE_OPTIONS OPTION...] [SKELETON])
#
# compiles FILEs by clang and links them, and what is needed of the LIBRARYs, to NAME.bpf.o in the
# current binary folder. The target NAME makes it; its property BPFLD_OBJECT is its path. With SKELETON
# there are also NAME.skel.h, by bpftool, and a library NAME_skeleton of that header alone.
#
#	bpfld_add_library(NAME SOURCES FILE... [COMPILE_OPTIONS OPTION...])
#
# compiles FILEs for objects that link with LIBRARIES NAME: of each FILE that is linked only if
# something needs it. A LIBRARY may also be a file, or "-lNAME".
#
# Headers, and all that a link reads, are dependencies. Variables: BPFLD_COMMAND, BPFLD_CLANG,
# BPFLD_BPFTOOL; BPFLD_COMPILE_OPTIONS are options of all compilations, "-g -O2" if it is not set.

# The objects that the files behind OPTIONS become.
function(_bpfld_compile result name options)
  find_program(BPFLD_CLANG clang DOC "clang, which compiles for BPF")
  if(NOT BPFLD_CLANG)
    message(FATAL_ERROR "bpfld: no clang was found, which compiles for BPF: set BPFLD_CLANG")
  endif()
  if(NOT DEFINED BPFLD_COMPILE_OPTIONS)
    set(BPFLD_COMPILE_OPTIONS -g -O2)
  endif()
  # Headers of the machine, such as asm/types.h, are where the C compiler has them.
  if(CMAKE_LIBRARY_ARCHITECTURE)
    list(APPEND BPFLD_COMPILE_OPTIONS -I/usr/include/${CMAKE_LIBRARY_ARCHITECTURE})
  endif()
  set(folder ${CMAKE_CURRENT_BINARY_DIR}/${name}.bpf.dir)
  set(objects)
  foreach(source IN LISTS ARGN)
    get_filename_component(source ${source} ABSOLUTE)
    get_filename_component(stem ${source} NAME_WLE)
    string(REGEX REPLACE "\\.bpf$" "" stem ${stem})
    set(object ${folder}/${stem}.bpf.o)
    if(object IN_LIST objects)
      message(FATAL_ERROR "bpfld: two sources of ${name} would become ${object}: rename one")
    endif()
    list(APPEND objects ${object})
    add_custom_command(
      OUTPUT ${object}
      COMMAND ${CMAKE_COMMAND} -E make_directory ${folder}
      COMMAND ${BPFLD_CLANG} --target=bpf ${BPFLD_COMPILE_OPTIONS} ${options}
              -MD -MQ ${object} -MF ${object}.d -c ${source} -o ${object}
      DEPENDS ${source} DEPFILE ${object}.d
      COMMENT "Compiling ${stem}.bpf.o for ${name}" VERBATIM)
  endforeach()
  set(${result} ${objects} PARENT_SCOPE)
endfunction()

function(bpfld_add_library name)
  cmake_parse_arguments(PARSE_ARGV 1 library "" "" "SOURCES;COMPILE_OPTIONS")
  _bpfld_compile(objects ${name} "${library_COMPILE_OPTIONS}" ${library_SOURCES})
  add_custom_target(${name} DEPENDS ${objects})
  set_target_properties(${name} PROPERTIES BPFLD_MEMBERS "${objects}")
endfunction()

# What a link takes of LIBRARIES, and the files and targets among it.
function(_bpfld_libraries arguments depends)
  foreach(library IN LISTS ARGN)
    set(members)
    if(TARGET ${library})
      get_target_property(members ${library} BPFLD_MEMBERS)
    endif()
    if(members)
      list(APPEND words --start-lib ${members} --end-lib)
      list(APPEND needed ${library} ${members})
    elseif(library MATCHES "^-")
      list(APPEND words ${library})
    else()
      get_filename_component(library ${library} ABSOLUTE)
      list(APPEND words ${library})
      list(APPEND needed ${library})
    endif()
  endforeach()
  set(${arguments} ${words} PARENT_SCOPE)
  set(${depends} ${needed} PARENT_SCOPE)
endfunction()

# The header NAME.skel.h of OBJECT, and the library NAME_skeleton.
function(_bpfld_skeleton name object)
  find_program(BPFLD_BPFTOOL bpftool PATHS /usr/sbin /sbin DOC "bpftool, which makes skeletons")
  if(NOT BPFLD_BPFTOOL)
    message(FATAL_ERROR "bpfld: no bpftool was found, which makes skeletons: set BPFLD_BPFTOOL")
  endif()
  set(header ${CMAKE_CURRENT_BINARY_DIR}/${name}.skel.h)
  add_custom_command(
    OUTPUT ${header}
    COMMAND sh -c [["$1" gen skeleton "$2" name "$3" >"$4.new" && mv "$4.new" "$4"]] sh
            ${BPFLD_BPFTOOL} ${object} ${name} ${header}
    DEPENDS ${object}
    COMMENT "Making ${name}.skel.h" VERBATIM)
  add_custom_target(${name}_skeleton_header DEPENDS ${header})
  add_library(${name}_skeleton INTERFACE)
  target_include_directories(${name}_skeleton INTERFACE ${CMAKE_CURRENT_BINARY_DIR})
  add_dependencies(${name}_skeleton ${name}_skeleton_header)
endfunction()

function(bpfld_add_object name)
  cmake_parse_arguments(PARSE_ARGV 1 object "SKELETON" ""
                        "SOURCES;LIBRARIES;OPTIONS;COMPILE_OPTIONS")
  if(NOT BPFLD_COMMAND)
    message(FATAL_ERROR "bpfld: the command bpfld was not found: install it, or set BPFLD_COMMAND")
  endif()
  _bpfld_compile(inputs ${name} "${object_COMPILE_OPTIONS}" ${object_SOURCES})
  _bpfld_libraries(libraries needed ${object_LIBRARIES})
  set(output ${CMAKE_CURRENT_BINARY_DIR}/${name}.bpf.o)
  add_custom_command(
    OUTPUT ${output}
    COMMAND ${BPFLD_COMMAND} ${object_OPTIONS} --dependency-file=${output}.d -o ${output}
            ${inputs} ${libraries}
    DEPENDS ${inputs} ${needed} ${BPFLD_COMMAND} DEPFILE ${output}.d
    COMMENT "Linking ${name}.bpf.o" VERBATIM)
  add_custom_target(${name} ALL DEPENDS ${output})
  set_target_properties(${name} PROPERTIES BPFLD_OBJECT ${output})
  if(object_SKELETON)
    _bpfld_skeleton(${name} ${output})
  endif()
endfunction()
