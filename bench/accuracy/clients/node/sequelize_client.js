// Runs the cases with Sequelize.
const { AsyncLocalStorage, AsyncResource } = require('async_hooks');
const { Sequelize, Op, fn } = require('sequelize');
const { serve, request, commented, pause, upTo } = require('./program');
const { define } = require('./sequelize_models');

// Every statement within sequelize.transaction(...) belongs to it, as with the usual CLS set-up.
const storage = new AsyncLocalStorage();
Sequelize.useCLS({
  get: (key) => storage.getStore()?.get(key),
  set: (key, value) => storage.getStore()?.set(key, value),
  run: (work) => storage.run(new Map(storage.getStore()), work),
  bind: (work) => AsyncResource.bind(work),
});

async function open() {
  const sequelize = new Sequelize(process.env.DATABASE_URL, { logging: false });
  // Where Google's sqlcommenter for Sequelize steps in.
  const { prototype } = sequelize.dialect.Query;
  if (!prototype.commented) {
    const { run } = prototype;
    prototype.commented = true;
    prototype.run = function tagged(sql, ...rest) {
      return run.call(this, commented(sql, { db_driver: 'sequelize:6.37.8' }), ...rest);
    };
  }
  return { sequelize, ...define(sequelize) };
}

const first = (n, more = {}) => ({ order: [['id', 'ASC']], limit: n, ...more });

async function each(rows, use) {
  for (const row of rows) await use(row);
}

// A relation: the list's model and order, the relations that include is told, and one row's read of them.
const relations = {
  forward: ['Book', ['author'], (book) => book.getAuthor()],
  nullable: ['Book', ['publisher'], (book) => book.publisher_id && book.getPublisher()],
  reverse: ['Book', ['reviews'], (book) => book.getReviews()],
  one_to_one: ['Author', ['profile'], (author) => author.getProfile()],
  many: ['Book', ['genres'], (book) => book.getGenres()],
  two_keys: ['Match', ['home', 'away'], async (match) => [await match.getHome(), await match.getAway()]],
  self: ['Employee', ['manager'], (employee) => employee.getManager()],
  uuid: ['Invoice', ['customer'], (invoice) => invoice.getCustomer(), 'number'],
  text: ['Price', ['currency'], (price) => price.getCurrency()],
  no_key: ['Visit', ['author'], (visit) => visit.getAuthor()],
  partition: ['Reading', ['sensor'], (reading) => reading.getSensor()],
  partition_child: ['Sensor', ['readings'], (sensor) => sensor.getReadings()],
  view: ['BookView', ['author'], (book) => book.getAuthor()],
  shared: ['Review', ['book'], (review) => review.getBook()],
  nested: ['Publisher', [{ association: 'books', include: ['reviews'] }],
    async (publisher) => each(await publisher.getBooks(), (book) => book.getReviews())],
};

// Sequelize joins what is included; relations to many can be asked for "separate", in one more statement.
const separate = {
  reverse: [{ association: 'reviews', separate: true }],
  partition_child: [{ association: 'readings', separate: true }],
  nested: [{ association: 'books', separate: true, include: [{ association: 'reviews', separate: true }] }],
};

// Relations to one have no such option: the usual way is a second query with the keys.
const byKeys = {
  forward: ['Author', 'author_id', 'id'],
  nullable: ['Publisher', 'publisher_id', 'id'],
  self: ['Employee', 'manager_id', 'id'],
  uuid: ['Customer', 'customer_id', 'id'],
  text: ['Currency', 'currency_code', 'code'],
  no_key: ['Author', 'author_id', 'id'],
  partition: ['Sensor', 'sensor_id', 'id'],
  shared: ['Book', 'book_id', 'id'],
};

function relationCases() {
  const cases = {};
  for (const [name, [model, include, use, order = 'id']] of Object.entries(relations)) {
    const list = (n, more) => ({ ...first(n), order: [[order, 'ASC']], ...more });
    cases[`${name}.lazy`] = async (n, db) => each(await db[model].findAll(list(n)), use);
    cases[`${name}.join`] = (n, db) => db[model].findAll(list(n, { include }));
    if (separate[name]) cases[`${name}.batch`] = (n, db) => db[model].findAll(list(n, { include: separate[name] }));
    if (!byKeys[name]) continue;
    const [other, key, id] = byKeys[name];
    cases[`${name}.batch`] = async (n, db) => {
      const rows = await db[model].findAll(list(n));
      const keys = [...new Set(rows.map((row) => row[key]).filter((value) => value !== null))];
      await db[other].findAll({ where: { [id]: keys } });
    };
  }
  return cases;
}

