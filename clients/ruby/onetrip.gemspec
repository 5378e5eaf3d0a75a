Gem::Specification.new do |gem|
  gem.name = "onetrip"
  gem.version = "0.1.0"
  gem.summary = "Tells the Onetrip proxy which test and which request a statement belongs to"
  gem.authors = ["Onetrip"]
  gem.required_ruby_version = ">= 2.7"
  gem.files = Dir["lib/**/*.rb"] + ["README.md"]
end
