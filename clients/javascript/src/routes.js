/** What kind of request it is: `GET /orders/:id`, by the application's own router. */

const ID = /^(?:\d+|(?=.*\d)[0-9a-fA-F-]{16,})$/;

/** The label of a request that this server is asked. An application may do in its router what it likes; a label is no
 * reason for a test to fail.
 * @param {import("node:http").Server} server
 * @param {import("node:http").IncomingMessage} request */
export function labelOf(server, request) {
  const { method = "GET", url = "/" } = request;
  const path = url.split(/[?#]/, 1)[0];
  for (const app of server.listeners("request")) {
    try {
      const route = routeAmong(routerOf(app)?.stack ?? [], method, path);
      if (route !== null) return `${method} ${route}`;
    } catch { // so it goes by its path
    }
  }
  return `${method} ${folded(path)}`;
}

/** A path that no route is known of, with `:id` for what looks like one.
 * @param {string} path */
export function folded(path) {
  return path.split("/").map((part) => (ID.test(part) ? ":id" : part)).join("/");
}

/** Express 4 refuses to be asked for `router`, and Express 5 has no `_router`.
 * @param {any} app */
function routerOf(app) {
  return typeof app.handle === "function" ? app._router ?? app.router : null;
}

/** @param {any[]} stack Express' layers
 * @param {string} method
 * @param {string} path
 * @returns {string | null} */
function routeAmong(stack, method, path) {
  for (const layer of stack) {
    const inner = layer.handle?.stack;
    if (layer.route ? !answers(layer.route, method) : !inner) continue;
    const match = layer.match(path);
    if (!match) continue;
    const found = match === true ? layer : match; // Express before 5.3 writes it into the layer
    if (layer.route) return found.pattern ?? [layer.route.path].flat().join("|");
    const rest = routeAmong(inner, method, "/" + path.slice(found.path.length).replace(/^\//, ""));
    if (rest !== null) return mountOf(found) + (rest === "/" && found.path ? "" : rest);
  }
  return null;
}

/** @param {any} route
 * @param {string} method */
function answers({ methods }, method) {
  return methods._all || methods[method.toLowerCase()] || (method === "HEAD" && methods.get);
}

/** Where a router is mounted. Express before 5.3 keeps what its path matched, and not how it was written.
 * @param {any} found */
function mountOf({ pattern, path, params }) {
  if (typeof pattern === "string" && path) return pattern;
  const names = new Map(Object.entries(params ?? {}).map(([name, value]) => [value, `:${name}`]));
  return path.split("/").map((/** @type {string} */ part) => names.get(decodeURIComponent(part)) ?? part).join("/");
}
