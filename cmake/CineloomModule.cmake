# cineloom_module(name KIND BASE|ADAPTER|STAGE|PIPELINE|EDGE DEPENDS modules... LINKS targets...)
#
# One folder in src/ is one library, cineloom_<name>, and one test program, cineloom_<name>_test; a large module may sort its
# files into folders one level deep. The order of the
# calls in src/CMakeLists.txt is the order in which data flows: a module may depend only on modules declared above it,
# and a stage never on another stage.
set_property(GLOBAL PROPERTY CINELOOM_MODULES "")

function(cineloom_module name)
  cmake_parse_arguments(PARSE_ARGV 1 module "" "KIND" "DEPENDS;LINKS")
  cineloom_check_dependencies(${name} ${module_KIND} "${module_DEPENDS}")
  set(folder "${CMAKE_CURRENT_SOURCE_DIR}/${name}")
  file(GLOB sources CONFIGURE_DEPENDS "${folder}/*.cc" "${folder}/*/*.cc")
  file(GLOB headers CONFIGURE_DEPENDS "${folder}/*.h" "${folder}/*/*.h")
  list(FILTER sources EXCLUDE REGEX "(_(test|bench|fuzz)\\.cc|/testing/[^/]*)$")
  list(FILTER headers EXCLUDE REGEX "/(internal|testing)/[^/]*$")

  add_library(cineloom_${name} ${sources})
  target_sources(cineloom_${name} PUBLIC FILE_SET HEADERS BASE_DIRS "${CMAKE_CURRENT_SOURCE_DIR}" FILES ${headers})
  target_include_directories(cineloom_${name} PUBLIC "${CMAKE_CURRENT_SOURCE_DIR}")
  list(TRANSFORM module_DEPENDS PREPEND cineloom_ OUTPUT_VARIABLE libraries)
  target_link_libraries(cineloom_${name} PUBLIC ${libraries} PRIVATE cineloom_flags ${module_LINKS})
  if(BUILD_SHARED_LIBS)
    target_link_options(cineloom_${name} PRIVATE -Wl,-z,defs)
  endif()
  cineloom_add_include_check(${name} "${folder}" "${module_DEPENDS}")
  if(CINELOOM_TESTS)
    cineloom_add_module_test(${name} "${folder}" "${module_LINKS}")
  endif()
  if(CINELOOM_FUZZERS)
    cineloom_add_fuzzers(${name} "${folder}")
  endif()

  set_property(GLOBAL APPEND PROPERTY CINELOOM_MODULES ${name})
  set_property(GLOBAL PROPERTY CINELOOM_KIND_${name} ${module_KIND})
  set_property(GLOBAL PROPERTY CINELOOM_DEPENDS_${name} "${module_DEPENDS}")
endfunction()

function(cineloom_check_dependencies name kind depends)
  get_property(declared GLOBAL PROPERTY CINELOOM_MODULES)
  foreach(dependency IN LISTS depends)
    if(NOT dependency IN_LIST declared)
      message(FATAL_ERROR "module '${name}' depends on '${dependency}', which is not declared above it")
    endif()
    get_property(dependency_kind GLOBAL PROPERTY CINELOOM_KIND_${dependency})
    if(kind STREQUAL "STAGE" AND dependency_kind STREQUAL "STAGE")
      message(FATAL_ERROR "stage '${name}' depends on stage '${dependency}': stages exchange domain values")
    endif()
  endforeach()
endfunction()

# Fails the build when a file of the module includes a module that it does not declare, or another's internal/.
function(cineloom_add_include_check name folder depends)
  file(GLOB files CONFIGURE_DEPENDS "${folder}/*.h" "${folder}/*.cc" "${folder}/*/*.h" "${folder}/*/*.cc")
  set(stamp "${CMAKE_CURRENT_BINARY_DIR}/${name}.includes")
  add_custom_command(OUTPUT "${stamp}"
    COMMAND "${CMAKE_COMMAND}" -DMODULE=${name} "-DALLOWED=${name};${depends}" "-DFILES=${files}" -DSTAMP=${stamp}
      "-DSOURCE_DIR=${CMAKE_CURRENT_SOURCE_DIR}" -P "${PROJECT_SOURCE_DIR}/cmake/CheckIncludes.cmake"
    DEPENDS ${files} "${PROJECT_SOURCE_DIR}/cmake/CheckIncludes.cmake" VERBATIM)
  add_custom_target(cineloom_${name}_includes DEPENDS "${stamp}")
  add_dependencies(cineloom_${name} cineloom_${name}_includes)
endfunction()

function(cineloom_add_module_test name folder links)
  file(GLOB tests CONFIGURE_DEPENDS "${folder}/*_test.cc" "${folder}/*/*_test.cc")
  if(NOT tests)
    return()
  endif()
  add_executable(cineloom_${name}_test ${tests})
  target_link_libraries(cineloom_${name}_test PRIVATE cineloom_${name} cineloom_flags ${links} GTest::gmock_main)
  target_compile_definitions(cineloom_${name}_test PRIVATE "CINELOOM_SOURCE_DIR=\"${PROJECT_SOURCE_DIR}\"")
  cineloom_add_gtest(${name} cineloom_${name}_test)
endfunction()

# Registers a GoogleTest program; its XML lies where `./dev test` counts it.
function(cineloom_add_gtest name target)
  add_test(NAME ${name} COMMAND ${target} "--gtest_output=xml:${PROJECT_BINARY_DIR}/test-results/${name}.xml"
    WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}")
  set(seconds 300)
  if(CMAKE_CXX_FLAGS MATCHES "-fsanitize")
    set(seconds 1800)  # Sanitizers make the longest programs some ten times slower.
  endif()
  set_tests_properties(${name} PROPERTIES TIMEOUT ${seconds})
endfunction()

function(cineloom_add_fuzzers name folder)
  file(GLOB fuzzers CONFIGURE_DEPENDS "${folder}/*_fuzz.cc" "${folder}/*/*_fuzz.cc")
  foreach(source IN LISTS fuzzers)
    get_filename_component(target "${source}" NAME_WE)
    add_executable(${target} "${source}")
    target_link_libraries(${target} PRIVATE cineloom_${name} cineloom_flags)
    target_compile_definitions(${target} PRIVATE "CINELOOM_SOURCE_DIR=\"${PROJECT_SOURCE_DIR}\"")
    target_link_options(${target} PRIVATE -fsanitize=fuzzer)
  endforeach()
endfunction()

# Writes `module: dependency dependency...` lines that tests/repo holds against the graph in ARCHITECTURE.md.
function(cineloom_write_module_list)
  get_property(modules GLOBAL PROPERTY CINELOOM_MODULES)
  set(text "")
  foreach(module IN LISTS modules)
    get_property(depends GLOBAL PROPERTY CINELOOM_DEPENDS_${module})
    list(JOIN depends " " joined)
    string(APPEND text "${module}: ${joined}\n")
  endforeach()
  file(WRITE "${PROJECT_BINARY_DIR}/modules.txt" "${text}")
endfunction()
