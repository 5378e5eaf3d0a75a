// Of a report: whether the budgets are kept, and what breaks them.

import { count, plural } from "../format";
import { Mark, Section } from "../parts/basics";
import { link } from "../route";
import { news, type Problem, type Verdict as Judged } from "../verdict";

export function Verdict({ verdict }: { verdict: Judged }) {
  const { totals, problems } = verdict;
  const broken = verdict.verdict === "broken";
  return (
    <>
      <p class={`notice ${broken ? "error" : "fine"}`}>
        <b>{broken ? "A budget is broken" : "The budgets are kept"}</b>: {plural(totals.errors, "error")}, {plural(totals.warnings, "warning")}, {count(totals.infos)} for
        information, in {plural(totals.requests, "request")} of {plural(totals.tests, "test")}; {plural(totals.statements, "statement")}.
      </p>
      {problems.length > 0 && (
        <Section title="What to mend" aside={verdict.budget}>
          <div class="scroll" tabIndex={0} role="region" aria-label="What to mend">
            <table>
              <thead>
                <tr>
                  <th scope="col">Level</th>
                  <th scope="col">What</th>
                  <th scope="col">Where</th>
                  <th scope="col" class="number">Count</th>
                  <th scope="col" class="number">Limit</th>
                  <th scope="col" class="number">Baseline</th>
                </tr>
              </thead>
              <tbody>
                {problems.map((problem, at) => (
                  <Row key={at} problem={problem} compared={verdict.baseline !== null} />
                ))}
              </tbody>
            </table>
          </div>
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
      {verdict.accepted.length > 0 && (
        <details>
          <summary>{plural(verdict.accepted.length, "cause")} accepted</summary>
          <ul>
            {verdict.accepted.map((one, at) => (
              <li key={at}>
                {one.rule ?? "all rules"} <code>{one.cause}</code> by {one.by}
                {one.reason && `: ${one.reason}`}
              </li>
            ))}
          </ul>
        </details>
      )}
      <h2>Findings</h2>
    </>
  );
}

function Row({ problem, compared }: { problem: Problem; compared: boolean }) {
  const [place, ...others] = problem.places;
  return (
    <tr>
      <td>
        <Mark severity={problem.level} />
      </td>
      <td>
        {problem.finding ? (
          <a data-row href={link("finding", problem.finding.id)}>
            {problem.title}
          </a>
        ) : (
          problem.title
        )}{" "}
        {compared && <small>{news[problem.news]}</small>}
      </td>
      <td>
        {place && (place.test ?? place.label)}
        {others.length > 0 && <small> and {count(others.length)} more</small>}
      </td>
      <td class="number">{count(problem.value)}</td>
      <td class="number">{problem.limit ? count(problem.limit.value) : "–"}</td>
      <td class="number">{problem.baseline === null ? "–" : count(problem.baseline)}</td>
    </tr>
  );
}
