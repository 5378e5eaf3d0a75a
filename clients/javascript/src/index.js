/** Tells the Onetrip proxy which test and which request a statement belongs to.
 *
 * ONETRIP_API says where the proxy's API is; `onetrip exec` sets it. Without it, and when nobody answers there,
 * everything here does nothing. Nothing here sends SQL or opens a connection to a database. */

import { Window, here } from "./windows.js";

export { followPg } from "./pg.js";

/** @typedef {import("./index.js").Limits} Limits */

/** @template T
 * @param {string} name
 * @param {(window: Window) => T | Promise<T>} run
 * @param {{ label?: string }} [options]
 * @returns {Promise<T>} */
export async function window(name, run, options) {
  const opened = await here().open(new Window(name, options));
  try {
    return await run(opened);
  } finally {
    await here().close(opened);
  }
}

/** @param {Limits} [limits] */
export async function assertBudget(limits) {
  await (here().outermost() ?? new Window("")).assertBudget(limits);
}

/** @template T
 * @param {Limits & { name?: string }} limits
 * @param {() => T | Promise<T>} run
 * @returns {Promise<T>} */
export async function withinBudget({ name = "block", ...limits }, run) {
  /** @type {Window | undefined} */
  let block;
  const result = await window(name, (opened) => {
    block = opened;
    return run();
  });
  await block?.assertBudget(limits);
  return result;
}

/** @param {{ database?: string, applicationName?: string }} [connections] */
export function watch({ database, applicationName } = {}) {
  here().watched = {
    ...database ? { database } : {},
    ...applicationName ? { application_name: applicationName } : {},
  };
}
