# frozen_string_literal: true

require "rbconfig"

module Onetrip
  # Where in the project a statement comes from, as a comment in sqlcommenter's form at its end:
  #
  #   SELECT … /*callsite='app/models/order.rb:41 in lines'*/
  #
  # The comment is one more text for whoever looks at the SQL itself, so it is there only when ONETRIP_CALLSITE=on asks
  # for it. It is no statement, and the same for each run of one line, so prepared statements stay few.
  module Callsite
    OWN = "#{__dir__}/"
    BORDER = "#{OWN}rack.rb" # where a request begins: what called it did not send its statements
    ROOT = "#{Dir.pwd}/"
    LIBRARIES = [OWN, *RbConfig::CONFIG.values_at("rubylibdir", "sitedir", "vendordir"), *Gem.path].compact.freeze

    module_function

    # `path:line in method` of the innermost frame that is no library's, the path from where we were started; nil where
    # there is none inside the request.
    def callsite
      caller_locations(1).each do |frame|
        return nil if frame.path == BORDER

        place = place(frame.path)
        next unless place

        method = frame.base_label.to_s
        return "#{place}:#{frame.lineno}#{" in #{method}" if method.match?(/\A\w+[?!=]?\z/)}"
      end
      nil
    end

    def place(path)
      @places ||= {}
      @places.fetch(path) { @places[path] = find_place(File.absolute_path(path), path) }
    end

    def find_place(path, given)
      return if given.start_with?("<", "(") || path.start_with?(*LIBRARIES) || path.include?("/vendor/bundle/")

      path.delete_prefix(ROOT)
    end

    def tagged(sql)
      found = sql.include?("/*callsite=") ? nil : callsite
      return sql unless found

      value = found.b.gsub(%r{[^\w.~/:() -]}n) { |byte| format("%%%02X", byte.ord) }.force_encoding("UTF-8")
      text = sql.rstrip
      text.end_with?(";") ? "#{text.chop} /*callsite='#{value}'*/;" : "#{text} /*callsite='#{value}'*/"
    end

    # Follows the libraries that are loaded, each once. Cheap when nothing is new.
    def follow_if_asked
      return unless ENV["ONETRIP_CALLSITE"] == "on" && Onetrip.process.api

      follow(::PG::Connection, Driver) if defined?(::PG::Connection)
      # From 7.0 on Rails has a place for tags itself: config.active_record.query_log_tags.
      adapter = "ActiveRecord::ConnectionAdapters::PostgreSQLAdapter"
      return if !Object.const_defined?(adapter) || ::ActiveRecord.respond_to?(:query_transformers)

      follow(Object.const_get(adapter), ActiveRecord61)
    end

    def follow(library, with)
      library.prepend(with) unless library.include?(with)
    end

    # pg, also beneath Sequel and others. Not `prepare`: a statement that is prepared once runs from many lines.
    module Driver
      %i[exec async_exec sync_exec query async_query exec_params async_exec_params sync_exec_params].each do |name|
        define_method(name) { |sql, *rest, **more, &block| super(Callsite.tagged(sql), *rest, **more, &block) }
      end
    end

    # Above its cache of prepared statements.
    module ActiveRecord61
      %i[execute exec_query exec_delete exec_update].each do |name|
        define_method(name) { |sql, *rest, **more| super(Callsite.tagged(sql), *rest, **more) }
      end
    end
  end

  def self.callsite
    Callsite.callsite
  end
end
