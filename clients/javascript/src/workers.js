/** Test processes side by side: which connections are this one's. `worker` tells them apart: its number under Vitest and
 * Jest, its file under node:test, which starts a process for each; empty: it is alone. */

const LONGEST_NAME = 63; // bytes of an application_name

/** An application_name that no other worker's connections have.
 * @param {string} worker
 * @param {string} [name] what it is so far */
export function applicationName(worker, name = "tests") {
  if (!worker || name.endsWith("-" + worker)) return name;
  return `${name}-${worker.slice(-Math.max(1, LONGEST_NAME - name.length - 1))}`; // a file's end tells more than its folder
}

/** What tells this process's connections from those of others; empty: nothing, and nothing need.
 * @param {string} worker
 * @param {NodeJS.ProcessEnv} environment
 * @returns {Record<string, string>} */
export function connections(worker, environment) {
  if (!worker) return {};
  const database = databaseOf(environment);
  if (database.endsWith("_" + worker)) return { database };
  return environment.PGAPPNAME ? { application_name: environment.PGAPPNAME } : {};
}

/** @param {NodeJS.ProcessEnv} environment */
function databaseOf({ DATABASE_URL, PGDATABASE = "" }) {
  try {
    return DATABASE_URL ? decodeURIComponent(new URL(DATABASE_URL).pathname.slice(1)) : PGDATABASE;
  } catch {
    return PGDATABASE;
  }
}
