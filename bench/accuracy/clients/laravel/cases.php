<?php
// The cases of ../../cases.toml as a Laravel application has them.

use Illuminate\Database\Capsule\Manager as DB;
use Illuminate\Database\QueryException;

function first_of($query, $n)
{
    return $query->orderBy('id')->limit($n)->get();
}

/** A relation: the list's model, what with() is told, its use, and the list's order. */
$relations = [
    'forward' => [Book::class, ['author'], fn ($book) => $book->author->name],
    'nullable' => [Book::class, ['publisher'], fn ($book) => $book->publisher->name ?? null],
    'reverse' => [Book::class, ['reviews'], fn ($book) => $book->reviews->pluck('stars')],
    'one_to_one' => [Author::class, ['profile'], fn ($author) => $author->profile->bio],
    'many' => [Book::class, ['genres'], fn ($book) => $book->genres->pluck('name')],
    'two_keys' => [TeamMatch::class, ['home', 'away'], fn ($match) => [$match->home->name, $match->away->name]],
    'self' => [Employee::class, ['manager'], fn ($employee) => $employee->manager->name],
    'uuid' => [Invoice::class, ['customer'], fn ($invoice) => $invoice->customer->name, 'number'],
    'text' => [Price::class, ['currency'], fn ($price) => $price->currency->name],
    'polymorphic' => [Comment::class, ['subject'], fn ($comment) => $comment->subject->id],
    'no_key' => [Visit::class, ['author'], fn ($visit) => $visit->author->name],
    'partition' => [Reading::class, ['sensor'], fn ($reading) => $reading->sensor->name],
    'partition_child' => [Sensor::class, ['readings'], fn ($sensor) => $sensor->readings->pluck('value')],
    'view' => [BookView::class, ['author'], fn ($book) => $book->author->name],
    'shared' => [Review::class, ['book'], fn ($review) => $review->book->title],
    'nested' => [Publisher::class, ['books.reviews'],
        fn ($publisher) => $publisher->books->each(fn ($book) => $book->reviews->pluck('stars'))],
];

