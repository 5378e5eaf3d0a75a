/** For development: says in each statement of node-postgres which request it belongs to, and in each answer what the
 * request sent.
 *
 *     SELECT … /*callsite='src/books.js:41 in listBooks',db_driver='pg',framework='express',method='GET',
 *                route='/books/:id',traceparent='00-…-…-01'*\/
 *
 *     Server-Timing: onetrip-db;dur=41.2;desc="51 statements", onetrip-findings;desc="1, worst error: n-plus-one",
 *                    onetrip;desc="http://127.0.0.1:9188/api/v1/windows/1b2c…"
 *
 * The comments are sqlcommenter's, at the end of the statement. */

import { randomBytes } from "node:crypto";

import { fromEnvironment } from "./api.js";
import { context, followOfProject } from "./pg.js";
import { beforeEnd } from "./requests.js";
import { labelOf } from "./routes.js";
import { here } from "./windows.js";

const RETRY_MS = 5000; // the proxy may be started again while the server runs
const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/;

/** @typedef {import("node:http").IncomingMessage} Request */
/** @typedef {import("node:http").ServerResponse} Response */

/** @returns {(request: Request, response: Response, next: () => void) => void} */
export function requestTags() {
  const api = ofEnvironment();
  return (request, response, next) => {
    if (!api || here().inRequest()) return next(); // in a test that is a window it steps aside
    const { server } = /** @type {any} */ (request.socket);
    const tags = new RequestTags("express", request, server && labelOf(server, request).replace(/^\S+ /, ""));
    beforeEnd(response, async () => {
      const timing = response.headersSent ? "" : await tags.timing(api);
      if (timing) response.appendHeader("Server-Timing", timing);
    });
    context.run(() => tags.next(), next);
  };
}

/** @param {any} fastify
 * @param {unknown} _options
 * @param {() => void} done */
export function fastifyRequestTags(fastify, _options, done) {
  const api = ofEnvironment();
  /** @type {WeakMap<object, RequestTags>} */
  const all = new WeakMap();
  if (api) {
    fastify.addHook("onRequest", (/** @type {any} */ request, /** @type {any} */ _reply, /** @type {() => void} */ next) => {
      if (here().inRequest()) return next();
      const tags = new RequestTags("fastify", request.raw, request.routeOptions?.url);
      all.set(request, tags);
      context.run(() => tags.next(), next);
    });
    fastify.addHook("onSend", async (/** @type {any} */ request, /** @type {any} */ reply) => {
      const timing = await all.get(request)?.timing(api);
      if (timing) reply.header("Server-Timing", timing);
    });
  }
  done();
}
fastifyRequestTags[Symbol.for("skip-override")] = true; // for all routes, wherever it is registered

function ofEnvironment() {
  const api = fromEnvironment({ retryMs: RETRY_MS });
  if (api) followOfProject();
  return api;
}

/** What all statements of one request say. */
class RequestTags {
  /** @param {string} framework
   * @param {Request} request
   * @param {string | undefined} route */
  constructor(framework, { method, headers }, route) {
    this.said = { db_driver: "pg", framework, method, route };
    this.trace = TRACEPARENT.exec(String(headers.traceparent))?.[1] ?? randomBytes(16).toString("hex");
    this.statements = 0;
  }

  /** Of one more statement, a span of its own. */
  next() {
    ++this.statements;
    return { ...this.said, traceparent: `00-${this.trace}-${randomBytes(8).toString("hex")}-01` };
  }

  /** The header's value; empty where there is nothing to tell.
   * @param {import("./api.js").Api} api */
  async timing(api) {
    if (!this.statements) return "";
    await api.flush();
    const window = await api.window(this.trace);
    return window ? serverTiming(window, await api.findings(this.trace), api.address) : "";
  }
}

/** The header of a request's window, as the API shows it.
 * @param {any} window
 * @param {any[]} findings
 * @param {string} address */
function serverTiming(window, findings, address) {
  const milliseconds = window.executions.reduce((/** @type {number} */ sum, /** @type {any} */ one) => sum + one.server_ms, 0);
  const count = window.statements;
  const metrics = [`onetrip-db;dur=${milliseconds.toFixed(1)};desc="${count} statement${count === 1 ? "" : "s"}"`];
  if (findings.length) {
    const rules = [...new Set(findings.map(({ rule }) => rule))].sort().join(", ");
    const worst = findings[0].severity; // they come worst first
    metrics.push(`onetrip-findings;desc="${findings.length}, worst ${worst}: ${rules}"`);
  }
  metrics.push(`onetrip;desc="${address}/api/v1/windows/${window.id}"`);
  return metrics.join(", ");
}
