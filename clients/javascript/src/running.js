/** A test, whoever runs it: a window with its set-up and its tear-down, and in that one while the test's own code runs.
 * So what hooks send is set-up also in a test that makes no request. */

import path from "node:path";

import { followIfAsked } from "./pg.js";
import { followServers } from "./requests.js";
import { Window, here } from "./windows.js";
import { applicationName } from "./workers.js";

/** Before a test file is loaded.
 * @param {string} worker which of several processes this is; empty: there is one
 * @param {NodeJS.ProcessEnv} [environment] of the tests */
export function prepare(worker, environment = process.env) {
  if (!here().works()) return;
  here().worker = worker;
  here().environment = environment;
  if (worker) environment.PGAPPNAME = applicationName(worker, environment.PGAPPNAME || undefined);
  followIfAsked();
  followServers();
}

export class TestRun {
  /** @param {string} file
   * @param {string[]} names of its suites, and its own */
  constructor(file, names) {
    const place = path.relative(process.cwd(), file).replaceAll(path.sep, "/");
    this.window = new Window([place, ...names].join(" > "));
    this.body = this.window; // none yet
  }

  async start() {
    await here().open(this.window);
  }

  async startBody() {
    this.body = await here().open(new Window("body", { label: this.window.label }));
  }

  async endBody() {
    await here().close(this.body);
  }

  async end() {
    await here().close(this.window);
  }
}
