#include "analyzer/sinks/openmetrics.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <string_view>

namespace onetrip {
namespace {

using Labels = std::vector<prometheus::ClientMetric::Label>;

std::string number(double value) {
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  return {text.data(), end};
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\n') {
      out += "\\n";
      continue;
    }
    if (c == '\\' || c == '"') out += '\\';
    out += c;
  }
  return out;
}

/// A family of counters is named without the suffix that its samples have.
std::string family_name(const prometheus::MetricFamily& family) {
  constexpr std::string_view suffix = "_total";
  std::string name = family.name;
  if (family.type == prometheus::MetricType::Counter && name.ends_with(suffix))
    name.resize(name.size() - suffix.size());
  return name;
}

std::string_view type_name(prometheus::MetricType type) {
  if (type == prometheus::MetricType::Counter) return "counter";
  return type == prometheus::MetricType::Gauge ? "gauge" : "histogram";
}

class Writer {
 public:
  void write(const MetricPage& page) {
    const prometheus::MetricFamily& family = page.family;
    const std::string name = family_name(family);
    out_ += "# TYPE " + name + " " + std::string(type_name(family.type)) + "\n";
    out_ += "# HELP " + name + " " + escaped(family.help) + "\n";
    for (std::size_t i = 0; i < family.metric.size(); ++i) {
      const prometheus::ClientMetric& metric = family.metric[i];
      if (family.type == prometheus::MetricType::Histogram) {
        histogram(name, metric, i < page.exemplars.size() ? page.exemplars[i] : none_);
      } else {
        const bool counts = family.type == prometheus::MetricType::Counter;
        sample(name + (counts ? "_total" : ""), metric.label,
               number(counts ? metric.counter.value : metric.gauge.value));
      }
    }
  }

  std::string take() { return std::move(out_) + "# EOF\n"; }

 private:
  void sample(const std::string& name, const Labels& labels, const std::string& value) {
    out_ += name;
    const char* separator = "{";
    for (const auto& label : labels) {
      out_ += separator + label.name + "=\"" + escaped(label.value) + "\"";
      separator = ",";
    }
    out_ += (labels.empty() ? " " : "} ") + value + "\n";
  }

  void histogram(const std::string& name, const prometheus::ClientMetric& metric,
                 const std::vector<Exemplar>& exemplars) {
    for (std::size_t i = 0; i < metric.histogram.bucket.size(); ++i) {
      const auto& bucket = metric.histogram.bucket[i];
      Labels labels = metric.label;
      labels.push_back({"le", number(bucket.upper_bound)});
      std::string value = number(static_cast<double>(bucket.cumulative_count));
      if (i < exemplars.size() && !exemplars[i].window.empty())
        value +=
            " # {window_id=\"" + escaped(exemplars[i].window) + "\"} " + number(exemplars[i].value);
      sample(name + "_bucket", labels, value);
    }
    sample(name + "_count", metric.label,
           number(static_cast<double>(metric.histogram.sample_count)));
    sample(name + "_sum", metric.label, number(metric.histogram.sample_sum));
  }

  const std::vector<Exemplar> none_{};
  std::string out_;
};

}  // namespace

std::string openmetrics_text(const std::vector<MetricPage>& pages) {
  Writer writer;
  for (const MetricPage& page : pages) writer.write(page);
  return writer.take();
}

}  // namespace onetrip
