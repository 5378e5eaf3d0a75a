#pragma once

#include <array>
#include <bit>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/value.hpp"

namespace onetrip {

/// Monotonic time since the process started. Pure rooms get it as an argument.
using Time = std::chrono::nanoseconds;

/// As people are shown it.
inline double milliseconds_of(Time time) {
  return std::chrono::duration<double, std::milli>(time).count();
}

/// One client connection, unique while the process lives, never 0.
using SessionId = std::uint64_t;

/// As ReadyForQuery tells it (manual, 55.7): idle, in a transaction, in a failed transaction.
enum class TransactionStatus : char { idle = 'I', open = 'T', failed = 'E' };

enum class Outcome : std::uint8_t {
  completed,  ///< CommandComplete
  failed,     ///< ErrorResponse; see sqlstate
  empty,      ///< EmptyQueryResponse
  suspended,  ///< PortalSuspended, and the portal was never run to its end
  cut,        ///< the connection ended first
};

enum class Protocol : std::uint8_t { simple, extended };

/// A column of a result whose cells were hashed.
struct ResultColumn {
  std::uint32_t table_oid = 0;  ///< 0: not a plain column of a table or view
  std::int16_t attribute = 0;   ///< attribute number in that table
  std::uint16_t position = 0;   ///< in the result, from 0
  std::uint32_t type_oid = 0;
  std::string name;
  bool operator==(const ResultColumn&) const = default;
};

/// Rows [row, …) of a result arrived at `time` or later; one mark per read batch, but none for rows
/// that came with the first answer.
struct RowMark {
  std::uint32_t row = 0;
  Time time{};
};

/// Tells whether two results have the same rows, without keeping any. It is over rows in their
/// order: of those that are looked at (Execution::cells) the ones that begin within the first
/// 64 KiB of rows, and of each its first 64 KiB, as they came over the wire (text and binary format
/// differ). What lies beyond is not known; the numbers of rows and bytes speak for it.
struct RowHash {
  static constexpr std::uint32_t most_bytes = std::uint32_t{64} << 10U;

  std::uint64_t value = 0;  ///< keyed; 0 when there were no rows
  std::uint32_t bytes = 0;  ///< of the rows that it is over: most_bytes and one row at most
  std::uint32_t rows = 0;   ///< that it is over

  bool wants_more() const { return bytes < most_bytes; }
  /// `hash`: ValueHasher::bytes of the next row, `size` what the whole row takes.
  void add(std::uint64_t hash, std::uint64_t size) {
    constexpr std::uint64_t odd = 0x9E37'79B9'7F4A'7C15;
    value = (std::rotl(value, 29) ^ hash) * odd;
    bytes += static_cast<std::uint32_t>(size);
    ++rows;
  }
  bool operator==(const RowHash&) const = default;
};

/// How the bytes of a large result spread over its columns, by the lengths that its cells announce.
/// Counted over whole rows: of those that are looked at (Execution::cells) the ones that end beyond
/// the first 64 KiB of the answer. So a small result has none.
struct ColumnSizes {
  static constexpr std::uint64_t begin = std::uint64_t{64} << 10U;
  static constexpr std::size_t most_columns = 1664;  ///< the server's own limit (manual, K)

  std::vector<std::uint64_t> bytes;  ///< by position; empty when no row was counted
  std::uint64_t of_bytes = 0;        ///< of the rows counted, headers included
  std::uint32_t rows = 0;            ///< counted

  /// Empty again, capacity kept.
  void clear() {
    bytes.clear();
    of_bytes = 0;
    rows = 0;
  }
};

/// One run of one statement, complete: what was asked, with what, and what came back.
/// Owns all its memory.
struct Execution {
  std::uint64_t sequence = 0;  ///< of its session, from 1, in the order of the answers
  Protocol protocol = Protocol::simple;
  Outcome outcome = Outcome::completed;
  TransactionStatus status_before = TransactionStatus::idle;  ///< last ReadyForQuery before it
  bool named = false;  ///< ran through a named prepared statement: its text may be of old
  bool pipelined =
      false;  ///< sent before the answer of the session's previous execution was complete
  bool truncated = false;      ///< text was longer than is kept; it is cut
  bool resumed = false;        ///< rows came in several Executes of one portal
  bool answer_unseen = false;  ///< from a log: rows, bytes, columns and cells are not known

