#include "analyzer/orm.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

namespace onetrip {
namespace {

struct Mark {
  std::string_view word;
  Orm orm;
};

constexpr std::array marks{Mark{"django", Orm::django},       Mark{"sqlalchemy", Orm::sqlalchemy},
                           Mark{"rails", Orm::rails},         Mark{"activerecord", Orm::rails},
                           Mark{"active_record", Orm::rails}, Mark{"laravel", Orm::laravel},
                           Mark{"eloquent", Orm::laravel},    Mark{"prisma", Orm::prisma},
                           Mark{"gorm", Orm::gorm},           Mark{"typeorm", Orm::typeorm},
                           Mark{"hibernate", Orm::hibernate}, Mark{"sequelize", Orm::sequelize}};

bool is_letter(char c) {
  return std::isalpha(static_cast<unsigned char>(c)) != 0;
}

/// The one ORM that a tag or application_name speaks of; unknown when none or several.
Orm named_in(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  Orm found = Orm::unknown;
  for (const Mark& mark : marks) {
    const std::size_t at = text.find(mark.word);
    if (at == std::string::npos) continue;
    const std::size_t end = at + mark.word.size();
    if ((at > 0 && is_letter(text[at - 1])) || (end < text.size() && is_letter(text[end])))
      continue;
    if (found != Orm::unknown && found != mark.orm) return Orm::unknown;
    found = mark.orm;
  }
  return found;
}

/// What the window's other statements are written by, as far as they agree: an UPDATE shows little.
Orm by_company(const Window& window) {
  constexpr std::size_t enough = 50;
  Orm found = Orm::unknown;
  for (std::size_t t = 0; t < std::min(enough, window.trips.size()); ++t) {
    const Orm orm = window.trips[t].statement->dialect;
    if (orm == Orm::unknown || orm == found) continue;
    if (found != Orm::unknown) return Orm::unknown;
    found = orm;
  }
  return found;
}

}  // namespace

Orm guess_orm(const Window& window, const Statement& statement) {
  // The driver's tag speaks of the layer that writes SQL, the framework's of the one above.
  for (const std::string* tag : {&window.db_driver, &window.framework}) {
    const Orm orm = named_in(*tag);
    if (orm != Orm::unknown) return orm;
  }
  const Orm hint = named_in(window.application);
  Orm dialect = statement.dialect;
  if (dialect == Orm::unknown) dialect = by_company(window);
  if (hint == Orm::unknown || dialect == hint) return dialect;
  return dialect == Orm::unknown ? hint : Orm::unknown;
}

}  // namespace onetrip
