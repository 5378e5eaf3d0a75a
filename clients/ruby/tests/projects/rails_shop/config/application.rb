require "rails"
require "active_record/railtie"
require "action_controller/railtie"
require "rails/test_unit/railtie"
require "onetrip" # what Bundler.require does

class Shop < Rails::Application
  config.eager_load = false
  config.logger = Logger.new(nil)
  config.secret_key_base = "of a test"
  config.hosts.clear
  config.action_dispatch.show_exceptions = false
end