  /// Text as the client sent it. For a simple Query of several statements only ordinal 0 carries
  /// it; the others have it empty, the same text_hash, and directly follow in the same session.
  /// Empty with a text_hash of 0: not known (its statement was forgotten, or made while blind).
  std::string text;
  std::uint64_t text_hash = 0;
  std::uint32_t ordinal = 0;

  Time sent{};          ///< its request was read from the client
  Time begun{};         ///< the later of sent and the end of the answer before it
  Time first_answer{};  ///< first message of the answer was read from the server
  Time complete{};

  std::string command;  ///< tag without counts: "SELECT", "INSERT"
  std::array<char, 5> sqlstate{'0', '0', '0', '0', '0'};
  std::uint64_t rows = 0;   ///< rows returned, or affected by the tag where none were returned
  std::uint64_t bytes = 0;  ///< of the answer, headers included
  std::uint16_t columns = 0;
  RowHash row_hash;

  std::vector<Slot> parameters;            ///< bound, in order of $1 …; the first 4,096
  std::vector<ValueHash> elements;         ///< of array parameters
  std::vector<std::string> setting_texts;  ///< the parameters in clear, only where the text names
                                           ///< an `onetrip.` setting (≤ 1,024 bytes each)

  std::vector<ResultColumn> key_columns;  ///< a few, the likeliest to be keys
  std::uint16_t keys_left_out = 0;        ///< columns that might be keys, too
  std::vector<ValueHash> cells;           ///< row by row, key_columns.size() each; the first rows
  std::vector<RowMark> marks;             ///< ascending; of the same rows; mostly none
  ColumnSizes sizes;

  /// Empty again, capacity kept; of texts and parameters nothing is left in it.
  void clear();
  /// Takes out texts, which hold literals, and parameters, of which small integers are in clear. A
  /// core dump would show what is left behind in memory.
  void wipe();
  /// Bytes of heap memory that it holds, about.
  std::size_t footprint() const;
};

/// What is known of a session. Sent when it opens and whenever one of them changes.
struct SessionFacts {
  std::string user, database, application_name;
  std::string client;    ///< address, without meaning but to people
  std::string upstream;  ///< host:port or socket that it is connected to
  std::string server_version;
  std::size_t pair = 0;  ///< which of several [[proxy]] pairs it came by
  bool standard_conforming_strings = true;
};

/// Why a session, or a piece of it, is not looked at.
enum class Blindness : std::uint8_t {
  none,
  encrypted,
  out_of_sync,
  too_large,
  dropped,  ///< more came than could wait to be looked at
};

std::string_view to_string(Blindness blindness);

struct Event {
  enum class Kind : std::uint8_t {
    execution,
    session_opened,
    session_changed,
    session_closed,
    blind
  };
  Kind kind = Kind::execution;
  SessionId session = 0;
  Time time{};
  Blindness blindness = Blindness::none;  ///< of blind
  Execution execution;                    ///< of execution
  SessionFacts facts;                     ///< of session_opened, session_changed
};

/// Keeps bytes that were not looked at yet. What they tell is put into a sink when it is asked.
class EventSource {
 public:
  virtual ~EventSource() = default;
  /// How many bytes wait. Any thread, about.
  virtual std::size_t waiting() const noexcept = 0;
  /// Looks at some of them, and puts what they tell into the sink before it returns: at how many; 0
  /// when none wait. The thread that takes the sink's events.
  virtual std::size_t look() noexcept = 0;
};

/// Where sessions put their events. One per I/O thread.
class EventSink {
 public:
  virtual ~EventSink() = default;
  /// Takes the event's content and leaves another in its place, to be cleared and used again (its
  /// capacity is kept, so a steady flow allocates nothing). Never blocks; a full sink drops and
  /// counts.
  virtual void put(Event& event) = 0;
  /// put() of an event as a whole: another object stands in its place then, which costs less than
  /// moving its content.
  virtual void trade(std::unique_ptr<Event>& event) { put(*event); }

  /// From now on whoever takes the events asks `source` before, until another one or null is
  /// attached; then none is being asked any more. False: this sink asks nobody. Any thread.
  virtual bool attach(EventSource* /*source*/) { return false; }
  /// Something waits in the source; `soon`: it had better not wait long. The source's thread.
  virtual void nudge(bool /*soon*/) {}
};

}  // namespace onetrip
