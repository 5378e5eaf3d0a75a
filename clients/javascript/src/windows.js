/** Named windows: what a test, a request in it, or a block of code sends to the database.
 *
 * They are opened from outside the connections, over the proxy's HTTP API. So they hold what any connection sends
 * meanwhile, also one that was opened before, and no SQL is sent. Where several processes run tests side by side, each
 * names the database or the application_name of its own connections. */

import assert from "node:assert";
import http from "node:http";

import { fromEnvironment } from "./api.js";
import { LEVELS, complaint } from "./budget.js";
import { connections } from "./workers.js";

const LIFE_S = 900; // of a window that nobody closes, as its process was killed
const LONGEST_NAME = 1024; // bytes

/** @typedef {{ statements: number, findings: any[] }} Seen */
/** @typedef {import("./index.js").Limits} Limits */

/** A window that is open, or was. Without a proxy it is no window, and everything it is asked does nothing. */
export class Window {
  /** @param {string} name
   * @param {{ label?: string, isRequest?: boolean }} [options] */
  constructor(name, { label = name, isRequest = false } = {}) {
    this.name = clipped(name);
    this.label = clipped(label);
    this.isRequest = isRequest;
    this.id = ""; // none: no window
    /** @type {Window[]} */
    this.inner = [];
    /** @type {Seen | null} */
    this._closed = null;
  }

  /** The requests that were made in it; itself where there were none. All else that was sent in it is set-up.
   * @returns {Window[]} */
  judged() {
    const requests = this.inner.flatMap((window) => window.judged());
    return requests.length ? requests : [this];
  }

  /** What was sent in it, so far if it is open.
   * @returns {Promise<Seen>} */
  async seen() {
    return this._closed ?? here().look(this);
  }

  /** @param {Limits} [limits] */
  async assertBudget({ maxStatements, noFindings = true, level = "warning", allow = [] } = {}) {
    if (!LEVELS.includes(level)) throw new RangeError(`level is ${level}: it is one of ${LEVELS.join(", ")}`);
    const told = [];
    for (const window of this.judged().filter((one) => one.id)) {
      told.push({ label: window.label, ...await window.seen() });
    }
    const text = complaint(told, { maxStatements, level: noFindings ? level : null, allow });
    if (text) throw new assert.AssertionError({ message: text });
  }
}

/** The windows of this process. */
export class Windows {
  /** @param {import("./api.js").Api | null} api */
  constructor(api) {
    this.api = api;
    this.worker = ""; // which of several processes this is
    /** @type {NodeJS.ProcessEnv} Of the tests, which Jest gives one of their own. */
    this.environment = process.env;
    /** @type {Record<string, string> | null} What watch() said. */
    this.watched = null;
    /** @type {Window[]} */
    this._open = [];
    this._number = 0;
    this._told = false;
    /** @type {Promise<unknown>} */
    this._last = Promise.resolve();
  }

  /** @param {Window} window
   * @returns {Promise<Window>} */
  open(window) {
    return this._inTurn(() => this._openNow(window));
  }

  /** @param {Window} window
   * @returns {Promise<void>} */
  close(window) {
    return this._inTurn(() => this._closeNow(window));
  }

  /** @param {Window} window
   * @returns {Promise<Seen>} */
  async look(window) {
    if (!window.id || !this.api) return { statements: 0, findings: [] };
    await this.api.flush();
    const shown = await this.api.window(window.id);
    return shown ? { statements: shown.statements, findings: await this.api.findings(window.id) }
      : { statements: 0, findings: [] };
  }

  /** The window that was opened first of those that are open: the test. */
  outermost() {
    return this._open[0] ?? null;
  }

  inRequest() {
    return this._open.some((window) => window.isRequest);
  }

  works() {
    return this.api !== null && !this.api.lost;
  }

  /** @template T
   * @param {() => Promise<T>} act
   * @returns {Promise<T>} */
  _inTurn(act) {
    const done = this._last.then(act);
    this._last = done.catch(() => {});
    return done;
  }

  /** @param {Window} window */
  async _openNow(window) {
    const around = this._open.at(-1);
    // What a request makes of further requests, or another one at the same time, is a part of it.
    if (!this.api || (window.isRequest && around?.isRequest)) return window;
    if (around) window.name = clipped(`${window.name} #${++this._number} in ${this._open[0].name}`);
    window.id = await this._post(window, around);
    if (window.id) {
      this._open.push(window);
      around?.inner.push(window);
    }
    return window;
  }

  /** @param {Window} window */
  async _closeNow(window) {
    const place = this._open.indexOf(window);
    if (place < 0) return;
    this._open.splice(place, 1);
    const answer = await this._ask("DELETE", "/api/v1/windows/" + window.id);
    window._closed = answer?.status === 200 // else its life was over
      ? { statements: answer.body.window.statements, findings: answer.body.findings }
      : { statements: 0, findings: [] };
  }

  /** @param {Window} window
   * @param {Window} [around] */
  async _post(window, around) {
    // One request, whatever connections of a pool it takes: Promise.all() takes many.
    const body = { name: window.name, label: window.label, ttl_s: LIFE_S, parent: around?.id, one_request: true,
      ...this.watched ?? connections(this.worker, this.environment) };
    let answer = await this._ask("POST", "/api/v1/windows", body);
    if (answer?.status === 409) { // left open by a process that was killed
      await this._closeLeft(window.name);
      answer = await this._ask("POST", "/api/v1/windows", body);
    }
    return answer?.status === 201 ? answer.body.id : "";
  }

  /** @param {string} name */
  async _closeLeft(name) {
    for (const row of await this.api?.windows(name) ?? []) {
      if (row.open) await this._ask("DELETE", "/api/v1/windows/" + row.id);
    }
  }

  /** @param {string} method
   * @param {string} path
   * @param {object} [body] */
  async _ask(method, path, body) {
    const answer = await this.api?.ask(method, path, body);
    if (this.api?.lost && !this._told) {
      this._told = true;
      process.stderr.write(`onetrip: ${this.api.lost}; from now on tests are no windows\n`);
    }
    return answer;
  }
}

const PLACE = Symbol.for("onetrip.windows");

/** Those of this process. Jest and Vitest may load this file more than once in it, and Node's own modules once. */
export function here() {
  const shared = /** @type {Record<symbol, Windows>} */ (/** @type {unknown} */ (http.Server));
  return shared[PLACE] ??= new Windows(fromEnvironment());
}

/** @param {string} name */
function clipped(name) {
  const bytes = Buffer.from(name);
  return bytes.length <= LONGEST_NAME ? name : bytes.subarray(0, LONGEST_NAME).toString().replace(/\uFFFD+$/, "");
}
