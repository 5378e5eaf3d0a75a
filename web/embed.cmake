# Writes OUTPUT, from TEMPLATE, with the bytes of PAGE as they are and as GZIP packs them.
#   cmake -DPAGE=... -DGZIP=... -DTEMPLATE=... -DOUTPUT=... -P embed.cmake
cmake_minimum_required(VERSION 3.25)

function(bytes_of file out)
  file(READ ${file} hex HEX)
  string(REGEX REPLACE "(..)" "0x\\1," list "${hex}")
  set(${out} "${list}" PARENT_SCOPE)
endfunction()

execute_process(COMMAND ${GZIP} -9 -n -c ${PAGE} OUTPUT_FILE ${OUTPUT}.gz COMMAND_ERROR_IS_FATAL ANY)
bytes_of(${PAGE} html_bytes)
bytes_of(${OUTPUT}.gz gzip_bytes)
file(SHA256 ${PAGE} hash)

# The page says itself what a browser may do with it; the answer's header says the same.
file(READ ${PAGE} html)
if(NOT html MATCHES "http-equiv=\"Content-Security-Policy\" content=\"([^\"]+)\"")
  message(FATAL_ERROR "${PAGE} has no content security policy: build it with npm run build")
endif()
set(policy "${CMAKE_MATCH_1}")
configure_file(${TEMPLATE} ${OUTPUT} @ONLY)
