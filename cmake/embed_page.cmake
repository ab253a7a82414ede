# cmake -D FOLDER=... -D OUTPUT=FILE.c -P embed_page.cmake
#
# Make two arrays of the page of --report: what is before its data, and what is behind. The style and
# the script take the places of @STYLE@ and @SCRIPT@ in page.html, the data that of @DATA@.
file(READ ${FOLDER}/page.html page)
file(READ ${FOLDER}/page.css style)
file(READ ${FOLDER}/page.js script)
string(REPLACE "@STYLE@" "${style}" page "${page}")
string(REPLACE "@SCRIPT@" "${script}" page "${page}")
string(FIND "${page}" "@DATA@" at)
if(at LESS 0)
  message(FATAL_ERROR "${FOLDER}/page.html has no @DATA@")
endif()
string(SUBSTRING "${page}" 0 ${at} head)
math(EXPR at "${at} + 6")
string(SUBSTRING "${page}" ${at} -1 tail)

set(source "// Made by cmake/embed_page.cmake of linker/report/page/.\n#include \"page_parts.h\"\n")
foreach(part head tail)
  file(WRITE ${OUTPUT}.part "${${part}}")
  file(READ ${OUTPUT}.part bytes HEX)
  file(REMOVE ${OUTPUT}.part)
  string(LENGTH "${bytes}" size)
  math(EXPR size "${size} / 2")
  string(REGEX REPLACE "(................................)" "\\1\n" bytes "${bytes}")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
  string(APPEND source "\nconst unsigned char page_${part}[] = {\n${bytes}\n};\n"
    "const size_t page_${part}_size = ${size};\n")
endforeach()
file(WRITE ${OUTPUT} "${source}")
