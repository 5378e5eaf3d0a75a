/** Where in the project a statement comes from, as a comment in sqlcommenter's form at its end:
 *
 *     SELECT … /*callsite='src/orders.js:41 in listOrders'*\/
 *
 * The comment is one more text for whoever looks at the SQL itself, so it is there only when it was asked for. It is no
 * statement, and the same for each run of one line, so it counts nowhere. */

import path from "node:path";
import { fileURLToPath } from "node:url";

const OWN = path.dirname(fileURLToPath(import.meta.url)) + path.sep;
const ROOT = process.cwd() + path.sep;
const DEPTH = 60; // frames; an ORM has many
//   at async OrderList.load (file:///shop/src/orders.js:41:12)     at /shop/src/orders.js:41:12
const FRAME = /^\s*at (?:async )?(?:(.*?) (?:\[as .*?\] )?\()?(?:async )?((?:file:\/\/|\/|[A-Za-z]:[\\/]).*?):(\d+):\d+\)?$/;

/** `path:line in function` of the innermost frame that is no library's, the path from where we were started; null
 * where there is none. As text, which test runners translate back to what was written. */
export function callsite() {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = DEPTH;
  const stack = new Error().stack ?? "";
  Error.stackTraceLimit = limit;
  return callsiteIn(stack);
}

/** @param {string} stack */
export function callsiteIn(stack) {
  for (const line of stack.split("\n")) {
    const [, name = "", file, number] = FRAME.exec(line) ?? [];
    const place = file && placeOf(file);
    if (!place) continue;
    const last = name.split(".").at(-1) ?? "";
    return `${place}:${number}` + (/^[\w$]+$/.test(last) ? ` in ${last}` : "");
  }
  return null;
}

/** Its path in the project, or none where it is a library's or passes on what others ask.
 * @param {string} frame */
function placeOf(frame) {
  const file = frame.startsWith("file://") ? fileURLToPath(frame) : path.normalize(frame);
  if (file.startsWith(OWN) || file.includes(`${path.sep}node_modules${path.sep}`)) return "";
  const place = file.startsWith(ROOT) ? file.slice(ROOT.length).replaceAll(path.sep, "/") : file;
  return passesOn(place) ? "" : place;
}

/** Whether the project says that it only passes statements on: ONETRIP_CALLSITE_SKIP=src/database.js,src/orm/
 * @param {string} place */
function passesOn(place) {
  const { ONETRIP_CALLSITE_SKIP: skipped = "" } = process.env;
  return skipped.split(",").some((one) => one && (one.endsWith("/") ? place.startsWith(one) : place === one));
}

/** The statement with the comment at its end.
 * @param {string} sql
 * @param {Record<string, string | null | undefined>} tags */
export function tagged(sql, tags) {
  const pairs = Object.entries(tags).filter(([, value]) => value).sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}='${escaped(String(value))}'`);
  if (!pairs.length) return sql;
  const comment = `/*${pairs.join(",")}*/`;
  const text = sql.trimEnd();
  return text.endsWith(";") ? `${text.slice(0, -1)} ${comment};` : `${text} ${comment}`;
}

/** As in a URL, but readable where nothing can go wrong.
 * @param {string} value */
function escaped(value) {
  return encodeURIComponent(value).replace(/%(2F|3A|3C|3E|20)/g, decodeURIComponent)
    .replaceAll("'", "%27").replaceAll("*", "%2A");
}
