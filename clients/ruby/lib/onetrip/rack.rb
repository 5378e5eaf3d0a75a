# frozen_string_literal: true

module Onetrip
  # Rack middleware, the first of all: a request that reaches the application in a test is a window, labelled with the
  # method and the route that the application's own router gives for it: `GET /orders/:id`.
  class Rack
    ID = /\A(\d+|(?=.*\d)[0-9a-fA-F-]{16,})\z/.freeze

    def initialize(app)
      @app = app
    end

    def call(env)
      return @app.call(env) unless Onetrip.process.outermost

      Onetrip.request("#{env['REQUEST_METHOD']} #{route(env)}") { @app.call(env) }
    end

    private

    # An application may do in its router what it likes; a label is no reason for a test to fail.
    def route(env)
      path = "#{env['SCRIPT_NAME']}#{env['PATH_INFO']}"
      begin
        found = defined?(::Rails.application) && ::Rails.application ? rails_route(env) : sinatra_route(env)
      rescue StandardError
        found = nil
      end
      found || folded(path)
    end

    # A path that no route is known of, with `:id` for what looks like one.
    def folded(path)
      path.split("/", -1).map { |part| part.match?(ID) ? ":id" : part }.join("/")
    end

    def rails_route(env)
      application = ::Rails.application
      application.reload_routes_unless_loaded if application.respond_to?(:reload_routes_unless_loaded) # from 8.0 on
      request = ::ActionDispatch::Request.new(env.dup)
      application.routes.router.recognize(request) do |route, _|
        return route.path.spec.to_s.delete_suffix("(.:format)") if route.path.anchored
      end
      nil
    end

    def sinatra_route(env)
      app = @app
      app = app.instance_variable_get(:@app) until app.nil? || app.respond_to?(:settings)
      return unless app

      routes = app.settings.routes.fetch(env["REQUEST_METHOD"], [])
      pattern, = routes.find { |candidate, *| candidate.match(env["PATH_INFO"]) }
      pattern && "#{env['SCRIPT_NAME']}#{pattern}"
    end
  end
end
