# frozen_string_literal: true

module Onetrip
  # Whether requests kept what a test allows them, and the words for it where they did not.
  module Budget
    LEVELS = %w[info warning error].freeze

    module_function

    # Empty when all is well. A request is its label, its number of statements and its findings; `level` is the lowest
    # that counts, nil: none does.
    def complaint(requests, max_statements, level, allow)
      requests.flat_map do |label, statements, findings|
        too_many = max_statements && statements > max_statements
        lines = too_many ? ["#{label} sent #{statements} statements, #{max_statements} are allowed"] : []
        lines + findings.select { |finding| counts?(finding, level, allow) }.map { |finding| text_of(finding) }
      end.join("\n")
    end

    def counts?(finding, level, allow)
      return false if level.nil? || LEVELS.index(finding["severity"]) < LEVELS.index(level)

      !allow.include?(finding["rule"]) && !allow.include?(finding["cause"])
    end

    # As the proxy's own report has it.
    def text_of(finding)
      advice = finding["advice"]
      rows = { "statement" => finding["statement"]["text"], "fed by" => fed_by(finding),
               "fix" => [advice["code"], advice["sql"], advice["why"]].compact.find { |text| !text.empty? },
               "where" => place(finding["location"]), "accept" => finding["cause"] }
      head = "#{finding['severity']}[#{finding['rule']}] #{finding['label']}: #{finding['title']}"
      [head, *rows.compact.map { |name, text| format("  %-9s %s", name, text) }].join("\n")
    end

    def fed_by(finding)
      parent, link = finding.values_at("parent", "link")
      return unless parent && link

      "#{parent['summary']}: #{link['parent_column']} → #{link['child_column']}, " \
        "#{link['matched']} of #{parent['rows']}"
    end

    def place(location)
      return unless location

      function = location["function"].to_s
      "#{location['file']}:#{location['line']}#{" in #{function}" unless function.empty?}"
    end
  end
end
