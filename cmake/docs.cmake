# SPDX-License-Identifier: BSD-2-Clause
#
# The pages as HTML, in html/ of the build: the target `docs`, part of all, where mandoc and cmark-gfm
# are (`scripts/setup docs`).

find_program(MANDOC mandoc)
find_program(CMARK_GFM cmark-gfm)
if(MANDOC AND CMARK_GFM)
  set(html ${PROJECT_BINARY_DIR}/html)
  file(GLOB pages CONFIGURE_DEPENDS *.md docs/*.md docs/*.[0-9] docs/style.css)
  file(GLOB_RECURSE examples CONFIGURE_DEPENDS docs/examples/*)
  add_custom_command(OUTPUT ${html}/index.html
    COMMAND ${CMAKE_COMMAND} -E rm -rf ${html}
    COMMAND ${PROJECT_SOURCE_DIR}/scripts/html ${html}
    DEPENDS scripts/html ${pages} ${examples} COMMENT "Making html" VERBATIM)
  add_custom_target(docs ALL DEPENDS ${html}/index.html)
  install(DIRECTORY ${html} DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT command)
endif()
