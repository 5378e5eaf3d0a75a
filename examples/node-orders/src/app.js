/** Pages of a shop's office, each twice: under /slow with its fault, under /fixed without. */

import express from "express";
import { requestTags } from "onetrip/development";

import * as fixed from "./fixed.js";
import * as slow from "./slow.js";

export const app = express();
app.use(requestTags()); // does nothing unless ONETRIP_API is set
app.use("/slow", pages(slow));
app.use("/fixed", pages(fixed));

function pages({ orders, order, customers, ship }) {
  const router = express.Router();
  router.get("/orders", async (request, response) => response.json(await orders(rowsOf(request))));
  router.get("/orders/:id", async (request, response) => answer(response, await order(request.params.id)));
  router.post("/orders/:id/ship", async (request, response) => response.json({ shipped: await ship(request.params.id) }));
  router.get("/customers", async (request, response) => response.json(await customers(rowsOf(request))));
  return router;
}

/** ?rows=N, 50 if absent. */
function rowsOf({ query }) {
  return Math.min(Number.parseInt(query.rows ?? "50", 10) || 0, 1000);
}

function answer(response, item) {
  if (item) response.json(item);
  else response.status(404).json({ error: "there is no such order" });
}
