/** The same pages, each in as many statements as it has kinds of things. */

import { all, first } from "./database.js";

export async function orders(rows) {
  return all(`SELECT orders.id, placed, customer.name AS customer FROM orders JOIN customer ON customer.id = customer_id
              ORDER BY orders.id LIMIT $1`, rows);
}

export async function order(id) {
  const found = await first("SELECT id, placed FROM orders WHERE id = $1", id);
  if (!found) return null;
  const items = await all(`SELECT title, price_cents, shipped FROM item JOIN product ON product.id = product_id
                           WHERE order_id = $1 ORDER BY item.id`, id);
  return { ...found, items };
}

export async function customers(rows) {
  const list = await all("SELECT id, name FROM customer ORDER BY id LIMIT $1", rows);
  const orders = await all("SELECT id, placed, customer_id FROM orders WHERE customer_id = ANY ($1) ORDER BY id",
    list.map(({ id }) => id));
  const ofCustomer = new Map(list.map(({ id }) => [id, []]));
  for (const { id, placed, customer_id } of orders) ofCustomer.get(customer_id).push({ id, placed });
  return list.map((customer) => ({ ...customer, orders: ofCustomer.get(customer.id) }));
}

export async function ship(orderId) {
  const items = await all("UPDATE item SET shipped = true WHERE order_id = $1 RETURNING id", orderId);
  return items.length;
}
