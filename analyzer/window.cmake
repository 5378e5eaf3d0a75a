# Windows, and the catalog: what executions are sorted into, and what is known of the tables.
onetrip_room(onetrip_window
  SOURCES
    catalog.cpp catalog_json.cpp json_node.cpp cursors.cpp named_windows.cpp session_settings.cpp tag_memory.cpp
    transaction_state.cpp trip.cpp view_rule.cpp
    window.cpp window_store.cpp window_table.cpp
  LINK onetrip_statement
  PRIVATE_LINK dep::json dep::xxhash)

# The analysis thread and its rings.
find_package(Threads REQUIRED)
onetrip_room(onetrip_worker
  SOURCES event_ring.cpp worker.cpp
  LINK onetrip_engine
  PRIVATE_LINK Threads::Threads)

# Reads catalogs from servers: the only part of the analyzer that knows libpq.
onetrip_room(onetrip_catalog_reader
  SOURCES catalog_loader.cpp catalog_reader.cpp password_command.cpp
  LINK onetrip_engine
  PRIVATE_LINK dep::pq Threads::Threads)
