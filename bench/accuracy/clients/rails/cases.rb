# The cases of ../../cases.toml as a Rails application has them.

def first_of(scope, n)
  scope.order(scope.klass.primary_key.to_sym).limit(n)
end

# Tests as Rails runs them, each in a transaction that is rolled back.
def tests(count, &body)
  shelf = Class.new(ActiveSupport::TestCase) do
    include ActiveRecord::TestFixtures
    count.times { |number| define_method("test_#{number}") { instance_exec(number, &body) } }
  end
  count.times do |number|
    result = shelf.new("test_#{number}").run
    raise result.failures.first.message unless result.passed?
  end
end

# A relation that ActiveRecord has: the list's model, what preload and eager_load are told, and its use.
RELATIONS = {
  "forward" => [Book, :author, ->(book) { book.author.name }],
  "nullable" => [Book, :publisher, ->(book) { book.publisher&.name }],
  "reverse" => [Book, :reviews, ->(book) { book.reviews.map(&:stars) }],
  "one_to_one" => [Author, :profile, ->(author) { author.profile.bio }],
  "many" => [Book, :genres, ->(book) { book.genres.map(&:name) }],
  "two_keys" => [Match, %i[home away], ->(match) { [match.home.name, match.away.name] }],
  "self" => [Employee, :manager, ->(employee) { employee.manager.name }],
  "text" => [Price, :currency, ->(price) { price.currency.name }],
  "polymorphic" => [Comment, :subject, ->(comment) { comment.subject.id }],
  "no_key" => [Visit, :author, ->(visit) { visit.author.name }],
  "partition" => [Reading, :sensor, ->(reading) { reading.sensor.name }],
  "partition_child" => [Sensor, :readings, ->(sensor) { sensor.readings.map(&:value) }],
  "view" => [BookView, :author, ->(book) { book.author.name }],
  "shared" => [Review, :book, ->(review) { review.book.title }],
  "nested" => [Publisher, [{ books: :reviews }],
               ->(publisher) { publisher.books.each { |book| book.reviews.map(&:stars) } }],
  "filtered" => [Book, :good_reviews, ->(book) { book.good_reviews.map(&:stars) }],
}.freeze

