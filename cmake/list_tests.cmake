# Asks a Catch2 program for its test cases and writes a ctest file with one test for each. Catch2's own
# script for this splits names at semicolons.
#   cmake -DPROGRAM=... -DROOM=... -DLIST="--list-test-names-only" -DOUTPUT=...
#     -DFOLDER=<where tests run> -P list_tests.cmake
cmake_minimum_required(VERSION 3.25)

separate_arguments(list_arguments UNIX_COMMAND "${LIST}")
execute_process(COMMAND ${PROGRAM} ${list_arguments} OUTPUT_FILE ${OUTPUT}.names
  ERROR_VARIABLE said RESULT_VARIABLE result)
file(STRINGS ${OUTPUT}.names names ENCODING UTF-8)
# Catch2 2 ends with the number of tests.
if(NOT result MATCHES "^[0-9]+$" OR NOT names)
  message(FATAL_ERROR "${PROGRAM} ${LIST} gave no test names: ${result}\n${said}")
endif()

set(tests "")
foreach(name IN LISTS names)
  # What Catch2 would read as a filter's own signs.
  string(REGEX REPLACE "([\\\\,[])" "\\\\\\1" filter "${name}")
  set(test "[==[${ROOM}: ${name}]==]")
  string(APPEND tests "add_test(${test} [==[${PROGRAM}]==] [==[${filter}]==] -w NoTests)\n"
    "set_tests_properties(${test} PROPERTIES LABELS ${ROOM} TIMEOUT 120\n"
    "  WORKING_DIRECTORY [==[${FOLDER}]==])\n")
endforeach()
file(WRITE ${OUTPUT} "${tests}")
