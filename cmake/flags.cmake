# onetrip_flags: what every target of this repository is compiled and linked with.

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_C_COMPILER_LAUNCHER ${CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()

# -O2, and asserts only where debugging is wanted.
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
include(CheckPIESupported)
check_pie_supported()

add_library(onetrip_flags INTERFACE)
target_compile_features(onetrip_flags INTERFACE cxx_std_20)
set_target_properties(onetrip_flags PROPERTIES INTERFACE_POSITION_INDEPENDENT_CODE ON)
target_include_directories(onetrip_flags INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(onetrip_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor
  -Wold-style-cast -Woverloaded-virtual -Werror)

if(ONETRIP_SANITIZE)
  target_compile_options(onetrip_flags INTERFACE
    -fsanitize=${ONETRIP_SANITIZE} -fno-omit-frame-pointer -g)
  target_link_options(onetrip_flags INTERFACE -fsanitize=${ONETRIP_SANITIZE})
  if(ONETRIP_SANITIZE MATCHES undefined)
    target_compile_options(onetrip_flags INTERFACE -fno-sanitize-recover=undefined)
  endif()
  if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
    # Instrumented code makes gcc warn of variables that are set.
    target_compile_options(onetrip_flags INTERFACE -Wno-maybe-uninitialized)
    if(ONETRIP_SANITIZE MATCHES thread)
      # Asio's fences, which gcc's TSan does not follow; Asio also locks where it matters.
      target_compile_options(onetrip_flags INTERFACE -Wno-tsan)
    endif()
  endif()
else()
  target_compile_options(onetrip_flags INTERFACE
    $<$<CONFIG:Release,RelWithDebInfo>:-U_FORTIFY_SOURCE;-D_FORTIFY_SOURCE=2;-fstack-protector-strong>)
  target_link_options(onetrip_flags INTERFACE
    $<$<CONFIG:Release,RelWithDebInfo>:LINKER:-z,relro,-z,now>)
endif()

if(ONETRIP_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID MATCHES Clang)
    message(FATAL_ERROR "ONETRIP_FUZZ needs clang's libFuzzer: configure with CXX=clang++-14")
  endif()
  target_compile_options(onetrip_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()
