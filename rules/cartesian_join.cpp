#include "analyzer/cartesian.hpp"
#include "analyzer/rule.hpp"
#include "analyzer/rule_options.hpp"
#include "analyzer/statement_trips.hpp"

namespace onetrip {
namespace {

class CartesianJoin final : public Rule {
 public:
  explicit CartesianJoin(std::uint64_t error_rows) : error_rows_(error_rows) {}

  std::string_view name() const override { return "cartesian-join"; }

  void judge(const LinkedWindow& linked, Reporter& reporter) const override {
    const Window& window = linked.window();
    const auto holds = [](const Trip& trip) {
      return may_be_product(*trip.statement) && !trip.statement->aggregate &&
             trip.outcome != Outcome::failed;
    };
    for (StatementTrips& found : trips_where(window, name(), holds)) {
      std::optional<Product> product;
      std::erase_if(found.trips, [&](std::uint32_t t) {
        const auto of_trip = product_of(window.trips[t], linked.catalog());
        if (of_trip && (!product || of_trip->confidence > product->confidence)) product = of_trip;
        return !of_trip;
      });
      if (product) reporter.report(finding(window, found, *product));
    }
  }

 private:
  Finding finding(const Window& window, const StatementTrips& found, const Product& product) const {
    Finding finding = finding_of(window, found);
    finding.confidence = product.confidence;
    finding.severity = finding.evidence.rows > error_rows_ ? Severity::error : Severity::warning;
    finding.title = "each row of " + product.left + " was paired with each row of " +
                    product.right + ": " + counted(finding.evidence.rows, "row") +
                    ", and no condition connects the two";
    finding.advice.why = "say in the join's condition which rows of " + product.left + " and " +
                         product.right +
                         " belong together. Where only one of them is needed, leave the other "
                         "out of FROM; where all pairs are meant, accept it in a comment.";
    return finding;
  }

  std::uint64_t error_rows_;
};

}  // namespace

std::unique_ptr<Rule> make_cartesian_join(RuleOptions& options) {
  return std::make_unique<CartesianJoin>(
      options.count("error_rows", 10'000, "Rows of the product above which it is an error."));
}

}  // namespace onetrip
