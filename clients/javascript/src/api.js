/** The proxy's HTTP API. */

import fs from "node:fs";
import http from "node:http";

const PATIENCE_MS = 15_000; // closing a window waits for a catalog that is being read
const DEFAULT_PORT = 9188;
// As they are before a test replaces them by its own.
const { request } = http;
const now = performance.now.bind(performance);

/** @typedef {{ status: number, body: any }} Answer */

/** Asks over connections that are kept. Never rejects: from the first question that nobody answers on, `lost` says why,
 * and all answers are null; with `retryMs`, for so long. */
export class Api {
  /** @param {string} address
   * @param {{ tokenFile?: string, retryMs?: number }} [options] */
  constructor(address, { tokenFile = "", retryMs = Infinity } = {}) {
    this.address = (address.includes("://") ? address : "http://" + address).replace(/\/+$/, "");
    this.lost = "";
    this._lostAt = 0;
    this._tokenFile = tokenFile;
    this._retryMs = retryMs;
    this._agent = new http.Agent({ keepAlive: true }); // holds up no process's end
  }

  /** @param {string} method
   * @param {string} path
   * @param {object} [body]
   * @returns {Promise<Answer | null>} */
  async ask(method, path, body) {
    if (this.lost && now() - this._lostAt < this._retryMs) return null;
    this.lost = "";
    try {
      return await this._ask(method, path, body);
    } catch (error) { // whatever it is, it is no fault of the test that runs
      this.lost = `${this.address} does not answer: ${wordsOf(error)}`;
      this._lostAt = now();
      return null;
    }
  }

  /** Returns when everything that was sent so far is analysed. */
  async flush() {
    await this.ask("POST", "/api/v1/flush");
  }

  /** @param {string} idOrTrace */
  async window(idOrTrace) {
    return (await this._get("/api/v1/windows/" + encodeURIComponent(idOrTrace)))?.window ?? null;
  }

  /** @param {string} name
   * @returns {Promise<any[]>} */
  async windows(name) {
    return (await this._get("/api/v1/windows?name=" + encodeURIComponent(name)))?.windows ?? [];
  }

  /** @param {string} window
   * @returns {Promise<any[]>} */
  async findings(window) {
    return (await this._get("/api/v1/findings?window=" + encodeURIComponent(window)))?.findings ?? [];
  }

  /** The body, if there is such a thing.
   * @param {string} path */
  async _get(path) {
    const answer = await this.ask("GET", path);
    return answer?.status === 200 ? answer.body : null;
  }

  /** @param {string} method
   * @param {string} path
   * @param {object} [body]
   * @returns {Promise<Answer>} */
  async _ask(method, path, body) {
    const url = new URL(path, this.address);
    if (url.protocol !== "http:") throw new Error("only http:// is understood");
    /** @type {Record<string, string>} */
    const headers = {};
    if (this._tokenFile) headers.Authorization = "Bearer " + fs.readFileSync(this._tokenFile, "utf8").trim();
    if (body) headers["Content-Type"] = "application/json";
    const options = { method, headers, agent: this._agent, port: url.port || DEFAULT_PORT, timeout: PATIENCE_MS };
    const text = body ? JSON.stringify(body) : "";
    try {
      return await exchange(url, options, text);
    } catch (error) {
      if (!(/** @type {any} */ (error).wasKept)) throw error;
      return exchange(url, options, text); // the connection was kept, and closed meanwhile
    }
  }
}

/** @param {URL} url
 * @param {http.RequestOptions} options
 * @param {string} text
 * @returns {Promise<Answer>} */
function exchange(url, options, text) {
  return new Promise((resolve, reject) => {
    const asked = request(url, options, (response) => {
      /** @type {Buffer[]} */
      const parts = [];
      response.on("data", (part) => parts.push(part));
      response.on("error", reject);
      response.on("end", () => {
        try {
          resolve({ status: response.statusCode ?? 0, body: JSON.parse(Buffer.concat(parts).toString()) });
        } catch (error) {
          reject(error);
        }
      });
    });
    asked.on("timeout", () => asked.destroy(new Error(`no answer for ${PATIENCE_MS / 1000} s`)));
    asked.on("error", (error) => {
      const wasKept = asked.reusedSocket && "code" in error && error.code === "ECONNRESET";
      reject(Object.assign(error, { wasKept }));
    });
    asked.end(text);
  });
}

/** @param {any} error */
function wordsOf(error) {
  return error.message || error.code || String(error); // several refused at once have no words of their own
}

/** The API at ONETRIP_API; null where it says none. Where the proxy wants a token, the file that holds it is named as
 * for the proxy itself: ONETRIP_ADMIN__TOKEN_FILE.
 * @param {{ retryMs?: number }} [options] */
export function fromEnvironment({ retryMs } = {}) {
  const address = process.env.ONETRIP_API ?? "";
  return address ? new Api(address, { tokenFile: process.env.ONETRIP_ADMIN__TOKEN_FILE ?? "", retryMs }) : null;
}