CASES = {
  "uuid.lazy" => ->(n) { Invoice.order(:number).limit(n).each { |invoice| invoice.customer.name } },
  "uuid.batch" => lambda { |n|
    Invoice.preload(:customer).order(:number).limit(n).each { |invoice| invoice.customer.name }
  },
  "uuid.join" => lambda { |n|
    Invoice.eager_load(:customer).order(:number).limit(n).each { |invoice| invoice.customer.name }
  },
  "composite.lazy" => ->(n) { first_of(Stock.all, n).each { |stock| stock.warehouse.name } },
  "composite.join" => lambda { |n|
    rows = first_of(Stock.all, n).joins("JOIN warehouse USING (region, code)")
      .select("stock.*, warehouse.name AS place")
    rows.each(&:place)
  },
  "count.lazy" => ->(n) { first_of(Book.all, n).each { |book| book.reviews.count } },
  "count.batch" => lambda { |n|
    books = first_of(Book.all, n).to_a
    counts = Review.where(book_id: books.map(&:id)).group(:book_id).count
    books.each { |book| counts.fetch(book.id, 0) }
  },
  "exists.lazy" => ->(n) { first_of(Book.all, n).each { |book| book.reviews.exists? } },
  "exists.batch" => lambda { |n|
    books = first_of(Book.all, n).to_a
    reviewed = Review.where(book_id: books.map(&:id)).distinct.pluck(:book_id)
    books.each { |book| reviewed.include?(book.id) }
  },
  "filtered.in_vain" => lambda { |n|
    first_of(Book.includes(:reviews), n).each { |book| book.reviews.where(stars: 4..).map(&:stars) }
  },
  "latest.lazy" => ->(n) { first_of(Book.all, n).each { |book| book.reviews.order(id: :desc).first.stars } },
  "latest.batch" => lambda { |n|
    books = first_of(Book.all, n).to_a
    Review.select("DISTINCT ON (book_id) *").where(book_id: books).order(:book_id, id: :desc).index_by(&:book_id)
  },
  "refetch.lazy" => ->(n) { first_of(Book.all, n).pluck(:id).each { |id| Book.find(id).title } },
  "refetch.batch" => ->(n) { Book.find(first_of(Book.all, n).pluck(:id)).each(&:title) },

  "user.before_list" => lambda { |n|
    Account.find(150).name
    first_of(Order.all, n).each { |order| order.account.name }
  },
  "ids.lookup" => ->(n) { n.times { |i| Book.find(3 + 11 * i % 190).title } },
  "ids.dense" => lambda { |n|
    first_of(Team.all, n).each(&:name)
    n.downto(1) { |id| Book.find(id).title }
  },
  "sibling.lazy" => lambda { |n|
    Profile.where("author_id <= ?", n).order(author_id: :desc).map(&:bio)
    first_of(Book.all, n).each { |book| book.author.name }
  },
  "chosen.refetch" => lambda { |n|
    first_of(Book.all, n).map(&:title)
    [3, 8].each { |id| Book.find(id).title }
  },
  "chosen.forward" => lambda { |n|
    first_of(Book.all, n).map(&:title)
    [2, 7].each { |id| Author.find(id).name }
  },
  "duplicate.plain" => ->(n) { n.times { Setting.find("key7").value } },
  "duplicate.list" => lambda { |n|
    n.times do |i|
      first_of(Genre.all, 5).map(&:name)
      Author.find(i + 1).name
    end
  },
  "tree.up" => lambda { |n|
    node = Category.find(n + 1)
    node = node.parent while node.parent_id
  },
  "tree.down" => lambda { |n|
    ids = [1]
    (n + 1).times { ids = Category.where(parent_id: ids.first).map(&:id) }
  },

  "write.insert" => ->(n) { Audit.transaction { n.times { |i| Audit.create!(what: "step #{i}") } } },
  "write.commit" => ->(n) { n.times { |i| Audit.create!(what: "step #{i}") } },
  "write.children" => ->(n) { first_of(Account.all, n).each { |account| Order.create!(account_id: account.id,
    total: 1) } },
  "write.update" => ->(n) { first_of(Job.all, n).each { |job| job.update!(state: "done") } },
  "write.delete" => ->(n) { first_of(Job.all, n).destroy_all },
  "write.get_or_create" => ->(n) { n.times { |i| Tag.find_or_create_by!(name: "new#{i}") } },
  "write.bulk" => ->(n) { Audit.insert_all((1..n).map { |i| { what: "step #{i}" } }) },
  "write.bulk_update" => ->(n) { Job.where(id: first_of(Job.all, n).map(&:id)).update_all(state: "done") },
  "write.all" => ->(_) { Setting.update_all(value: "changed") },
  "write.where" => lambda { |_|
    Setting.where(key: "key7").update_all(value: "changed")
    Job.where(id: 1).delete_all
  },
  "unique.check" => ->(n) { n.times { |i| Account.create!(name: "New #{i}", email: "new#{i}@example.org") } },

  "keys.two" => ->(_) { [3, 14].each { |id| Book.find(id).title } },
  "keys.same_twice_after_write" => lambda { |_|
    Audit.count
    Audit.create!(what: "between")
    Audit.count
  },
  "pair.one_request" => ->(n) { n.times { |i| Book.find(3 + 11 * i % 190).author.name } },
  "pair.requests" => ->(n) { n.times { |i| request(pause: i > 0) { Book.find(3 + 11 * i % 190).author.name } } },
  "user.requests" => lambda { |n|
    n.times do |i|
      request(pause: i > 0) do
        account = Account.find(1)
        first_of(account.orders, 5).map(&:total)
      end
    end
  },
  "users.pool" => lambda { |n|
    n.times do
      [7, 8].each do |user|
        request do
          Account.find(user).name
          first_of(Book.all, 5).map(&:title)
        end
      end
    end
  },
  "users.pool_lazy" => ->(n) { 2.times { request { first_of(Book.all, n).each { |book| book.author.name } } } },
  "chunks.equal" => lambda { |n|
    first_of(Book.all, 4 * n).map(&:author_id).each_slice(n) { |ids| Author.where(id: ids).map(&:name) }
  },
  "paging.keyset" => ->(n) { Event.where("id <= ?", 10 * n - 1).find_each(batch_size: 10) { |event| event.kind } },
  "paging.offset" => ->(n) { n.times { |page| Event.order(:id).limit(10).offset(10 * page).map(&:kind) } },
  "poll.even" => lambda { |n|
    n.times do |i|
      sleep 0.04 if i > 0
      Job.where(id: 1).pick(:state)
    end
  },
  "queue.take" => lambda { |n|
    n.times do
      Job.transaction do
        job = Job.where(state: "ready").order(:id).lock("FOR UPDATE SKIP LOCKED").limit(1).take
        job.update!(state: "done")
      end
    end
  },
  "lock.twice" => ->(_) { 2.times { Account.transaction { Account.lock.find(1) } } },
  "cache.once" => lambda { |n|
    Account.cache { n.times { Setting.find("key7").value } }
    first_of(Book.all, 5).map(&:title)
  },
  "shapes.different" => ->(_) { [Book.count, Author.count, Team.first, Review.maximum(:stars), Order.minimum(:total)] },
  "noise.health" => ->(n) { n.times { ActiveRecord::Base.connection.select_value("SELECT 1") } },

  "big.unbounded" => ->(_) { Event.where("amount > 13000").select(:id, :kind).each(&:kind) },
  "big.limited" => lambda { |_|
    Event.where("amount > 13000").select(:id, :kind).limit(50).each(&:kind)
    [Event.find(5), Event.count]
  },
  "wide.body" => ->(_) { first_of(Document.select(:id, :body), 40).each(&:body) },
  "wide.titles" => ->(_) { first_of(Document.select(:id, :title), 40).each(&:title) },
  "test.apart" => lambda { |n|
    tests(n) do
      %w[one two].each { |name| Tag.create!(name: name) }
      assert_equal %w[two one], Tag.order(id: :desc).limit(2).map(&:name)
    end
  },
  "test.apart_lazy" => lambda { |n|
    tests(2) { assert first_of(Book.all, n).all? { |book| book.author.name } }
  },
  "test.apart_reading" => lambda { |n|
    tests(n) do |number|
      assert Account.find(1).name
      assert_operator [Book, Author, Review][number].count, :>, 0
    end
  },

  "wide.star" => ->(_) { first_of(Product.all, 40).each(&:name) },
  "wide.some" => ->(_) { first_of(Product.select(:id, :name, :sku, :price), 40).each(&:name) },
  "offset.deep" => ->(_) { Event.order(:id).offset(12_000).limit(10).map(&:kind) },
  "like.leading" => ->(_) { Event.where("kind LIKE ?", "%nd3").limit(10).map(&:kind) },
  "like.harmless" => lambda { |_|
    Event.where("kind LIKE ?", "kind3%").limit(10).map(&:kind)
    Author.where("name LIKE ?", "%or 7").limit(10).map(&:name)
  },
  "random.big" => ->(_) { Event.order(Arel.sql("random()")).limit(1).take },
  "random.small" => ->(_) { Genre.order(Arel.sql("random()")).limit(1).take },
  "cartesian.plain" => ->(n) { Author.where("author.id <= ?", n).joins("CROSS JOIN genre").map(&:name) },
  "list.large" => ->(_) { Event.where(id: (1..1100).to_a).count },
  "list.small" => ->(_) { Event.where(id: (1..100).map { |i| 3 * i }).count },
  "fail.loop" => lambda { |n|
    n.times do |i|
      Account.new(name: "New #{i}", email: "user#{i + 1}@example.org").save!(validate: false)
    rescue ActiveRecord::RecordNotUnique
      nil
    end
  },
  "unseen.eager" => ->(n) { first_of(Book.eager_load(:author), n).map(&:title) },
}.merge(
  *RELATIONS.map do |name, (model, relation, use)|
    { "#{name}.lazy" => ->(n) { first_of(model.all, n).each(&use) },
      "#{name}.batch" => ->(n) { first_of(model.preload(*relation), n).each(&use) },
      "#{name}.join" => ->(n) { first_of(model.eager_load(*relation), n).each(&use) } }
  end
).freeze
