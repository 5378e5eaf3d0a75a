# The libraries of the house, each as a target dep::<name>. What differs between Debian 12, Debian 13
# and Ubuntu 24.04 (Boost's version, Catch2 2 or 3, libpg_query 15 or 17) is settled here and nowhere
# else. All that is missing is told at once, as one line to install it.

set(missing "")

macro(onetrip_missing name packages)
  list(APPEND missing "${packages}")
  message(STATUS "Missing: ${name}")
endmacro()

# A library without a CMake package of its own: found by a header and, unless it has none, a library.
function(onetrip_find name header library package)
  string(TOUPPER ${name} upper)
  find_path(${upper}_INCLUDE_DIR ${header})
  set(found ${${upper}_INCLUDE_DIR})
  if(library)
    find_library(${upper}_LIBRARY ${library})
    if(NOT ${upper}_LIBRARY)
      set(found FALSE)
    endif()
  endif()
  if(NOT found)
    onetrip_missing(${name} ${package})
    set(missing ${missing} PARENT_SCOPE)
    return()
  endif()
  add_library(dep_${name} INTERFACE)
  add_library(dep::${name} ALIAS dep_${name})
  target_include_directories(dep_${name} SYSTEM INTERFACE ${${upper}_INCLUDE_DIR})
  if(library)
    target_link_libraries(dep_${name} INTERFACE ${${upper}_LIBRARY})
  endif()
endfunction()

# A library whose CMake package gives targets: dep::<name> stands for them.
function(onetrip_adopt name)
  add_library(dep_${name} INTERFACE)
  add_library(dep::${name} ALIAS dep_${name})
  target_link_libraries(dep_${name} INTERFACE ${ARGN})
endfunction()

onetrip_find(pg_query pg_query.h pg_query libpg-query-dev)
find_path(PQ_INCLUDE_DIR libpq-fe.h PATH_SUFFIXES postgresql)
onetrip_find(pq libpq-fe.h pq libpq-dev)
onetrip_find(sqlite sqlite3.h sqlite3 libsqlite3-dev)
onetrip_find(xxhash xxhash.h xxhash libxxhash-dev)
onetrip_find(toml toml++/toml.h "" libtomlplusplus-dev)
onetrip_find(cli11 CLI/CLI.hpp "" libcli11-dev)
# Its own package also wants curl and civetweb, which only its pull and push parts need.
onetrip_find(prometheus prometheus/registry.h prometheus-cpp-core prometheus-cpp-dev)

find_package(Threads REQUIRED)

find_package(Boost 1.81 QUIET COMPONENTS json)
if(Boost_FOUND)
  onetrip_adopt(boost Boost::headers Threads::Threads)
  target_compile_definitions(dep_boost INTERFACE BOOST_ASIO_NO_DEPRECATED)
  onetrip_adopt(json Boost::json)
else()
  onetrip_missing("Boost 1.81 or newer, with Boost.JSON" "libboost1.81-dev libboost-json1.81-dev")
endif()

find_package(OpenSSL QUIET)
if(OpenSSL_FOUND)
  onetrip_adopt(openssl OpenSSL::SSL OpenSSL::Crypto)
else()
  onetrip_missing(OpenSSL libssl-dev)
endif()

find_package(spdlog QUIET)
if(spdlog_FOUND)
  onetrip_adopt(spdlog spdlog::spdlog)
else()
  onetrip_missing(spdlog libspdlog-dev)
endif()

if(ONETRIP_TESTS)
  find_package(Catch2 QUIET)
  if(Catch2_FOUND)
    onetrip_adopt(catch2 Catch2::Catch2)
    if(Catch2_VERSION VERSION_GREATER_EQUAL 3)
      target_include_directories(dep_catch2 INTERFACE ${CMAKE_CURRENT_LIST_DIR}/catch2_v3)
    endif()
  else()
    onetrip_missing(Catch2 catch2)
  endif()
endif()

if(missing)
  list(JOIN missing " " packages)
  message(FATAL_ERROR "Libraries are missing. Run scripts/setup, which knows their names on newer releases "
    "too, or on Debian 12:\n  apt-get install ${packages}\n")
endif()
