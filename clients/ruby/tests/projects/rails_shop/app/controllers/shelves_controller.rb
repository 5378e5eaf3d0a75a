class ShelvesController < ActionController::API
  def show
    books = Book.where(shelf: params[:id]).order(:id)
    books = books.includes(:author) if ENV["SHOP"] == "fixed"
    render json: books.map { |book| book.author.name }
  end
end
