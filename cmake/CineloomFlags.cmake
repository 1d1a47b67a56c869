# Flags that every target of ours gets through the interface target cineloom_flags.
set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_VERIFY_INTERFACE_HEADER_SETS ON)

find_program(CINELOOM_CCACHE ccache)
if(CINELOOM_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CMAKE_COMMAND}" -E env
    "CCACHE_BASEDIR=${CMAKE_SOURCE_DIR}" CCACHE_NOHASHDIR=1 "CCACHE_SLOPPINESS=time_macros,include_file_mtime"
    "${CINELOOM_CCACHE}")
endif()

add_library(cineloom_flags INTERFACE)
# `*e` on an empty Expected is undefined; these assertions turn it into an abort, in release too.
target_compile_definitions(cineloom_flags INTERFACE _GLIBCXX_ASSERTIONS "CINELOOM_VERSION=\"${PROJECT_VERSION}\"")
target_compile_options(cineloom_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor
  -Wold-style-cast -Woverloaded-virtual -Werror
  # Options and domain values are aggregates: naming only the members that differ is how they are meant to be used.
  -Wno-missing-field-initializers)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # gcc 12 reports these falsely through inlined std::string and std::optional.
  target_compile_options(cineloom_flags INTERFACE -Wno-restrict -Wno-maybe-uninitialized -Wno-stringop-overflow
    -Wno-array-bounds -Wno-dangling-pointer)
endif()
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  # libstdc++ 12 uses std::get_temporary_buffer inside std::ranges::stable_sort.
  target_compile_options(cineloom_flags INTERFACE -Wno-deprecated-declarations -Wno-missing-designated-field-initializers)
endif()
find_program(CINELOOM_MOLD mold)
if(CINELOOM_MOLD)
  target_link_options(cineloom_flags INTERFACE -fuse-ld=mold)
endif()
