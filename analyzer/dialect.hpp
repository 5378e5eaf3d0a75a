#pragma once

#include <cstdint>
#include <string_view>

namespace onetrip {

/// What writes an application's SQL.
enum class Orm : std::uint8_t {
  unknown,
  django,
  sqlalchemy,
  rails,
  laravel,
  prisma,
  gorm,
  typeorm,
  hibernate,
  sequelize
};

/// "django", as findings write it; "" for unknown.
std::string_view to_string(Orm orm);

/// The ORM whose spelling a normalized text has; unknown when it is nobody's, or that of several. A
/// dialect takes at least two features of one ORM.
Orm dialect_of(std::string_view normalized);

}  // namespace onetrip
