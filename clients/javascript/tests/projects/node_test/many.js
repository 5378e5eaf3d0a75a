import { after, test } from "node:test";

import shop from "./shop.cjs";

/** Tests that differ in how much they send. */
export function many(file) {
  after(shop.end);
  for (let number = 0; number < 6; ++number) test(`number ${number}`, () => shop.slow(file + number));
}
