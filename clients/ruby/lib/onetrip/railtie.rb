# frozen_string_literal: true

module Onetrip
  class Railtie < ::Rails::Railtie
    initializer "onetrip.middleware" do |app|
      app.middleware.insert_before(0, Onetrip::Rack) if Onetrip.process.api
    end
  end
end
