# What sessions tell the analyzer: all of it that the session room may include.
onetrip_room(onetrip_event
  SOURCES canonical.cpp event.cpp value.cpp value_array.cpp
  PRIVATE_LINK dep::xxhash)
