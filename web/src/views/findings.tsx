import { useMemo, useState } from "preact/hooks";
import { Confidence, Loading, Mark, Times, Trouble } from "../parts/basics";
import { useData } from "../data";
import { ago, count, ms, plural } from "../format";
import { byCause, matches, severities, tally, type Cause, type Filter } from "../group";
import { link, refine, type Route } from "../route";
import { report } from "../source";
import type { Findings as Answer, Finding } from "../types";
import { Empty } from "./empty";
import { Verdict } from "./verdict";

const shown = 3; // labels of a cause before one asks for all

export function Findings({ route }: { route: Route }) {
  const { value, error } = useData<Answer>("/findings?limit=10000", "live");
  const filter: Filter = {
    rule: route.query.get("rule") ?? "",
    label: route.query.get("label") ?? "",
    severity: route.query.get("severity") ?? "",
    cause: route.query.get("cause") ?? "",
    text: route.query.get("q") ?? "",
  };
  const causes = useMemo(
    () => (value ? byCause(value.findings.filter((finding) => matches(finding, filter))) : []),
    [value, ...Object.values(filter)],
  );
  if (!value) return error ? <Trouble error={error} /> : <Loading />;
  const verdict = report?.verdict;
  if (value.findings.length === 0 && !report) return <Empty />;
  const found = causes.reduce((sum, cause) => sum + cause.findings.length, 0);
  return (
    <>
      {verdict ? <Verdict verdict={verdict} /> : <h1>Findings</h1>}
      {error && <Trouble error={error} />}
      {value.findings.length > 0 && <Filters route={route} findings={value.findings} filter={filter} />}
      <p class="quiet" role="status">
        {causes.length === 0 && value.findings.length === 0
          ? "Nothing was found."
          : causes.length === 0
          ? "No finding fits these filters. "
          : `${plural(causes.length, "cause")}, ${plural(found, "finding")}, worst first`}
        {causes.length === 0 && value.findings.length > 0 && !filter.cause && <a href={link("findings")}>show all</a>}
        {filter.cause && (
          <>
            {" "}of cause <code>{filter.cause}</code> <a href={link("findings")}>show all</a>
          </>
        )}
      </p>
      <ol class="causes">
        {causes.map((cause) => (
          <CauseRow key={cause.cause} cause={cause} />
        ))}
      </ol>
    </>
  );
}

function Filters({ route, findings, filter }: { route: Route; findings: Finding[]; filter: Filter }) {
  const rules = useMemo(() => tally(findings, (one) => one.rule), [findings]);
  const labels = useMemo(() => tally(findings, (one) => one.label), [findings]);
  const levels = useMemo(() => new Map(tally(findings, (one) => one.severity)), [findings]);
  return (
    <form class="filters" role="search" onSubmit={(event) => event.preventDefault()}>
      <input
        type="search"
        id="search"
        placeholder="Search table, column, file, SQL …"
        aria-label="Search findings"
        aria-keyshortcuts="/"
        value={filter.text}
        onInput={(event) => refine(route, { q: event.currentTarget.value })}
      />
      <div class="choice" role="group" aria-label="Severity">
        {severities.map((severity) => (
          <button
            key={severity}
            type="button"
            class={severity}
            aria-pressed={filter.severity === severity}
            onClick={() => refine(route, { severity: filter.severity === severity ? "" : severity })}
          >
            {severity} <b>{count(levels.get(severity) ?? 0)}</b>
          </button>
        ))}
      </div>
      <Select name="rule" all="All rules" of={rules} value={filter.rule} route={route} />
      <Select name="label" all="All requests" of={labels} value={filter.label} route={route} />
    </form>
  );
}

function Select({ name, all, of, value, route }: { name: string; all: string; of: [string, number][]; value: string; route: Route }) {
  return (
    <select aria-label={all} value={value} onChange={(event) => refine(route, { [name]: event.currentTarget.value })}>
      <option value="">{all}</option>
      {value && !of.some(([known]) => known === value) && <option value={value}>{value} (0)</option>}
      {of.map(([known, times]) => (
        <option key={known} value={known}>
          {known || "(no label)"} ({times})
        </option>
      ))}
    </select>
  );
}

function CauseRow({ cause }: { cause: Cause }) {
  const [all, setAll] = useState(false);
  const { worst, findings } = cause;
  const several = findings.length > 1;
  const listed = all ? findings : findings.slice(0, shown);
  const where = worst.location;
  return (
    <li class={`cause ${worst.severity}`}>
      <a class="main" data-row href={link("finding", worst.id)}>
        <Mark severity={worst.severity} />
        <span class="what">
          <strong>{worst.title}</strong>
          <small>
            <span class="rule">{worst.rule}</span>
            {!several && <span>{worst.label || "(no label)"}</span>}
            {several && <span>{plural(cause.labels.length, "kind")} of request</span>}
            {where && (
              <code>
                {where.file}:{where.line}
              </code>
            )}
          </small>
        </span>
        <Confidence value={worst.confidence} />
        <Times value={worst.evidence.count} />
        <span class="number" title="What one trip in place of all would save">
          {cause.wasted > 0 ? ms(cause.wasted) : "–"}
          <small>wasted</small>
        </span>
        <span class="number" title={cause.last ?? ""}>
          {ago(cause.last) || "–"}
          <small>{plural(cause.windows, "request")}</small>
        </span>
      </a>
      {several && (
        <ul>
          {listed.map((finding) => (
            <li key={finding.id}>
              <a href={link("finding", finding.id)}>
                <span>{finding.label || "(no label)"}</span>
                <Times value={finding.evidence.count} />
                <span class="number">{finding.evidence.saved_ms > 0 ? ms(finding.evidence.saved_ms) : "–"}</span>
              </a>
            </li>
          ))}
          {findings.length > shown && (
            <li>
              <button type="button" class="plain" aria-expanded={all} onClick={() => setAll(!all)}>
                {all ? "Show fewer" : `Show ${findings.length - shown} more`}
              </button>
            </li>
          )}
        </ul>
      )}
    </li>
  );
}
