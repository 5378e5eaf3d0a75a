// Of a report: whether the budgets are kept, and what breaks them.

import { bytes, count, ms, plural } from "../format";
import { Code, Mark, Scroll, Section, Statement, To } from "../parts/basics";
import { link } from "../route";
import { report } from "../source";
import { news, type Problem, type Verdict as Judged } from "../verdict";

const shown = 100; // places of a problem

export function Verdict({ verdict }: { verdict: Judged }) {
  const { totals, problems, accepted } = verdict;
  const broken = verdict.verdict === "broken";
  return (
    <>
      <h1>{broken ? "A budget is broken" : "The budgets are kept"}</h1>
      <p class={`notice ${broken ? "error" : "fine"}`}>
        {plural(totals.errors, "error")}, {plural(totals.warnings, "warning")} and {count(totals.infos)} for information in{" "}
        {plural(totals.requests, "request")}
        {totals.tests > 0 && ` of ${plural(totals.tests, "test")}`}, judged by {verdict.budget ?? "Onetrip's defaults"}
        {verdict.baseline && ` and ${verdict.baseline}`}.
        {totals.set_up_windows > 0 && ` ${plural(totals.set_up_windows, "window")} of set-up left out.`}
      </p>
      {problems.length > 0 && (
        <Section title="What to mend" aside="the worst first">
          <Problems verdict={verdict} />
        </Section>
      )}
      {verdict.warnings.length > 0 && (
        <ul class="notices">
          {verdict.warnings.map((warning) => (
            <li key={warning} class="notice warning">
              {warning}
            </li>
          ))}
        </ul>
      )}
      {accepted.length > 0 && (
        <details>
          <summary>{count(accepted.length)} accepted</summary>
          <ul class="plain-list">
            {accepted.map((one, at) => (
              <li key={at}>
                {one.rule} {one.cause && <code>{one.cause}</code>} by the {one.by}, {plural(one.places, "place")}
                {one.reason && `: ${one.reason}`}
              </li>
            ))}
          </ul>
        </details>
      )}
      <Covered of={verdict.coverage} />
      <h2>Findings</h2>
    </>
  );
}

function Covered({ of }: { of: Judged["coverage"] }) {
  if (of.uncovered.length === 0) return of.summary ? <p class="quiet">{of.summary}</p> : null;
  return (
    <details>
      <summary>{of.summary}</summary>
      <ul class="labels">
        {of.uncovered.map(({ label }) => (
          <li key={label}>{label || "(no label)"}</li>
        ))}
      </ul>
    </details>
  );
}

function Problems({ verdict }: { verdict: Judged }) {
  return (
    <Scroll name="What to mend">
      <table class="problems">
        <thead>
          <tr>
            <th scope="col">Level</th>
            <th scope="col">What</th>
            <th scope="col">Request</th>
            <th scope="col">Test</th>
            <th scope="col" class="number">Count</th>
            <th scope="col" class="number">Limit</th>
            <th scope="col" class="number">Baseline</th>
          </tr>
        </thead>
        <tbody>
          {verdict.problems.map((problem, at) => (
            <Row key={at} problem={problem} compared={verdict.baseline !== null} />
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

/** Its requests, where the report holds some. */
function Request({ label }: { label: string }) {
  const name = label || "(no label)";
  if (!report?.windows?.some((one) => one.label === label)) return <>{name}</>;
  return <a href={link("windows", "", { label })}>{name}</a>;
}

function Row({ problem, compared }: { problem: Problem; compared: boolean }) {
  const { finding, limit, repeat } = problem;
  const [place, ...others] = problem.places;
  const show = { bytes, db_time: ms, finding: count, statements: count, repeats: count, rows: count }[problem.kind];
  return (
    <tr>
      <td>
        <Mark severity={problem.level} />
      </td>
      <td>
        {finding ? (
          <To view="finding" id={finding.id} row>
            {problem.title}
          </To>
        ) : (
          problem.title
        )}
        <small>
          {problem.rule}
          {compared && `, ${news[problem.news]}`}
        </small>
        {repeat && (
          <small>
            <To view="statement" id={repeat.fingerprint}>
              <Statement of={repeat} />
            </To>{" "}
            ×{count(repeat.count)}
          </small>
        )}
        {!finding && (
          <details>
            <summary>Accept it</summary>
            <Code name="the budget entry that accepts it" text={problem.accept} />
          </details>
        )}
        {others.length > 0 && (
          <details>
            <summary>and {plural(others.length, "more place")}</summary>
            <ul class="plain-list">
              {others.slice(0, shown).map((one, at) => (
                <li key={at}>
                  {one.label || "(no label)"} {one.test && one.test !== one.label && <small>{one.test}</small>} <b>{show(one.count)}</b>
                </li>
              ))}
              {others.length > shown && <li>… {count(others.length - shown)} more</li>}
            </ul>
          </details>
        )}
      </td>
      <td>{place && <Request label={place.label} />}</td>
      <td>{place?.test ?? "–"}</td>
      <td class="number">{show(problem.value)}</td>
      <td class="number">
        {limit ? show(limit.value) : "–"}
        {limit && (
          <small title={limit.file ? `${limit.file}:${limit.line}` : "the default"}>
            {limit.text && limit.text !== String(limit.value) ? limit.text : limit.file && `${limit.file}:${limit.line}`}
          </small>
        )}
      </td>
      <td class="number">{problem.baseline === null ? "–" : show(problem.baseline)}</td>
    </tr>
  );
}
