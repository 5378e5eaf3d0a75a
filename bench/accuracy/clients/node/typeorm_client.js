// Runs the cases with TypeORM.
const { DataSource, In, LessThanOrEqual, Like, MoreThan, MoreThanOrEqual } = require('typeorm');
const { PostgresQueryRunner } = require('typeorm/driver/postgres/PostgresQueryRunner');
const { serve, request, commented, pause, upTo } = require('./program');
const entities = require('./typeorm_models');

// TypeORM has no emitter of its own: applications wrap the query runner.
const { query } = PostgresQueryRunner.prototype;
PostgresQueryRunner.prototype.query = function tagged(sql, ...rest) {
  return query.call(this, commented(sql, { db_driver: 'typeorm:1.1.1' }), ...rest);
};

class Database {
  constructor(source) {
    this.source = source;
    this.manager = source.manager;
  }

  of(name) {
    return this.manager.getRepository(name);
  }

  first(name, n, more = {}) {
    return this.of(name).find({ order: { id: 'ASC' }, take: n, ...more });
  }
}

async function open() {
  const source = new DataSource({ type: 'postgres', url: process.env.DATABASE_URL, entities });
  return new Database(await source.initialize());
}

async function each(rows, use) {
  for (const row of rows) await use(row);
}

// A relation: the list's model, its relations for find, one row's read by hand, and the order.
const relations = {
  forward: ['Book', { author: true }, (book, db) => db.of('Author').findOneBy({ id: book.author_id })],
  nullable: ['Book', { publisher: true },
    (book, db) => book.publisher_id && db.of('Publisher').findOneBy({ id: book.publisher_id })],
  reverse: ['Book', { reviews: true }, (book, db) => db.of('Review').findBy({ book_id: book.id })],
  one_to_one: ['Author', { profile: true }, (author, db) => db.of('Profile').findOneBy({ author_id: author.id })],
  many: ['Book', { genres: true }, (book, db) => db.of('Genre').createQueryBuilder('genre')
    .innerJoin('book_genre', 'bg', 'bg.genre_id = genre.id').where('bg.book_id = :id', { id: book.id }).getMany()],
  two_keys: ['Match', { home: true, away: true }, async (match, db) => {
    await db.of('Team').findOneBy({ id: match.home_id });
    await db.of('Team').findOneBy({ id: match.away_id });
  }],
  self: ['Employee', { manager: true }, (employee, db) => db.of('Employee').findOneBy({ id: employee.manager_id })],
  composite: ['Stock', { warehouse: true },
    (stock, db) => db.of('Warehouse').findOneBy({ region: stock.region, code: stock.code })],
  uuid: ['Invoice', { customer: true }, (invoice, db) => db.of('Customer').findOneBy({ id: invoice.customer_id }),
    'number'],
  text: ['Price', { currency: true }, (price, db) => db.of('Currency').findOneBy({ code: price.currency_code })],
  no_key: ['Visit', { author: true }, (visit, db) => db.of('Author').findOneBy({ id: visit.author_id })],
  partition: ['Reading', { sensor: true }, (reading, db) => db.of('Sensor').findOneBy({ id: reading.sensor_id })],
  partition_child: ['Sensor', { readings: true }, (sensor, db) => db.of('Reading').findBy({ sensor_id: sensor.id })],
  view: ['BookView', { author: true }, (book, db) => db.of('Author').findOneBy({ id: book.author_id })],
  shared: ['Review', { book: true }, (review, db) => db.of('Book').findOneBy({ id: review.book_id })],
  nested: ['Publisher', { books: { reviews: true } }, async (publisher, db) => each(
    await db.of('Book').findBy({ publisher_id: publisher.id }), (book) => db.of('Review')
      .findBy({ book_id: book.id }))],
};

async function bookAndAuthor(i, db) {
  const book = await db.of('Book').findOneBy({ id: 3 + 11 * i % 190 });
  await db.of('Author').findOneBy({ id: book.author_id });
}

function relationCases() {
  const cases = {};
  for (const [name, [model, wanted, use, order = 'id']] of Object.entries(relations)) {
    const list = (n, db, more) => db.first(model, n, { order: { [order]: 'ASC' }, ...more });
    cases[`${name}.lazy`] = async (n, db) => each(await list(n, db), (row) => use(row, db));
    cases[`${name}.join`] = (n, db) => list(n, db, { relations: wanted });
    cases[`${name}.batch`] = (n, db) => list(n, db, { relations: wanted, relationLoadStrategy: 'query' });
  }
  return cases;
}

