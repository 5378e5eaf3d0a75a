#pragma once

#include <cstdint>
#include <string_view>

#include "analyzer/statement.hpp"
#include "analyzer/window.hpp"

namespace onetrip {

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

/// By comment tags, else application_name, else the dialect of a statement; unknown when in doubt.
/// A dialect takes at least two features of one ORM, and an application_name that says otherwise
/// leaves it unknown.
Orm guess_orm(const Window& window, const Statement& statement);

}  // namespace onetrip
