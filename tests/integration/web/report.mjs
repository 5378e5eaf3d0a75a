// Reports of any size: the built page with made-up data inside, as `report --format html` puts it there.

import { readFileSync, writeFileSync } from "node:fs";

const page = readFileSync(new URL("../../../web/dist/index.html", import.meta.url), "utf8");
const severities = ["error", "warning", "info"];
const hex = (number) => number.toString(16).padStart(16, "0");

function finding(number, hostile) {
  const table = hostile ? `<img src=x onerror="window.harmed=1">` : `table_${number}`;
  const statement = (name) => ({ fingerprint: `v1:${hex(number * 7)}`, summary: `SELECT ${name}`, text: `SELECT * FROM ${name} WHERE id = ?` });
  return {
    schema_version: 1, id: hex(number + 1), cause: hex(number + 5000), rule: "n-plus-one",
    severity: severities[Math.floor(number / 400)] ?? "info", confidence: "proven",
    title: `${table} was fetched 50 times in one request, once for each row of parent_${number}`,
    label: `GET /${table}`,
    window: { id: "large", source: "trace", connections: 3, statements: 51, duration_ms: 48 },
    statement: statement(table), parent: { ...statement(`parent_${number}`), rows: 50 },
    link: {
      parent_column: `parent_${number}.child_id`, parent_columns: [`parent_${number}.child_id`], child_column: `${table}.id`,
      matched: 50, distinct: 47, in_row_order: true, foreign_key: `${table}_fkey`, direction: "forward",
    },
    chain: [], location: { file: `shop/${table}.py`, line: number, function: null, source: "callsite" },
    evidence: {
      count: 50, distinct_values: 47, rows: 50, total_ms: 41, saved_ms: 39, growth: "linear", count_at_1000_rows: 1000,
      what_if: [{ latency_ms: 0.5, saved_ms: 24.5 }, { latency_ms: 5, saved_ms: 245 }],
      sizes: [{ rows: 10, count: 10 }, { rows: 50, count: 50 }],
    },
    advice: { sql: `SELECT * FROM ${table}`, orm: "django", code: `select_related("${table}")`, sure: true, why: "the key says so" },
    seen: { windows: 12, first: "2026-01-31T12:00:00.000Z", last: "2026-01-31T12:05:00.000Z", worst_count: 50, examples: ["large"] },
  };
}

/** No two neighbours alike and no loop in it, so that nothing folds and every statement is a row. */
function request(statements) {
  const executions = Array.from({ length: statements }, (_, at) => {
    const shape = (at * at + 3 * at) % 97;
    return {
      offset_ms: at * 2, server_ms: 1 + (at % 3) / 2, rows: at % 40, bytes: 100 + at, fingerprint: `v1:${hex(shape)}`,
      summary: `SELECT shape_${shape}`, finding: null, fed_by: null, connection: 1 + (at % 3), same_as: null, error: null,
    };
  });
  const shapes = [...new Map(executions.map((one) => [one.fingerprint, one])).values()].map(({ fingerprint, summary }) => ({
    fingerprint, summary, text: `${summary} WHERE id = ?`,
  }));
  return {
    id: "large", source: "trace", connections: 3, statements, duration_ms: statements * 2, label: "GET /large", application: "shop",
    database: "shop", open: false, saturated: false, set_up: false, opened: "2026-01-31T12:00:00.000Z", findings: 0, executions, shapes,
  };
}

/** Writes a report; its path. */
export function hold(path, { findings, statements, hostile = false }) {
  const data = {
    schema_version: 1,
    findings: Array.from({ length: findings }, (_, number) => finding(number, hostile && number === 0)),
    windows: [request(statements)],
  };
  const json = JSON.stringify(data).replaceAll("<", "\\u003c");
  writeFileSync(path, page.replace("<!--data-->", () => `<script id="onetrip-data" type="application/json">${json}</script>`));
  return path;
}
