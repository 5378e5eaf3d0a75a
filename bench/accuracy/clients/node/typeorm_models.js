// The tables of schema.sql as TypeORM entities. A foreign key is a column, and a relation over it.
const { EntitySchema } = require('typeorm');

const number = { type: 'int', primary: true, generated: true };
const uuid = { type: 'uuid', primary: true };
const textKey = { type: 'text', primary: true };
const numberKey = { type: 'int', primary: true };
const maybe = { type: 'int', nullable: true };

const one = (target, name, inverseSide, referencedColumnName = 'id') => ({
  type: 'many-to-one', target, inverseSide, joinColumn: { name, referencedColumnName } });
const many = (target, inverseSide) => ({ type: 'one-to-many', target, inverseSide });

// name: [table, columns, relations]
const entities = {
  Author: ['author', { id: number, name: 'text' },
    { profile: { type: 'one-to-one', target: 'Profile', inverseSide: 'author' } }],
  Profile: ['profile', { id: number, author_id: 'int', bio: 'text' },
    { author: { ...one('Author', 'author_id', 'profile'), type: 'one-to-one' } }],
  Publisher: ['publisher', { id: number, name: 'text' }, { books: many('Book', 'publisher') }],
  Book: ['book', { id: number, title: 'text', author_id: 'int', publisher_id: maybe }, {
    author: one('Author', 'author_id'),
    publisher: one('Publisher', 'publisher_id', 'books'),
    reviews: many('Review', 'book'),
    genres: { type: 'many-to-many', target: 'Genre', joinTable: {
      name: 'book_genre', joinColumn: { name: 'book_id', referencedColumnName: 'id' },
      inverseJoinColumn: { name: 'genre_id', referencedColumnName: 'id' } } } }],
  BookView: ['book_view', { id: number, title: 'text', author_id: 'int' }, { author: one('Author', 'author_id') }],
  Review: ['review', { id: number, book_id: 'int', stars: 'int' }, { book: one('Book', 'book_id', 'reviews') }],
  Genre: ['genre', { id: number, name: 'text' }],
  Team: ['team', { id: number, name: 'text' }],
  Match: ['match', { id: number, home_id: 'int', away_id: 'int' },
    { home: one('Team', 'home_id'), away: one('Team', 'away_id') }],
  Employee: ['employee', { id: number, name: 'text', manager_id: maybe }, { manager: one('Employee', 'manager_id') }],
  Category: ['category', { id: number, name: 'text', parent_id: maybe }],
  Warehouse: ['warehouse', { region: textKey, code: numberKey, name: 'text' }],
  Stock: ['stock', { id: number, region: 'text', code: 'int', quantity: 'int' }, {
    warehouse: { type: 'many-to-one', target: 'Warehouse', joinColumn: [
      { name: 'region', referencedColumnName: 'region' }, { name: 'code', referencedColumnName: 'code' }] } }],
  Customer: ['customer', { id: uuid, name: 'text' }],
  Invoice: ['invoice', { id: uuid, number: 'int', customer_id: 'uuid' }, { customer: one('Customer', 'customer_id') }],
  Currency: ['currency', { code: textKey, name: 'text' }],
  Price: ['price', { id: number, currency_code: 'text', amount: 'int' },
    { currency: one('Currency', 'currency_code', undefined, 'code') }],
  Comment: ['comment', { id: number, content_type: 'text', object_id: 'int', body: 'text' }],
  Visit: ['visit', { id: number, author_id: 'int', place: 'text' }, { author: one('Author', 'author_id') }],
  Sensor: ['sensor', { id: number, name: 'text' }, { readings: many('Reading', 'sensor') }],
  Reading: ['reading', { id: numberKey, sensor_id: 'int', value: 'int' }, { sensor: one('Sensor', 'sensor_id',
    'readings') }],
  Account: ['account', { id: number, name: 'text', email: 'text' }],
  Order: ['orders', { id: number, account_id: 'int', total: 'int' }, { account: one('Account', 'account_id') }],
  Tag: ['tag', { id: number, name: 'text' }],
  Audit: ['audit', { id: number, what: 'text' }],
  Setting: ['setting', { key: textKey, value: 'text' }],
  Job: ['job', { id: number, state: 'text', payload: 'text' }],
  Event: ['event', { id: number, kind: 'text', amount: 'int' }],
  Document: ['document', { id: number, title: 'text', body: 'text' }],
};

const column = (kind) => (typeof kind === 'string' ? { type: kind } : kind);

module.exports = Object.entries(entities).map(([name, [tableName, columns, relations = {}]]) => new EntitySchema({
  name,
  tableName,
  columns: Object.fromEntries(Object.entries(columns).map(([key, kind]) => [key, column(kind)])),
  relations,
}));
