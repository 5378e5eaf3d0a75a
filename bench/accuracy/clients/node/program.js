// Reads runs and answers them, as ../../README.md says under "A client program".
const crypto = require('crypto');
const readline = require('readline');

// What the request that runs now is tagged with; null without tags.
let tags = null;
let flags = [];
let route = '';

function hex(bytes) {
  return crypto.randomBytes(bytes).toString('hex');
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** One request: what it sends carries one trace id, if tags are asked for. */
async function request(work, { after = 0 } = {}) {
  if (after) await pause(after);
  tags = flags.includes('tag') ? { route, traceparent: `00-${hex(16)}-${hex(8)}-01` } : null;
  return work();
}

/** The statement with a sqlcommenter comment that has these keys too. */
function commented(sql, more) {
  if (!tags) return sql;
  const all = { ...more, ...tags };
  const text = Object.keys(all).sort().map((key) => `${key}='${encodeURIComponent(all[key])}'`).join(',');
  return `${sql.replace(/;\s*$/, '')} /*${text}*/`;
}

/**
 * cases: a name to async (n, database); open(flags): a database; transaction(database, work): work within one;
 * close(database).
 */
async function serve({ cases, open, transaction, close }) {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const [name, n, ...asked] = line.split(' ');
    flags = asked;
    route = `/${name}`;
    let database = null;
    let answer = 'ok';
    try {
      if (!cases[name]) throw new Error(`no case ${name}`);
      database = await open(flags);
      const work = () => cases[name](Number(n), database);
      await request(() => (flags.includes('tx') ? transaction(database, work) : work()));
    } catch (error) {
      answer = `failed ${String(error.message || error).split('\n')[0]}`;
      console.error(error);
    }
    tags = null;
    if (database) await close(database);
    process.stdout.write(`${answer}\n`);
  }
}

/** 0 to n - 1. */
const upTo = (n) => Array.from({ length: n }, (_, i) => i);

module.exports = { serve, request, commented, pause, upTo, currentTags: () => tags };
