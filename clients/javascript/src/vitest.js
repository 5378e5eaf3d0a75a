/** Vitest: test.runner = "onetrip/vitest" makes each test a window, and each request that it makes one inside it. */

import * as vitest from "vitest";

import { TestRun, prepare } from "./running.js";

// Where Vitest kept before 4.1 what it now exports itself. Not written into import(): Vite would look for it.
const [runners, suite] = ["vitest/runners", "vitest/suite"];
/** @type {any} */
const Base = /** @type {any} */ (vitest).TestRunner ?? (await import(/* @vite-ignore */ runners)).VitestTestRunner;
const functionOf = Base.getTestFn ?? (await import(/* @vite-ignore */ suite)).getFn;

export default class OnetripRunner extends Base {
  /** @param {any} config */
  constructor(config) {
    super(config);
    const alone = config.maxWorkers === 1 || config.poolOptions?.forks?.singleFork;
    prepare(alone ? "" : process.env.VITEST_POOL_ID ?? "");
    /** @type {WeakMap<object, TestRun>} */
    this._runs = new WeakMap();
  }

  /** @param {any} test
   * @param {...any} rest */
  async onBeforeTryTask(test, ...rest) {
    if (!this._runs.has(test)) {
      const run = new TestRun(test.file.filepath, namesOf(test));
      this._runs.set(test, run);
      await run.start();
    }
    return super.onBeforeTryTask?.(test, ...rest);
  }

  /** Instead of what Vitest does itself between a test's hooks.
   * @param {any} test */
  async runTask(test) {
    const run = this._runs.get(test);
    await run?.startBody();
    try {
      await functionOf(test)();
    } finally {
      await run?.endBody();
    }
  }

  /** @param {any} test */
  async onAfterRunTask(test) {
    await this._runs.get(test)?.end();
    return super.onAfterRunTask?.(test);
  }
}

/** @param {any} task
 * @returns {string[]} */
function namesOf(task) {
  return task.suite && task.suite !== task.file ? [...namesOf(task.suite), task.name] : [task.name];
}
