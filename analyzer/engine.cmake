onetrip_room(onetrip_engine
  SOURCES origin.cpp value_index.cpp parents.cpp row_pools.cpp candidate.cpp candidate_columns.cpp fit.cpp
          link.cpp link_cap.cpp assumed_link.cpp junction.cpp polymorphic.cpp loops.cpp batches.cpp
          rounds.cpp question.cpp proof.cpp table_writes.cpp tree_walk.cpp repetition.cpp finding.cpp
          advice.cpp advice_text.cpp advice_sql.cpp advice_names.cpp advice_django.cpp
          advice_orm.cpp advice_per_row.cpp advice_repetition.cpp advice_words.cpp orm.cpp
          engine.cpp engine_questions.cpp history_feed.cpp bounds.cpp buckets.cpp cost.cpp histogram.cpp profile.cpp request_profile.cpp row_trend.cpp coverage.cpp judge.cpp finding_store.cpp growth.cpp window_archive.cpp window_rows.cpp catalog_shelf.cpp
          statement_trips.cpp chains.cpp label_history.cpp cartesian.cpp
  LINK onetrip_event onetrip_statement onetrip_window)
