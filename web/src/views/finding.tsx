import type { VNode } from "preact";
import { Absent, Code, Confidence, Figure, Mark, Section, Share, To } from "../parts/basics";
import { Chart, type Series } from "../parts/chart";
import { Proof } from "../parts/proof";
import { useData } from "../data";
import { ago, count, ms, plural, shortMs } from "../format";
import { link, useTitle } from "../route";
import { holds, report } from "../source";
import type { Finding, FindingDetail } from "../types";
import { confidences, goneRequest, nameOf, orms, sources } from "../words";

export function FindingView({ id }: { id: string }) {
  const { value: finding, error } = useData<FindingDetail>(`/findings/${encodeURIComponent(id)}`, "live");
  useTitle(finding?.title ?? "Finding");
  if (!finding) return <Absent error={error} view="findings">It may have been forgotten: by a reset, or to make room for others.</Absent>;
  return (
    <article>
      <p class="crumbs">
        <a href={link("findings")}>Findings</a> <span aria-hidden="true">/</span>{" "}
        <a href={link("findings", "", { rule: finding.rule })}>{finding.rule}</a>
      </p>
      <h1>{finding.title}</h1>
      <p class="line">
        <Mark severity={finding.severity} />
        <Confidence value={finding.confidence} />
        <a class="tag" href={link("findings", "", { label: finding.label })}>
          {finding.label || "(no label)"}
        </a>
        {finding.location && (
          <code>
            {finding.location.file}:{finding.location.line}
            {finding.location.function && ` in ${finding.location.function}`}
          </code>
        )}
      </p>
      <div class="columns">
        <div>
          <Section title={shapeOf(finding)} aside={finding.link ? confidences[finding.confidence] : ""}>
            <Proof finding={finding} />
          </Section>
          <Fix finding={finding} />
          <Cost finding={finding} />
          <Growth finding={finding} />
          <Section title="Statements">
            {finding.parent && <Code name="the statement that fed them" sql text={finding.parent.text} />}
            <Code name="the repeated statement" sql text={finding.statement.text} />
          </Section>
        </div>
        <Aside finding={finding} />
      </div>
    </article>
  );
}

function shapeOf({ parent, chain, evidence }: Finding): string {
  if (!parent) return "What repeats";
  return chain.length > 1 ? `A loop within a loop: ${plural(evidence.count, "trip")}` : `1 + ${count(evidence.count)}`;
}

function Fix({ finding }: { finding: Finding }) {
  const { advice } = finding;
  if (!advice.code && !advice.sql && !advice.why) return null;
  const orm = advice.orm ? (orms[advice.orm] ?? advice.orm) : "the application";
  return (
    <Section title="How to fix it" aside={advice.code && !advice.sure ? "The name is a guess: a model may call it otherwise." : ""}>
      {advice.code && (
        <>
          <h3>In {orm}</h3>
          <Code name={`the fix in ${orm}`} text={advice.code} />
        </>
      )}
      {advice.sql && (
        <>
          <h3>In SQL</h3>
          <Code name="the fix in SQL" sql text={advice.sql} />
        </>
      )}
      {advice.why && <p>{advice.why}</p>}
    </Section>
  );
}

function Cost({ finding }: { finding: Finding }) {
  const { evidence, window } = finding;
  const saved: [number, number][] = [[0, 0], ...evidence.what_if.map((one): [number, number] => [one.latency_ms, one.saved_ms])];
  const part = window.duration_ms > 0 ? evidence.total_ms / window.duration_ms : 0;
  return (
    <Section title="What it costs">
      <dl class="figures">
        {evidence.total_ms > 0 && (
          <Figure name={part <= 1 && part > 0 ? `of the request's ${ms(window.duration_ms)}` : "database time"}>
            {ms(evidence.total_ms)} {part <= 1 && <Share value={part} />}
          </Figure>
        )}
        {evidence.saved_ms > 0 && <Figure name="one trip would save, here">{ms(evidence.saved_ms)}</Figure>}
        <Figure name="trips of the request">
          {count(evidence.count)} of {count(window.statements)}
        </Figure>
      </dl>
      {evidence.what_if.length > 0 && (
        <>
          <h3>With the network further away</h3>
          <p class="quiet">
            {evidence.what_if.map((one, at) => (
              <span key={one.latency_ms}>
                {at > 0 && " · "}at {shortMs(one.latency_ms)} of latency <b>{shortMs(one.saved_ms)}</b>
              </span>
            ))}
          </p>
          <Chart
            name="Time that one trip would save, by the latency of the network"
            series={[
              { name: "saved", kind: "line", points: saved },
              { name: "saved", kind: "dots", points: saved.slice(1) },
            ]}
            x={{ name: "round trip to the database", show: shortMs }}
            y={{ name: "what one trip in place of all would save", show: shortMs }}
            height={170}
          />
        </>
      )}
    </Section>
  );
}

