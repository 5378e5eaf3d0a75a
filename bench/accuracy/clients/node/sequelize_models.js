// The tables of schema.sql as Sequelize models.
const { DataTypes } = require('sequelize');

const text = { type: DataTypes.TEXT, allowNull: false };
const whole = { type: DataTypes.INTEGER, allowNull: false };
const number = { type: DataTypes.INTEGER, primaryKey: true, autoIncrement: true };
const uuid = { type: DataTypes.UUID, primaryKey: true };

const columns = {
  author: { id: number, name: text },
  profile: { id: number, bio: text },
  publisher: { id: number, name: text },
  book: { id: number, title: text },
  book_view: { id: number, title: text },
  review: { id: number, stars: whole },
  genre: { id: number, name: text },
  book_genre: {},
  team: { id: number, name: text },
  match: { id: number },
  employee: { id: number, name: text },
  category: { id: number, name: text },
  warehouse: { region: { ...text, primaryKey: true }, code: { ...whole, primaryKey: true }, name: text },
  stock: { id: number, region: text, code: whole, quantity: whole },
  customer: { id: uuid, name: text },
  invoice: { id: uuid, number: whole },
  currency: { code: { ...text, primaryKey: true }, name: text },
  price: { id: number, amount: whole },
  comment: { id: number, content_type: text, object_id: whole, body: text },
  visit: { id: number, place: text },
  sensor: { id: number, name: text },
  reading: { id: number, value: whole },
  account: { id: number, name: text, email: text },
  orders: { id: number, total: whole },
  tag: { id: number, name: text },
  audit: { id: number, what: text },
  setting: { key: { ...text, primaryKey: true }, value: text },
  job: { id: number, state: text, payload: text },
  event: { id: number, kind: text, amount: whole },
  document: { id: number, title: text, body: text },
};

const modelName = (table) => (table === 'orders' ? 'Order' : table.replace(/(^|_)(.)/g, (_, __, c) => c.toUpperCase()));

function define(sequelize) {
  const models = {};
  for (const [table, kinds] of Object.entries(columns)) {
    const name = modelName(table);
    // Sequelize writes into what it is given.
    const attributes = Object.fromEntries(Object.entries(kinds).map(([key, kind]) => [key, { ...kind }]));
    models[name] = sequelize.define(name, attributes, { tableName: table, timestamps: false });
  }
  const m = models;
  const belongsTo = (model, as, other) => model.belongsTo(other, { as, foreignKey: `${as}_id` });
  for (const model of [m.Profile, m.Book, m.BookView, m.Visit]) belongsTo(model, 'author', m.Author);
  belongsTo(m.Book, 'publisher', m.Publisher);
  belongsTo(m.Review, 'book', m.Book);
  belongsTo(m.Match, 'home', m.Team);
  belongsTo(m.Match, 'away', m.Team);
  belongsTo(m.Employee, 'manager', m.Employee);
  belongsTo(m.Category, 'parent', m.Category);
  belongsTo(m.Invoice, 'customer', m.Customer);
  belongsTo(m.Reading, 'sensor', m.Sensor);
  belongsTo(m.Order, 'account', m.Account);
  m.Price.belongsTo(m.Currency, { as: 'currency', foreignKey: 'currency_code' });
  m.Author.hasOne(m.Profile, { as: 'profile', foreignKey: 'author_id' });
  m.Publisher.hasMany(m.Book, { as: 'books', foreignKey: 'publisher_id' });
  m.Book.hasMany(m.Review, { as: 'reviews', foreignKey: 'book_id' });
  m.Sensor.hasMany(m.Reading, { as: 'readings', foreignKey: 'sensor_id' });
  m.Book.belongsToMany(m.Genre, { as: 'genres', through: m.BookGenre, foreignKey: 'book_id', otherKey: 'genre_id' });
  return models;
}

module.exports = { define };