$cases = [
    'forward.join' => fn ($n) => Book::join('author', 'author.id', '=', 'book.author_id')
        ->select('book.*', 'author.name')->orderBy('book.id')->limit($n)->get(),
    'uuid.join' => fn ($n) => Invoice::join('customer', 'customer.id', '=', 'invoice.customer_id')
        ->select('invoice.*', 'customer.name')->orderBy('number')->limit($n)->get(),
    'composite.lazy' => fn ($n) => first_of(Stock::query(), $n)->each(fn ($stock) => $stock->warehouse()->name),
    'composite.join' => fn ($n) => first_of(Stock::join('warehouse', fn ($join) => $join
        ->on('warehouse.region', '=', 'stock.region')->on('warehouse.code', '=', 'stock.code'))
        ->select('stock.*', 'warehouse.name'), $n),
    'count.lazy' => fn ($n) => first_of(Book::query(), $n)->each(fn ($book) => $book->reviews()->count()),
    'count.join' => fn ($n) => first_of(Book::withCount('reviews'), $n)->pluck('reviews_count'),
    'exists.lazy' => fn ($n) => first_of(Book::query(), $n)->each(fn ($book) => $book->reviews()->exists()),
    'exists.join' => fn ($n) => first_of(Book::withExists('reviews'), $n)->pluck('reviews_exists'),
    'filtered.lazy' => fn ($n) => first_of(Book::query(), $n)
        ->each(fn ($book) => $book->reviews()->where('stars', '>=', 4)->get()),
    'filtered.batch' => fn ($n) => first_of(Book::with(['reviews' => fn ($query) => $query->where('stars', '>=',
        4)]), $n)
        ->each(fn ($book) => $book->reviews->pluck('stars')),
    'filtered.in_vain' => fn ($n) => first_of(Book::with('reviews'), $n)
        ->each(fn ($book) => $book->reviews()->where('stars', '>=', 4)->get()),
    'latest.lazy' => fn ($n) => first_of(Book::query(), $n)
        ->each(fn ($book) => $book->reviews()->orderByDesc('id')->first()),
    'refetch.lazy' => fn ($n) => Book::orderBy('id')->limit($n)->pluck('id')->each(fn ($id) => Book::find($id)->title),
    'refetch.batch' => fn ($n) => Book::findMany(Book::orderBy('id')->limit($n)->pluck('id'))->pluck('title'),

    'user.before_list' => function ($n) {
        Account::find(150);
        first_of(Order::query(), $n)->each(fn ($order) => $order->account->name);
    },
    'ids.lookup' => fn ($n) => times($n, fn ($i) => Book::find(3 + 11 * $i % 190)),
    'ids.dense' => function ($n) {
        first_of(Team::query(), $n);
        times($n, fn ($i) => Book::find($n - $i));
    },
    'sibling.lazy' => function ($n) {
        Profile::where('author_id', '<=', $n)->orderByDesc('author_id')->get();
        first_of(Book::query(), $n)->each(fn ($book) => $book->author->name);
    },
    'chosen.refetch' => fn ($n) => [first_of(Book::query(), $n), Book::find(3), Book::find(8)],
    'chosen.forward' => fn ($n) => [first_of(Book::query(), $n), Author::find(2), Author::find(7)],
    'duplicate.plain' => fn ($n) => times($n, fn () => Setting::find('key7')),
    'duplicate.list' => fn ($n) => times($n, fn ($i) => [first_of(Genre::query(), 5), Author::find($i + 1)]),
    'tree.up' => function ($n) {
        for ($node = Category::find($n + 1); $node->parent_id; $node = $node->parent);
    },
    'tree.down' => function ($n) {
        $parent = 1;
        times($n + 1, function () use (&$parent) {
            $parent = Category::where('parent_id', $parent)->get()->first()->id;
        });
    },

    'write.insert' => fn ($n) => DB::transaction(
        fn () => times($n, fn ($i) => Audit::create(['what' => "step $i"]))),
    'write.commit' => fn ($n) => times($n, fn ($i) => Audit::create(['what' => "step $i"])),
    'write.children' => fn ($n) => first_of(Account::query(), $n)
        ->each(fn ($account) => $account->orders()->create(['total' => 1])),
    'write.update' => fn ($n) => first_of(Job::query(), $n)->each(fn ($job) => $job->update(['state' => 'done'])),
    'write.delete' => fn ($n) => first_of(Job::query(), $n)->each(fn ($job) => $job->delete()),
    'write.get_or_create' => fn ($n) => times($n, fn ($i) => Tag::firstOrCreate(['name' => "new$i"])),
    'write.bulk' => fn ($n) => Audit::insert(array_map(fn ($i) => ['what' => "step $i"], range(1, $n))),
    'write.bulk_update' => fn ($n) => Job::whereIn('id', first_of(Job::query(), $n)->pluck('id'))
        ->update(['state' => 'done']),
    'write.all' => fn () => Setting::query()->update(['value' => 'changed']),
    'write.where' => function () {
        Setting::where('key', 'key7')->update(['value' => 'changed']);
        Job::where('id', 1)->delete();
    },
    'unique.check' => fn ($n) => times($n, function ($i) {
        $email = "new$i@example.org";
        if (Account::where('email', $email)->doesntExist()) {
            Account::create(['name' => 'New', 'email' => $email]);
        }
    }),

    'keys.two' => fn () => [Book::find(3), Book::find(14)],
    'keys.same_twice_after_write' => fn () => [Audit::count(), Audit::create(['what' => 'between']), Audit::count()],
    'pair.one_request' => fn ($n) => times($n, fn ($i) => Book::find(3 + 11 * $i % 190)->author->name),
    'pair.requests' => fn ($n) => later_requests($n, fn ($i) => Book::find(3 + 11 * $i % 190)->author->name),
    'user.requests' => fn ($n) => later_requests($n, fn () => first_of(Account::find(1)->orders(), 5)),
    'users.pool' => fn ($n) => times(2 * $n, function ($i) {
        Tags::request();
        Account::find(7 + $i % 2);
        first_of(Book::query(), 5);
    }),
    'users.pool_lazy' => fn ($n) => times(2, function () use ($n) {
        Tags::request();
        first_of(Book::query(), $n)->each(fn ($book) => $book->author->name);
    }),
    'chunks.equal' => fn ($n) => first_of(Book::query(), 4 * $n)->chunk($n)
        ->each(fn ($books) => Author::findMany($books->pluck('author_id'))),
    'paging.keyset' => function ($n) {
        Event::chunkById(10, fn ($events, $page) => $page < $n);
    },
    'paging.offset' => function ($n) {
        Event::orderBy('id')->chunk(10, fn ($events, $page) => $page < $n);
    },
    'poll.even' => fn ($n) => times($n, function ($i) {
        if ($i) {
            usleep(40000);
        }
        Job::where('id', 1)->value('state');
    }),
    'queue.take' => fn ($n) => times($n, fn () => DB::transaction(fn () => Job::where('state', 'ready')->orderBy('id')
        ->lock('for update skip locked')->first()->update(['state' => 'done']))),
    'lock.twice' => fn () => times(2, fn () => DB::transaction(fn () => Account::lockForUpdate()->find(1))),
    'shapes.different' => fn () => [Book::count(), Author::count(), Team::orderBy('id')->first(), Review::max('stars'),
        Order::min('total')],
    'noise.health' => fn ($n) => times($n, fn () => DB::select('SELECT 1')),

    'big.unbounded' => fn () => Event::select('id', 'kind')->where('amount', '>', 13000)->get(),
    'big.limited' => fn () => [Event::select('id', 'kind')->where('amount', '>', 13000)->limit(50)->get(),
        Event::find(5), Event::count()],
    'wide.body' => fn () => first_of(Document::select('id', 'body'), 40),
    'wide.titles' => fn () => first_of(Document::select('id', 'title'), 40),
    'wide.star' => fn () => first_of(Product::query(), 40),
    'wide.some' => fn () => first_of(Product::select('id', 'name', 'sku', 'price'), 40),
    'offset.deep' => fn () => Event::orderBy('id')->offset(12000)->limit(10)->get(),
    'like.leading' => fn () => Event::where('kind', 'like', '%nd3')->limit(10)->get(),
    'like.harmless' => fn () => [Event::where('kind', 'like', 'kind3%')->limit(10)->get(),
        Author::where('name', 'like', '%or 7')->limit(10)->get()],
    'random.big' => fn () => Event::inRandomOrder()->first(),
    'random.small' => fn () => Genre::inRandomOrder()->first(),
    'cartesian.plain' => fn ($n) => Author::where('author.id', '<=', $n)->crossJoin('genre')->get(),
    'list.large' => fn () => Event::whereIn('id', range(1, 1100))->count(),
    'list.small' => fn () => Event::whereIn('id', range(3, 300, 3))->count(),
    'fail.loop' => fn ($n) => times($n, function ($i) {
        try {
            Account::create(['name' => 'New', 'email' => 'user'.($i + 1).'@example.org']);
        } catch (QueryException $taken) {
        }
    }),
];

foreach ($relations as $name => $relation) {
    [$model, $with, $use] = $relation;
    $order = $relation[3] ?? 'id';
    $cases["$name.lazy"] = fn ($n) => $model::orderBy($order)->limit($n)->get()->each($use);
    $cases["$name.batch"] = fn ($n) => $model::with($with)->orderBy($order)->limit($n)->get()->each($use);
}

function times($n, $use)
{
    for ($i = 0; $i < $n; $i++) {
        $use($i);
    }
}

function later_requests($n, $use)
{
    times($n, function ($i) use ($use) {
        if ($i) {
            usleep(150000);
        }
        Tags::request();
        $use($i);
    });
}

return $cases;