function Growth({ finding }: { finding: Finding }) {
  const { evidence } = finding;
  const sizes = evidence.sizes ?? [];
  const expected = evidence.count_at_1000_rows;
  const points = sizes.map((one): [number, number] => [one.rows, one.count]).sort((a, b) => a[0] - b[0]);
  const last = points.at(-1);
  const series: Series[] = [{ name: "seen", kind: "dots", points }];
  if (expected !== undefined && last && last[0] < 1000)
    series.push({ name: "expected", kind: "dashed", points: [last, [1000, expected]] });
  if (!evidence.growth && sizes.length < 2) return null;
  const says =
    evidence.growth === "linear"
      ? `It grows with the rows of the parent: ${plural(expected ?? 0, "statement")} at 1 000 rows.`
      : evidence.growth === "constant"
        ? "It stays the same however many rows the parent has."
        : "Too few sizes were seen to say how it grows.";
  return (
    <Section title="How it grows">
      <p>{says}</p>
      {sizes.length > 1 && (
        <Chart
          name="Statements by the rows of the parent"
          series={series}
          x={{ name: "rows of the parent", from: 0, show: count }}
          y={{ name: "statements", show: count }}
        />
      )}
    </Section>
  );
}

function Aside({ finding }: { finding: FindingDetail }) {
  const { window, seen, location, kept_windows: kept } = finding;
  const has = (id: string) => holds("window", id) && (kept?.includes(id) ?? true);
  const others = seen.examples.filter((id) => id !== window.id && has(id));
  return (
    <aside>
      <Section title="Where">
        {location ? (
          <p>
            <code>
              {location.file}:{location.line}
            </code>
            {location.source && <small> from the tag {location.source}</small>}
          </p>
        ) : (
          <p class="quiet">
            No tag tells the line. Emitters such as django-sqlcommenter (callsite) or Rails' source_location write it into the
            statements' comments.
          </p>
        )}
      </Section>
      <Section title="Seen">
        <dl class="facts">
          <dt>requests</dt>
          <dd>{count(seen.windows)}</dd>
          <dt>at most</dt>
          <dd>{plural(seen.worst_count, "statement")}</dd>
          {seen.first && (
            <>
              <dt>first</dt>
              <dd title={seen.first}>{ago(seen.first)}</dd>
            </>
          )}
          {seen.last && (
            <>
              <dt>last</dt>
              <dd title={seen.last}>{ago(seen.last)}</dd>
            </>
          )}
        </dl>
      </Section>
      <Section title="This request">
        {has(window.id) ? (
          <p>
            <a class="button" href={link("window", window.id)}>
              Show it as a waterfall
            </a>
          </p>
        ) : (
          <p class="notice">
            {report
              ? "This report does not hold its statements. One that onetrip exec writes itself, or of a running onetrip, does."
              : `Its statements are not kept any more. ${goneRequest}`}
          </p>
        )}
        <p class="quiet">
          {plural(window.statements, "statement")} in {ms(window.duration_ms)} over {plural(window.connections, "connection")}; told apart by{" "}
          <b>{sources[window.source].name}</b>. {sources[window.source].means}
        </p>
        {others.length > 0 && (
          <p class="quiet">
            Others:{" "}
            {others
              .map((id) => (
                <a key={id} href={link("window", id)}>
                  {nameOf({ ...window, name: "", id })}
                </a>
              ))
              .reduce((all, one) => (all.length ? [...all, " ", one] : [one]), [] as (VNode | string)[])}
          </p>
        )}
      </Section>
      <Accept finding={finding} />
      <Section title="Identity">
        <dl class="facts">
          <dt>cause</dt>
          <dd>
            <a href={link("findings", "", { cause: finding.cause })}>
              <code>{finding.cause}</code>
            </a>
          </dd>
          <dt>finding</dt>
          <dd>
            <code>{finding.id}</code>
          </dd>
          <dt>statement</dt>
          <dd>
            <To view="statement" id={finding.statement.fingerprint}>
              <code>{finding.statement.fingerprint}</code>
            </To>
          </dd>
        </dl>
      </Section>
    </aside>
  );
}

function Accept({ finding }: { finding: Finding }) {
  return (
    <Section title="How to accept it">
      <p class="quiet">One statement, by a comment in it:</p>
      <Code name="the comment that accepts it" text={`/* onetrip='allow:${finding.rule};reason' */`} />
      <p class="quiet">The cause, in onetrip-budget.toml:</p>
      <Code name="the budget entry that accepts it" text={`[[allow]]\ncause = "${finding.cause}"\nreason = "…"`} />
    </Section>
  );
}
