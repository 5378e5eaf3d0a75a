/** The pages as they are often written: right, and with a statement for each row. */

import { all, first } from "./database.js";

export async function orders(rows) {
  const found = await all("SELECT id, customer_id, placed FROM orders ORDER BY id LIMIT $1", rows);
  const list = [];
  for (const { id, customer_id, placed } of found) {
    const customer = await first("SELECT name FROM customer WHERE id = $1", customer_id);
    list.push({ id, placed, customer: customer.name });
  }
  return list;
}

export async function order(id) {
  const found = await first("SELECT id, placed FROM orders WHERE id = $1", id);
  if (!found) return null;
  const items = await all("SELECT product_id, shipped FROM item WHERE order_id = $1 ORDER BY id", id);
  // All at once, over several connections, is as many statements as one by one.
  const products = await Promise.all(items.map((item) => product(item.product_id)));
  return { ...found, items: items.map(({ shipped }, place) => ({ ...products[place], shipped })) };
}

async function product(id) {
  return first("SELECT title, price_cents FROM product WHERE id = $1", id);
}

export async function customers(rows) {
  const list = await all("SELECT id, name FROM customer ORDER BY id LIMIT $1", rows);
  for (const customer of list) {
    customer.orders = await all("SELECT id, placed FROM orders WHERE customer_id = $1 ORDER BY id", customer.id);
  }
  return list;
}

export async function ship(orderId) {
  const items = await all("SELECT id FROM item WHERE order_id = $1", orderId);
  for (const { id } of items) {
    await all("UPDATE item SET shipped = true WHERE id = $1", id);
  }
  return items.length;
}
