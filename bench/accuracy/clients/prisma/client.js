// Runs the cases with Prisma.
const { PrismaClient } = require('@prisma/client');
const { PrismaPg } = require('@prisma/adapter-pg');
const { serve, request, pause, upTo, currentTags } = require('../node/program');

// Prisma hands the tags of its plugins to its own commenter.
const queryTags = () => currentTags() || {};

async function open() {
  const adapter = new PrismaPg({ connectionString: process.env.DATABASE_URL });
  const client = new PrismaClient({ adapter, comments: [queryTags] });
  return { client, now: client };
}

const first = (n, more = {}) => ({ orderBy: { id: 'asc' }, take: n, ...more });

async function each(rows, use) {
  for (const row of rows) await use(row);
}

const byId = (id) => ({ where: { id } });

// A relation: the list's model, what include is told, one row's read by hand, and the order.
const relations = {
  forward: ['book', { author: true }, (book, db) => db.author.findUnique(byId(book.author_id))],
  nullable: ['book', { publisher: true }, (book, db) =>
    book.publisher_id && db.publisher.findUnique(byId(book.publisher_id))],
  reverse: ['book', { reviews: true }, (book, db) => db.review.findMany({ where: { book_id: book.id } })],
  one_to_one: ['author', { profile: true }, (author, db) => db.profile.findUnique({ where: { author_id: author.id } })],
  many: ['book', { genres: { include: { genre: true } } },
    (book, db) => db.bookGenre.findMany({ where: { book_id: book.id }, include: { genre: true } })],
  two_keys: ['match', { home: true, away: true }, async (match, db) => {
    await db.team.findUnique(byId(match.home_id));
    await db.team.findUnique(byId(match.away_id));
  }],
  self: ['employee', { manager: true }, (employee, db) => db.employee.findUnique(byId(employee.manager_id))],
  composite: ['stock', { warehouse: true }, (stock, db) => db.warehouse.findUnique(
    { where: { region_code: { region: stock.region, code: stock.code } } })],
  uuid: ['invoice', { customer: true }, (invoice, db) => db.customer.findUnique(byId(invoice.customer_id)), 'number'],
  text: ['price', { currency: true }, (price, db) => db.currency.findUnique({ where: { code: price.currency_code } })],
  no_key: ['visit', { author: true }, (visit, db) => db.author.findUnique(byId(visit.author_id))],
  partition: ['reading', { sensor: true }, (reading, db) => db.sensor.findUnique(byId(reading.sensor_id))],
  partition_child: ['sensor', { readings: true }, (sensor, db) =>
    db.reading.findMany({ where: { sensor_id: sensor.id } })],
  view: ['bookView', { author: true }, (book, db) => db.author.findUnique(byId(book.author_id))],
  shared: ['review', { book: true }, (review, db) => db.book.findUnique(byId(review.book_id))],
  nested: ['publisher', { books: { include: { reviews: true } } }, async (publisher, db) => each(
    await db.book.findMany({ where: { publisher_id: publisher.id } }),
    (book) => db.review.findMany({ where: { book_id: book.id } }))],
};

function relationCases() {
  const cases = {};
  for (const [name, [model, include, use, order = 'id']] of Object.entries(relations)) {
    const list = (n, more) => ({ orderBy: { [order]: 'asc' }, take: n, ...more });
    cases[`${name}.lazy`] = async (n, db) => each(await db[model].findMany(list(n)), (row) => use(row, db));
    cases[`${name}.batch`] = (n, db) => db[model].findMany(list(n, { include, relationLoadStrategy: 'query' }));
    cases[`${name}.join`] = (n, db) => db[model].findMany(list(n, { include, relationLoadStrategy: 'join' }));
  }
  return cases;
}

async function bookAndAuthor(i, db) {
  const book = await db.book.findUnique(byId(3 + 11 * i % 190));
  await db.author.findUnique(byId(book.author_id));
}

