Rails.application.routes.draw do
  resources :shelves, only: :show
end
