# A room of the house is one static library whose link line says what the room may include.
#   onetrip_room(onetrip_session SOURCES pipeline.cpp observer.cpp LINK onetrip_wire onetrip_event)
# LINK: what its headers include. PRIVATE_LINK: what only its .cpp files include (dep::pg_query).
function(onetrip_room target)
  cmake_parse_arguments(PARSE_ARGV 1 room "" "" "SOURCES;LINK;PRIVATE_LINK")
  if(room_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "onetrip_room(${target}): unknown ${room_UNPARSED_ARGUMENTS}")
  endif()
  add_library(${target} STATIC ${room_SOURCES})
  target_link_libraries(${target}
    PUBLIC onetrip_flags ${room_LINK}
    PRIVATE ${room_PRIVATE_LINK})
  set_property(GLOBAL APPEND PROPERTY ONETRIP_ROOMS ${target})
endfunction()