const cases = {
  ...relationCases(),
  'composite.lazy': async (n, db) => each(await db.Stock.findAll(first(n)),
    ({ region, code }) => db.Warehouse.findOne({ where: { region, code } })),
  'polymorphic.lazy': async (n, db) => each(await db.Comment.findAll(first(n)),
    (comment) => db[comment.content_type === 'book' ? 'Book' : 'Author'].findByPk(comment.object_id)),
  'polymorphic.batch': async (n, db) => {
    const comments = await db.Comment.findAll(first(n));
    for (const [type, model] of [['book', db.Book], ['author', db.Author]]) {
      const id = comments.filter((comment) => comment.content_type === type).map((comment) => comment.object_id);
      await model.findAll({ where: { id } });
    }
  },
  'count.lazy': async (n, db) => each(await db.Book.findAll(first(n)), (book) => book.countReviews()),
  'count.batch': async (n, db) => {
    const books = await db.Book.findAll(first(n));
    await db.Review.count({ where: { book_id: books.map((book) => book.id) }, group: ['book_id'] });
  },
  'filtered.lazy': async (n, db) => each(await db.Book.findAll(first(n)),
    (book) => book.getReviews({ where: { stars: { [Op.gte]: 4 } } })),
  'filtered.batch': (n, db) => db.Book.findAll(
    first(n, { include: [{ association: 'reviews', separate: true, where: { stars: { [Op.gte]: 4 } } }] })),
  'filtered.join': (n, db) => db.Book.findAll(
    first(n, { include: [{ association: 'reviews', required: false, where: { stars: { [Op.gte]: 4 } } }] })),
  'filtered.in_vain': async (n, db) => each(
    await db.Book.findAll(first(n, { include: [{ association: 'reviews', separate: true }] })),
    (book) => book.getReviews({ where: { stars: { [Op.gte]: 4 } } })),
  'latest.lazy': async (n, db) => each(await db.Book.findAll(first(n)),
    (book) => book.getReviews({ order: [['id', 'DESC']], limit: 1 })),
  'refetch.lazy': async (n, db) => each(await db.Book.findAll(first(n, { attributes: ['id'] })),
    (book) => db.Book.findByPk(book.id)),
  'refetch.batch': async (n, db) => {
    const books = await db.Book.findAll(first(n, { attributes: ['id'] }));
    await db.Book.findAll({ where: { id: books.map((book) => book.id) } });
  },

  'user.before_list': async (n, db) => {
    await db.Account.findByPk(150);
    await each(await db.Order.findAll(first(n)), (order) => order.getAccount());
  },
  'ids.lookup': async (n, db) => each(upTo(n), (i) => db.Book.findByPk(3 + 11 * i % 190)),
  'ids.dense': async (n, db) => {
    await db.Team.findAll(first(n));
    await each(upTo(n), (i) => db.Book.findByPk(n - i));
  },
  'sibling.lazy': async (n, db) => {
    await db.Profile.findAll({ where: { author_id: { [Op.lte]: n } }, order: [['author_id', 'DESC']] });
    await cases['forward.lazy'](n, db);
  },
  'chosen.refetch': async (n, db) => {
    await db.Book.findAll(first(n));
    await each([3, 8], (id) => db.Book.findByPk(id));
  },
  'chosen.forward': async (n, db) => {
    await db.Book.findAll(first(n));
    await each([2, 7], (id) => db.Author.findByPk(id));
  },
  'duplicate.plain': async (n, db) => each(upTo(n), () => db.Setting.findByPk('key7')),
  'duplicate.list': async (n, db) => each(upTo(n), async (i) => {
    await db.Genre.findAll(first(5));
    await db.Author.findByPk(i + 1);
  }),
  'tree.up': async (n, db) => {
    let node = await db.Category.findByPk(n + 1);
    while (node.parent_id) node = await node.getParent();
  },

  'write.insert': (n, db) => db.sequelize.transaction(
    () => each(upTo(n), (i) => db.Audit.create({ what: `step ${i}` }))),
  'write.commit': async (n, db) => each(upTo(n), (i) => db.Audit.create({ what: `step ${i}` })),
  'write.children': async (n, db) => each(await db.Account.findAll(first(n)),
    (account) => db.Order.create({ account_id: account.id, total: 1 })),
  'write.update': async (n, db) => each(await db.Job.findAll(first(n)), (job) => job.update({ state: 'done' })),
  'write.delete': async (n, db) => each(await db.Job.findAll(first(n)), (job) => job.destroy()),
  'write.bulk': (n, db) => db.Audit.bulkCreate(upTo(n).map((i) => ({ what: `step ${i}` }))),
  'write.bulk_update': async (n, db) => {
    const jobs = await db.Job.findAll(first(n));
    await db.Job.update({ state: 'done' }, { where: { id: jobs.map((job) => job.id) } });
  },
  'write.where': async (n, db) => {
    await db.Setting.update({ value: 'changed' }, { where: { key: 'key7' } });
    await db.Job.destroy({ where: { id: 1 } });
  },
  'unique.check': async (n, db) => each(upTo(n), async (i) => {
    const email = `new${i}@example.org`;
    const known = await db.Account.findOne({ where: { email } });
    if (!known) await db.Account.create({ name: 'New', email });
  }),

  'keys.two': async (n, db) => each([3, 14], (id) => db.Book.findByPk(id)),
  'keys.same_twice_after_write': async (n, db) => {
    await db.Audit.count();
    await db.Audit.create({ what: 'between' });
    await db.Audit.count();
  },
  'pair.one_request': async (n, db) => each(upTo(n), async (i) => (await db.Book.findByPk(3 + 11 * i % 190)).getAuthor()),
  'pair.requests': async (n, db) => each(upTo(n), (i) => request(
    async () => (await db.Book.findByPk(3 + 11 * i % 190)).getAuthor(), { after: i ? 150 : 0 })),
  'user.requests': async (n, db) => each(upTo(n), (i) => request(async () => {
    const account = await db.Account.findByPk(1);
    await db.Order.findAll(first(5, { where: { account_id: account.id } }));
  }, { after: i ? 150 : 0 })),
  'users.pool': async (n, db) => each(upTo(n), () => each([7, 8], (user) => request(async () => {
    await db.Account.findByPk(user);
    await db.Book.findAll(first(5));
  }))),
  'users.pool_lazy': async (n, db) => each([1, 2], () => request(() => cases['forward.lazy'](n, db))),
  'chunks.equal': async (n, db) => {
    const books = await db.Book.findAll(first(4 * n));
    await each(upTo(4), (i) => db.Author.findAll({ where: { id: books.slice(n * i, n * i + n)
      .map((b) => b.author_id) } }));
  },
  'paging.keyset': async (n, db) => {
    let last = 0;
    await each(upTo(n), async () => {
      const page = await db.Event.findAll(first(10, { where: { id: { [Op.gt]: last } } }));
      last = page[page.length - 1].id;
    });
  },
  'paging.offset': async (n, db) => each(upTo(n), (i) => db.Event.findAll(first(10, { offset: 10 * i }))),
  'poll.even': async (n, db) => each(upTo(n), async (i) => {
    if (i) await pause(40);
    await db.Job.findByPk(1, { attributes: ['state'] });
  }),
  'queue.take': async (n, db) => each(upTo(n), () => db.sequelize.transaction(async (transaction) => {
    const job = await db.Job.findOne({
      where: { state: 'ready' }, order: [['id', 'ASC']], lock: transaction.LOCK.UPDATE, skipLocked: true });
    await job.update({ state: 'done' });
  })),
  'lock.twice': async (n, db) => each([1, 2], () => db.sequelize.transaction(
    (transaction) => db.Account.findByPk(1, { lock: transaction.LOCK.UPDATE }))),
  'shapes.different': async (n, db) => [await db.Book.count(), await db.Author.count(),
    await db.Team.findAll(first(1)), await db.Review.max('stars'), await db.Order.min('total')],
  'noise.health': async (n, db) => each(upTo(n), () => db.sequelize.query('SELECT 1')),

  'big.unbounded': (n, db) => db.Event.findAll({ attributes: ['id', 'kind'], where: { amount: { [Op.gt]: 13000 } } }),
  'big.limited': async (n, db) => {
    await db.Event.findAll({ attributes: ['id', 'kind'], where: { amount: { [Op.gt]: 13000 } }, limit: 50 });
    await db.Event.findByPk(5);
    await db.Event.count();
  },
  'wide.body': (n, db) => db.Document.findAll(first(40, { attributes: ['id', 'body'] })),
  'wide.titles': (n, db) => db.Document.findAll(first(40, { attributes: ['id', 'title'] })),
  'offset.deep': (n, db) => db.Event.findAll(first(10, { offset: 12000 })),
  'like.leading': (n, db) => db.Event.findAll({ where: { kind: { [Op.like]: '%nd3' } }, limit: 10 }),
  'like.harmless': async (n, db) => {
    await db.Event.findAll({ where: { kind: { [Op.like]: 'kind3%' } }, limit: 10 });
    await db.Author.findAll({ where: { name: { [Op.like]: '%or 7' } }, limit: 10 });
  },
  'random.big': (n, db) => db.Event.findAll({ order: fn('random'), limit: 1 }),
  'random.small': (n, db) => db.Genre.findAll({ order: fn('random'), limit: 1 }),
  'list.large': (n, db) => db.Event.count({ where: { id: upTo(1100).map((i) => i + 1) } }),
  'list.small': (n, db) => db.Event.count({ where: { id: upTo(100).map((i) => 3 * i + 3) } }),
  'unseen.eager': (n, db) => db.Book.findAll(first(n, { include: ['author'] })),
};

serve({
  cases,
  open,
  transaction: (db, work) => db.sequelize.transaction(work),
  close: (db) => db.sequelize.close(),
});
