/** Whether requests kept what a test allows them, and the words for it where they did not. */

export const LEVELS = ["info", "warning", "error"];

/** @typedef {{ label: string, statements: number, findings: any[] }} Told */

/** Empty when all is well. `level` is the lowest that counts; null: none does.
 * @param {Told[]} requests
 * @param {{ maxStatements?: number, level: string | null, allow: string[] }} limits */
export function complaint(requests, { maxStatements = Infinity, level, allow }) {
  const lines = [];
  for (const { label, statements, findings } of requests) {
    if (statements > maxStatements) lines.push(`${label} sent ${statements} statements, ${maxStatements} are allowed`);
    lines.push(...findings.filter((finding) => counts(finding, level, allow)).map(textOf));
  }
  return lines.join("\n");
}

/** @param {any} finding
 * @param {string | null} level
 * @param {string[]} allow */
function counts(finding, level, allow) {
  if (level === null || LEVELS.indexOf(finding.severity) < LEVELS.indexOf(level)) return false;
  return !allow.includes(finding.rule) && !allow.includes(finding.cause);
}

/** As the proxy's own report has it.
 * @param {any} finding */
function textOf(finding) {
  const rows = [["statement", finding.statement.text], ["fed by", fedBy(finding)], ["fix", fix(finding.advice)],
    ["where", place(finding.location)], ["accept", finding.cause]];
  const head = `${finding.severity}[${finding.rule}] ${finding.label}: ${finding.title}`;
  return [head, ...rows.filter(([, text]) => text).map(([name, text]) => `  ${name.padEnd(9)} ${text}`)].join("\n");
}

/** @param {any} finding */
function fedBy({ parent, link }) {
  if (!parent || !link) return "";
  return `${parent.summary}: ${link.parent_column} → ${link.child_column}, ${link.matched} of ${parent.rows}`;
}

/** @param {any} advice */
function fix(advice) {
  return advice.code || advice.sql || advice.why;
}

/** @param {any} location */
function place(location) {
  if (!location) return "";
  return `${location.file}:${location.line}` + (location.function ? ` in ${location.function}` : "");
}
