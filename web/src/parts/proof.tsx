// The 1 + N block: the one statement, its rows, and the many that they fed, with the columns between
// which the values went.

import { coloursOf } from "../colour";
import { count, plural, word } from "../format";
import type { Finding, Result } from "../types";
import { directions } from "../words";
import { Statement, Times, To } from "./basics";

const most = 14; // strands that are drawn; more would be a smear
const height = 132;

/** One strand for each value that was matched, as many as can be told apart. */
function Strands({ of }: { of: number }) {
  const strands = Math.max(2, Math.min(most, of));
  const at = (index: number) => 8 + (index * (height - 16)) / (strands - 1);
  return (
    <svg class="strands" viewBox={`0 0 100 ${height}`} preserveAspectRatio="none" aria-hidden="true">
      {Array.from({ length: strands }, (_, index) => {
        const y = at(index);
        const middle = height / 2 + (y - height / 2) * 0.35;
        return <path key={index} d={`M0 ${middle}C45 ${middle} 45 ${y} 100 ${y}`} />;
      })}
    </svg>
  );
}

function Column({ name }: { name: string }) {
  const dot = name.lastIndexOf(".");
  return (
    <code class="column">
      {dot > 0 && <small>{name.slice(0, dot + 1)}</small>}
      {name.slice(dot + 1)}
    </code>
  );
}

/** `looped`: it is itself run once for each row of another, so its rows are those of all runs. */
function Parent({ result, columns, looped, colour }: { result: Result; columns: string[]; looped: boolean; colour: string | undefined }) {
  return (
    <div class="card parent">
      <To view="statement" id={result.fingerprint}>
        <Statement of={result} colour={colour} />
      </To>
      <p>
        {looped ? (
          `${plural(result.rows, "row")} of all its trips`
        ) : (
          <>
            <b>1</b> trip, {plural(result.rows, "row")}
          </>
        )}
      </p>
      {columns.map((column) => (
        <Column key={column} name={column} />
      ))}
    </div>
  );
}

/** Outer loops above it, outermost first. */
function Chain({ chain, colours }: { chain: Result[]; colours: Map<string, string> }) {
  return (
    <ol class="chain">
      {chain.map((outer) => (
        <li key={outer.fingerprint}>
          <To view="statement" id={outer.fingerprint}>
            <Statement of={outer} colour={colours.get(outer.fingerprint)} />
          </To>
          <small>{plural(outer.rows, "row")}</small>
        </li>
      ))}
    </ol>
  );
}

export function Proof({ finding }: { finding: Finding }) {
  const { parent, link: proof, evidence, statement, chain } = finding;
  const outer = chain.slice(0, -1);
  const colours = coloursOf([statement, ...(parent ? [parent] : []), ...outer].map((one) => one.fingerprint));
  return (
    <div class="proof">
      {outer.length > 0 && <Chain chain={outer} colours={colours} />}
      <div class={parent ? "pair" : "pair alone"}>
        {parent && (
          <>
            <Parent
              result={parent}
              columns={proof ? proof.parent_columns : []}
              looped={outer.length > 0}
              colour={colours.get(parent.fingerprint)}
            />
            <div class="between">
              <Strands of={proof ? proof.matched : evidence.count} />
              {proof && (
                <p>
                  <b>{proof.matched === 0 ? "values not seen" : `${count(proof.matched)} of ${count(evidence.count)}`}</b>
                  {proof.in_row_order && " in row order"}
                </p>
              )}
            </div>
          </>
        )}
        <div class="card child">
          <To view="statement" id={statement.fingerprint}>
            <Statement of={statement} colour={colours.get(statement.fingerprint)} />
          </To>
          <p>
            <b>{count(evidence.count)}</b> {word(evidence.count, "trip")}, {plural(evidence.rows, "row")} <Times value={evidence.count} />
          </p>
          {proof && <Column name={proof.child_column} />}
        </div>
      </div>
      {proof && (
        <p class="key">
          {proof.foreign_key ? (
            <>
              Foreign key <code>{proof.foreign_key}</code>
            </>
          ) : (
            "No foreign key"
          )}
          {proof.direction && <> · {directions[proof.direction]}</>} · {plural(evidence.distinct_values, "distinct value")}
          {proof.alternatives && <> · explained as well by {proof.alternatives.join(", ")}</>}
        </p>
      )}
    </div>
  );
}