const cases = {
  ...relationCases(),
  'polymorphic.lazy': async (n, db) => each(await db.comment.findMany(first(n)),
    (comment) => db[comment.content_type].findUnique(byId(comment.object_id))),
  'count.lazy': async (n, db) => each(await db.book.findMany(first(n)),
    (book) => db.review.count({ where: { book_id: book.id } })),
  'count.join': (n, db) => db.book.findMany(first(n, { include: { _count: { select: { reviews: true } } } })),
  'count.batch': async (n, db) => {
    const books = await db.book.findMany(first(n));
    await db.review.groupBy({ by: ['book_id'], where: { book_id: { in: books.map((book) => book.id) } },
      _count: true });
  },
  'filtered.lazy': async (n, db) => each(await db.book.findMany(first(n)),
    (book) => db.review.findMany({ where: { book_id: book.id, stars: { gte: 4 } } })),
  'filtered.batch': (n, db) => db.book.findMany(
    first(n, { include: { reviews: { where: { stars: { gte: 4 } } } }, relationLoadStrategy: 'query' })),
  'filtered.in_vain': async (n, db) => each(
    await db.book.findMany(first(n, { include: { reviews: true }, relationLoadStrategy: 'query' })),
    (book) => db.review.findMany({ where: { book_id: book.id, stars: { gte: 4 } } })),
  'latest.lazy': async (n, db) => each(await db.book.findMany(first(n)),
    (book) => db.review.findFirst({ where: { book_id: book.id }, orderBy: { id: 'desc' } })),
  'refetch.lazy': async (n, db) => each(await db.book.findMany(first(n, { select: { id: true } })),
    (book) => db.book.findUnique(byId(book.id))),
  // Single reads of one tick are one statement: Prisma's own batch loader.
  'refetch.batch': async (n, db) => {
    const books = await db.book.findMany(first(n, { select: { id: true } }));
    await Promise.all(books.map((book) => db.book.findUnique(byId(book.id))));
  },

  'user.before_list': async (n, db) => {
    await db.account.findUnique(byId(150));
    await each(await db.order.findMany(first(n)), (order) => db.account.findUnique(byId(order.account_id)));
  },
  'ids.lookup': async (n, db) => each(upTo(n), (i) => db.book.findUnique(byId(3 + 11 * i % 190))),
  'ids.dense': async (n, db) => {
    await db.team.findMany(first(n));
    await each(upTo(n), (i) => db.book.findUnique(byId(n - i)));
  },
  'sibling.lazy': async (n, db) => {
    await db.profile.findMany({ where: { author_id: { lte: n } }, orderBy: { author_id: 'desc' } });
    await cases['forward.lazy'](n, db);
  },
  'chosen.refetch': async (n, db) => {
    await db.book.findMany(first(n));
    await each([3, 8], (id) => db.book.findUnique(byId(id)));
  },
  'chosen.forward': async (n, db) => {
    await db.book.findMany(first(n));
    await each([2, 7], (id) => db.author.findUnique(byId(id)));
  },
  'duplicate.plain': async (n, db) => each(upTo(n), () => db.setting.findUnique({ where: { key: 'key7' } })),
  'duplicate.list': async (n, db) => each(upTo(n), async (i) => {
    await db.genre.findMany(first(5));
    await db.author.findUnique(byId(i + 1));
  }),
  'tree.up': async (n, db) => {
    let node = await db.category.findUnique(byId(n + 1));
    while (node.parent_id) node = await db.category.findUnique(byId(node.parent_id));
  },

  'write.insert': (n, db, all) => inTransaction(all, async () => each(upTo(n),
    (i) => all.now.audit.create({ data: { what: `step ${i}` } }))),
  'write.commit': async (n, db) => each(upTo(n), (i) => db.audit.create({ data: { what: `step ${i}` } })),
  'write.children': async (n, db) => each(await db.account.findMany(first(n)),
    (account) => db.order.create({ data: { account_id: account.id, total: 1 } })),
  'write.update': async (n, db) => each(await db.job.findMany(first(n)),
    (job) => db.job.update({ ...byId(job.id), data: { state: 'done' } })),
  'write.delete': async (n, db) => each(await db.job.findMany(first(n)), (job) => db.job.delete(byId(job.id))),
  'write.bulk': (n, db) => db.audit.createMany({ data: upTo(n).map((i) => ({ what: `step ${i}` })) }),
  'write.bulk_update': async (n, db) => {
    const jobs = await db.job.findMany(first(n));
    await db.job.updateMany({ where: { id: { in: jobs.map((job) => job.id) } }, data: { state: 'done' } });
  },
  'write.all': (n, db) => db.setting.updateMany({ data: { value: 'changed' } }),
  'write.where': async (n, db) => {
    await db.setting.updateMany({ where: { key: 'key7' }, data: { value: 'changed' } });
    await db.job.deleteMany(byId(1));
  },
  'unique.check': async (n, db) => each(upTo(n), async (i) => {
    const email = `new${i}@example.org`;
    if (!await db.account.findUnique({ where: { email } })) await db.account.create({ data: { name: 'New', email } });
  }),

  'keys.two': async (n, db) => each([3, 14], (id) => db.book.findUnique(byId(id))),
  'keys.same_twice_after_write': async (n, db) => {
    await db.audit.count();
    await db.audit.create({ data: { what: 'between' } });
    await db.audit.count();
  },
  'pair.one_request': async (n, db) => each(upTo(n), (i) => bookAndAuthor(i, db)),
  'pair.requests': async (n, db) => each(upTo(n), (i) => request(() => bookAndAuthor(i, db), { after: i ? 150 : 0 })),
  'user.requests': async (n, db) => each(upTo(n), (i) => request(async () => {
    await db.account.findUnique(byId(1));
    await db.order.findMany(first(5, { where: { account_id: 1 } }));
  }, { after: i ? 150 : 0 })),
  'users.pool': async (n, db) => each(upTo(n), () => each([7, 8], (id) => request(async () => {
    await db.account.findUnique(byId(id));
    await db.book.findMany(first(5));
  }))),
  'users.pool_lazy': async (n, db) => each([1, 2], () => request(() => cases['forward.lazy'](n, db))),
  'chunks.equal': async (n, db) => {
    const keys = (await db.book.findMany(first(4 * n))).map((book) => book.author_id);
    await each(upTo(4), (i) => db.author.findMany({ where: { id: { in: keys.slice(n * i, n * i + n) } } }));
  },
  'paging.keyset': async (n, db) => {
    let cursor;
    await each(upTo(n), async () => {
      const page = await db.event.findMany(first(10, cursor && { cursor, skip: 1 }));
      cursor = { id: page[page.length - 1].id };
    });
  },
  'paging.offset': async (n, db) => each(upTo(n), (i) => db.event.findMany(first(10, { skip: 10 * i }))),
  'poll.even': async (n, db) => each(upTo(n), async (i) => {
    if (i) await pause(40);
    await db.job.findUnique({ ...byId(1), select: { state: true } });
  }),
  'noise.health': async (n, db) => each(upTo(n), () => db.$queryRaw`SELECT 1`),

  'big.unbounded': (n, db) => db.event.findMany({ select: { id: true, kind: true }, where: { amount: { gt: 13000 } } }),
  'big.limited': async (n, db) => {
    await db.event.findMany({ select: { id: true, kind: true }, where: { amount: { gt: 13000 } }, take: 50 });
    await db.event.findUnique(byId(5));
    await db.event.count();
  },
  'wide.body': (n, db) => db.document.findMany(first(40, { select: { id: true, body: true } })),
  'wide.titles': (n, db) => db.document.findMany(first(40, { select: { id: true, title: true } })),
  'offset.deep': (n, db) => db.event.findMany(first(10, { skip: 12000 })),
  'like.leading': (n, db) => db.event.findMany({ where: { kind: { endsWith: 'nd3' } }, take: 10 }),
  'like.harmless': async (n, db) => {
    await db.event.findMany({ where: { kind: { startsWith: 'kind3' } }, take: 10 });
    await db.author.findMany({ where: { name: { endsWith: 'or 7' } }, take: 10 });
  },
  'list.large': (n, db) => db.event.count({ where: { id: { in: upTo(1100).map((i) => i + 1) } } }),
  'list.small': (n, db) => db.event.count({ where: { id: { in: upTo(100).map((i) => 3 * i + 3) } } }),
};

/** Within work, database.now is the transaction. */
function inTransaction(database, work) {
  if (database.now !== database.client) return work();
  return database.client.$transaction(async (transaction) => {
    database.now = transaction;
    return work();
  });
}

serve({
  cases: Object.fromEntries(Object.entries(cases).map(([name, run]) => [name, (n, database) => run(n, database.now,
    database)])),
  open,
  transaction: inTransaction,
  close: (database) => database.client.$disconnect(),
});
