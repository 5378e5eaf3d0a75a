/** Comments at the statements of node-postgres, and so of what is built on it. */

import { AsyncLocalStorage } from "node:async_hooks";
import { createRequire } from "node:module";
import path from "node:path";

import { callsite, tagged } from "./callsite.js";

const FOLLOWED = Symbol.for("onetrip.followed");
const TAGGED = Symbol("onetrip.tagged");

/** More tags for the statements of what runs in it, where there are any.
 * @type {AsyncLocalStorage<() => Record<string, string | null | undefined>>} */
export const context = new AsyncLocalStorage();

/** The project's node-postgres, where there is one and ONETRIP_CALLSITE=on asks for it. */
export function followIfAsked() {
  if (process.env.ONETRIP_CALLSITE === "on") followOfProject();
}

export function followOfProject() {
  try {
    followPg(createRequire(path.join(process.cwd(), "package.json"))("pg"));
  } catch (error) {
    if (/** @type {any} */ (error).code !== "MODULE_NOT_FOUND") throw error;
  }
}

/** @param {any} pg */
export function followPg(pg) {
  follow(pg.Client.prototype);
  follow(pg.Pool.prototype); // which calls its client later, when nothing tells any more who asked
}

/** Once, whoever asks for it.
 * @param {any} prototype */
function follow(prototype) {
  const { query } = prototype;
  if (query[FOLLOWED]) return;
  /** @this {unknown}
   * @param {unknown} statement
   * @param {...unknown} rest */
  prototype.query = function (statement, ...rest) {
    return query.call(this, withTags(statement), ...rest);
  };
  prototype.query[FOLLOWED] = true;
}

/** @param {any} statement */
function withTags(statement) {
  const { text } = typeof statement === "string" ? { text: statement } : statement ?? {};
  // A named one is prepared under its text, which may not change; a cursor has its text already.
  if (typeof text !== "string" || statement.name || typeof statement.submit === "function") return statement;
  if (statement[TAGGED]) return statement;
  const tags = { ...context.getStore()?.(), callsite: callsite() };
  return Object.create(typeof statement === "string" ? {} : statement,
    { text: { value: tagged(text, tags) }, [TAGGED]: { value: true } });
}
