/** Jest: testEnvironment = "onetrip/jest" makes each test a window, and each request that it makes one inside it. */

import { createRequire } from "node:module";
import path from "node:path";

import * as onetrip from "./index.js";
import { TestRun, prepare } from "./running.js";

const ofProject = createRequire(path.join(process.cwd(), "package.json"));
const ofJest = createRequire(ofProject.resolve("jest"));

/** The environment with windows.
 * @param {any} Base
 * @returns {any} */
export function withWindows(Base) {
  return class extends Base {
    /** @param {any} config
     * @param {any} context */
    constructor(config, context) {
      super(config, context);
      this._file = context.testPath;
      /** @type {TestRun | null} */
      this._run = null;
      // Tests that are no ES modules cannot import it.
      this.global.onetrip = { ...onetrip };
      prepare(config.globalConfig.maxWorkers === 1 ? "" : process.env.JEST_WORKER_ID ?? "", this.global.process.env);
    }

    /** @param {any} event
     * @param {any} state */
    async handleTestEvent(event, state) {
      if (event.name === "test_start") {
        this._run = new TestRun(this._file, namesOf(event.test));
        await this._run.start();
      }
      if (event.name === "test_fn_start") await this._run?.startBody();
      if (event.name === "test_fn_success" || event.name === "test_fn_failure") await this._run?.endBody();
      await super.handleTestEvent?.(event, state);
      if (event.name === "test_done" || event.name === "test_skip" || event.name === "test_todo") await this._run?.end();
    }
  };
}

/** @param {any} block
 * @returns {string[]} */
function namesOf(block) {
  return block.parent ? [...namesOf(block.parent), block.name] : [];
}

/** @param {string} name */
function environment(name) {
  const module = createRequire(ofJest.resolve("jest-cli"))(name);
  return module.default ?? module.TestEnvironment ?? module;
}

export default withWindows(environment("jest-environment-node"));
