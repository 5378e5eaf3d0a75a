/** Requests that servers of this process answer while a test runs: Express', Fastify's (`inject` too) and others'. Each
 * is a window until its answer is complete. */

import diagnostics from "node:diagnostics_channel";
import http from "node:http";
import https from "node:https";

import { folded, labelOf } from "./routes.js";
import { Window, here } from "./windows.js";

const FOLLOWED = Symbol.for("onetrip.followed");

/** Of Fastify, whose requests begin with its first hook, which knows the route. */
const handlers = new WeakSet();

/** Once in a process, before applications are loaded. */
export function followServers() {
  if (/** @type {any} */ (http.Server)[FOLLOWED]) return;
  /** @type {any} */ (http.Server)[FOLLOWED] = true;
  follow(http.Server.prototype);
  follow(https.Server.prototype);
  diagnostics.subscribe("fastify.initialization", (message) => followFastify(/** @type {any} */ (message).fastify));
}

/** @param {any} prototype */
function follow(prototype) {
  const { emit } = prototype;
  /** @this {http.Server}
   * @param {string} event
   * @param {...any} rest */
  prototype.emit = function (event, ...rest) {
    const emits = () => emit.call(this, event, ...rest);
    if (event !== "request" || !here().outermost() || this.listeners("request").some((one) => handlers.has(one))) {
      return emits();
    }
    const [request, response] = rest;
    begin(labelOf(this, request), response).then(emits);
    return true;
  };
}

/** @param {any} fastify */
function followFastify(fastify) {
  for (const handler of fastify.server.listeners("request")) handlers.add(handler);
  fastify.addHook("onRequest", async (/** @type {any} */ request, /** @type {any} */ reply) => {
    if (!here().outermost()) return;
    const route = request.routeOptions?.url ?? folded(request.url.split("?", 1)[0]);
    await begin(`${request.method} ${route}`, reply.raw);
  });
}

/** @param {string} label
 * @param {http.ServerResponse} response */
async function begin(label, response) {
  const window = await here().open(new Window(label, { isRequest: true }));
  if (!window.id) return;
  response.once("close", () => here().close(window));
  beforeEnd(response, () => {
    // Where that changes nothing else, the application sees at once that it has answered.
    if (!response.headersSent && response.hasHeader("content-length")) response.writeHead(response.statusCode);
    return here().close(window);
  });
}

/** Holds the answer's end back until that is done: what the test sends after it belongs to the test.
 * @param {any} response
 * @param {() => Promise<void>} act */
export function beforeEnd(response, act) {
  const { end } = response;
  let ends = false;
  response.end = (/** @type {any[]} */ ...rest) => {
    if (ends) return response;
    ends = true;
    act().then(() => {
      response.end = end;
      end.apply(response, rest);
    });
    return response;
  };
}