const cases = {
  ...relationCases(),
  'polymorphic.lazy': async (n, db) => each(await db.first('Comment', n),
    (comment) => db.of(comment.content_type === 'book' ? 'Book' : 'Author').findOneBy({ id: comment.object_id })),
  'count.lazy': async (n, db) => each(await db.first('Book', n), (book) => db.of('Review')
    .countBy({ book_id: book.id })),
  'count.batch': async (n, db) => {
    const ids = (await db.first('Book', n)).map((book) => book.id);
    await db.of('Review').createQueryBuilder('review').select('review.book_id').addSelect('count(*)', 'reviews')
      .where('review.book_id IN (:...ids)', { ids }).groupBy('review.book_id').getRawMany();
  },
  'exists.lazy': async (n, db) => each(await db.first('Book', n), (book) => db.of('Review')
    .existsBy({ book_id: book.id })),
  'filtered.lazy': async (n, db) => each(await db.first('Book', n),
    (book) => db.of('Review').findBy({ book_id: book.id, stars: MoreThanOrEqual(4) })),
  'filtered.batch': async (n, db) => {
    const ids = (await db.first('Book', n)).map((book) => book.id);
    await db.of('Review').findBy({ book_id: In(ids), stars: MoreThanOrEqual(4) });
  },
  'latest.lazy': async (n, db) => each(await db.first('Book', n),
    (book) => db.of('Review').findOne({ where: { book_id: book.id }, order: { id: 'DESC' } })),
  'refetch.lazy': async (n, db) => each(await db.first('Book', n, { select: { id: true } }),
    (book) => db.of('Book').findOneBy({ id: book.id })),
  'refetch.batch': async (n, db) => {
    const books = await db.first('Book', n, { select: { id: true } });
    await db.of('Book').findBy({ id: In(books.map((book) => book.id)) });
  },

  'user.before_list': async (n, db) => {
    await db.of('Account').findOneBy({ id: 150 });
    await each(await db.first('Order', n), (order) => db.of('Account').findOneBy({ id: order.account_id }));
  },
  'ids.lookup': async (n, db) => each(upTo(n), (i) => db.of('Book').findOneBy({ id: 3 + 11 * i % 190 })),
  'ids.dense': async (n, db) => {
    await db.first('Team', n);
    await each(upTo(n), (i) => db.of('Book').findOneBy({ id: n - i }));
  },
  'sibling.lazy': async (n, db) => {
    await db.of('Profile').find({ where: { author_id: LessThanOrEqual(n) }, order: { author_id: 'DESC' } });
    await cases['forward.lazy'](n, db);
  },
  'chosen.refetch': async (n, db) => {
    await db.first('Book', n);
    await each([3, 8], (id) => db.of('Book').findOneBy({ id }));
  },
  'chosen.forward': async (n, db) => {
    await db.first('Book', n);
    await each([2, 7], (id) => db.of('Author').findOneBy({ id }));
  },
  'duplicate.plain': async (n, db) => each(upTo(n), () => db.of('Setting').findOneBy({ key: 'key7' })),
  'duplicate.list': async (n, db) => each(upTo(n), async (i) => {
    await db.first('Genre', 5);
    await db.of('Author').findOneBy({ id: i + 1 });
  }),
  'tree.up': async (n, db) => {
    let node = await db.of('Category').findOneBy({ id: n + 1 });
    while (node.parent_id) node = await db.of('Category').findOneBy({ id: node.parent_id });
  },
  'tree.down': async (n, db) => {
    let parent_id = 1;
    for (let i = 0; i <= n; i++) [{ id: parent_id }] = await db.of('Category').findBy({ parent_id });
  },

  'write.insert': (n, db) => db.source.transaction(
    (manager) => each(upTo(n), (i) => manager.save('Audit', { what: `step ${i}` }))),
  'write.commit': async (n, db) => each(upTo(n), (i) => db.of('Audit').save({ what: `step ${i}` })),
  'write.children': async (n, db) => each(await db.first('Account', n),
    (account) => db.of('Order').insert({ account_id: account.id, total: 1 })),
  'write.update': async (n, db) => each(await db.first('Job', n), (job) => db.of('Job')
    .update(job.id, { state: 'done' })),
  'write.delete': async (n, db) => each(await db.first('Job', n), (job) => db.of('Job').delete(job.id)),
  'write.bulk': (n, db) => db.of('Audit').save(upTo(n).map((i) => ({ what: `step ${i}` }))),
  'write.bulk_update': async (n, db) => {
    const jobs = await db.first('Job', n);
    await db.of('Job').update({ id: In(jobs.map((job) => job.id)) }, { state: 'done' });
  },
  'write.where': async (n, db) => {
    await db.of('Setting').update({ key: 'key7' }, { value: 'changed' });
    await db.of('Job').delete(1);
  },
  'unique.check': async (n, db) => each(upTo(n), async (i) => {
    const email = `new${i}@example.org`;
    if (!await db.of('Account').findOneBy({ email })) await db.of('Account').insert({ name: 'New', email });
  }),

  'keys.two': async (n, db) => each([3, 14], (id) => db.of('Book').findOneBy({ id })),
  'pair.one_request': async (n, db) => each(upTo(n), (i) => bookAndAuthor(i, db)),
  'pair.requests': async (n, db) => each(upTo(n), (i) => request(() => bookAndAuthor(i, db), { after: i ? 150 : 0 })),
  'user.requests': async (n, db) => each(upTo(n), (i) => request(async () => {
    const account = await db.of('Account').findOneBy({ id: 1 });
    await db.first('Order', 5, { where: { account_id: account.id } });
  }, { after: i ? 150 : 0 })),
  'users.pool': async (n, db) => each(upTo(n), () => each([7, 8], (id) => request(async () => {
    await db.of('Account').findOneBy({ id });
    await db.first('Book', 5);
  }))),
  'chunks.equal': async (n, db) => {
    const keys = (await db.first('Book', 4 * n)).map((book) => book.author_id);
    await each(upTo(4), (i) => db.of('Author').findBy({ id: In(keys.slice(n * i, n * i + n)) }));
  },
  'paging.keyset': async (n, db) => {
    let last = 0;
    await each(upTo(n), async () => {
      const page = await db.first('Event', 10, { where: { id: MoreThan(last) } });
      last = page[page.length - 1].id;
    });
  },
  'paging.offset': async (n, db) => each(upTo(n), (i) => db.first('Event', 10, { skip: 10 * i })),
  'poll.even': async (n, db) => each(upTo(n), async (i) => {
    if (i) await pause(40);
    await db.of('Job').findOne({ select: { state: true }, where: { id: 1 } });
  }),
  'queue.take': async (n, db) => each(upTo(n), () => db.source.transaction(async (manager) => {
    const job = await manager.createQueryBuilder('Job', 'job').where('job.state = :state', { state: 'ready' })
      .orderBy('job.id').limit(1).setLock('pessimistic_write').setOnLocked('skip_locked').getOne();
    await manager.update('Job', job.id, { state: 'done' });
  })),
  'lock.twice': async (n, db) => each([1, 2], () => db.source.transaction(
    (manager) => manager.findOne('Account', { where: { id: 1 }, lock: { mode: 'pessimistic_write' } }))),
  'noise.health': async (n, db) => each(upTo(n), () => db.source.query('SELECT 1')),

  'big.unbounded': (n, db) => db.of('Event').find({ select: { id: true, kind: true },
    where: { amount: MoreThan(13000) } }),
  'big.limited': async (n, db) => {
    await db.of('Event').find({ select: { id: true, kind: true }, where: { amount: MoreThan(13000) }, take: 50 });
    await db.of('Event').findOneBy({ id: 5 });
    await db.of('Event').count();
  },
  'wide.body': (n, db) => db.first('Document', 40, { select: { id: true, body: true } }),
  'wide.titles': (n, db) => db.first('Document', 40, { select: { id: true, title: true } }),
  'offset.deep': (n, db) => db.first('Event', 10, { skip: 12000 }),
  'like.leading': (n, db) => db.of('Event').find({ where: { kind: Like('%nd3') }, take: 10 }),
  'list.large': (n, db) => db.of('Event').countBy({ id: In(upTo(1100).map((i) => i + 1)) }),
  'list.small': (n, db) => db.of('Event').countBy({ id: In(upTo(100).map((i) => 3 * i + 3)) }),
};

serve({
  cases,
  open,
  transaction: (db, work) => db.source.transaction((manager) => {
    db.manager = manager;
    return work();
  }),
  close: (db) => db.source.destroy(),
});
