#pragma once

#include <string>
#include <string_view>

#include "analyzer/catalog.hpp"
#include "analyzer/finding.hpp"
#include "analyzer/link.hpp"

namespace onetrip {

enum class Orm : std::uint8_t {
  unknown, django, sqlalchemy, rails, laravel, prisma, gorm, typeorm, hibernate, sequelize
};

/// By comment tags, else application_name, else the dialect of a statement; unknown when in doubt.
Orm guess_orm(const Window& window, const Statement& statement);

/// How to make one trip of a linked loop (DETECTION.md, *The advice*): SQL first, then the ORM's words.
/// Names a relation only when a foreign key (or same column) proves it; else `code` stays general or
/// empty. `links` holds `link` and the links of outer loops (LoopLink::outer).
Advice advise(const LoopLink& link, const Links& links, const Window& window, const Catalog* catalog);

}  // namespace onetrip
