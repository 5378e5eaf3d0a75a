// What requests cost together, by their label or by the application that made them.

import { count, ms, percent } from "../format";
import { link } from "../route";
import type { RequestRow, Trend } from "../types";
import { Scroll, Share } from "./basics";

interface Props {
  by: "label" | "application";
  rows: RequestRow[];
  text: string; // that one looks for
}

export function Profile({ by, rows, text }: Props) {
  const fitting = rows.filter((row) => nameOf(row).toLowerCase().includes(text));
  if (fitting.length === 0) return <p class="quiet">{rows.length ? "No name fits." : "No request was judged yet."}</p>;
  return (
    <>
      <p class="quiet">
        What the requests of each {by} cost together, and what one of them takes on average; at the right, what one would take if its largest
        result had 1 000 rows.
      </p>
      <Scroll name="Requests together">
        <table class="statements">
          <thead>
            <tr>
              <th scope="col">{by === "label" ? "Label" : "Application"}</th>
              <th scope="col" class="number">Requests</th>
              <th scope="col" class="number">Calls</th>
              <th scope="col" class="number">Errors</th>
              <th scope="col" class="number">Time</th>
              <th scope="col" class="number">Share</th>
              <th scope="col" class="number" title="Of the application, between an answer and the next statement">Thought</th>
              <th scope="col" class="number">
                Calls <small>per request</small>
              </th>
              <th scope="col" class="number">
                Time <small>per request</small>
              </th>
              <th scope="col" class="number">
                Calls <small>at 1 000 rows</small>
              </th>
              <th scope="col" class="number">
                Time <small>at 1 000 rows</small>
              </th>
            </tr>
          </thead>
          <tbody>
            {fitting.map((row) => (
              <Row key={nameOf(row)} row={row} by={by} />
            ))}
          </tbody>
        </table>
      </Scroll>
    </>
  );
}

function nameOf(row: RequestRow): string {
  return row.label ?? row.application ?? "";
}

function Row({ row, by }: { row: RequestRow; by: string }) {
  const name = nameOf(row);
  const { growth, windows } = row;
  const shown = name === "other" ? "All that had no room" : name || `(no ${by})`;
  return (
    <tr>
      <td>{by === "label" && name && name !== "other" ? <a data-row href={link("windows", "", { label: name })}>{shown}</a> : shown}</td>
      <td class="number">{count(windows)}</td>
      <td class="number">{count(row.calls)}</td>
      <td class="number">{row.errors ? <b class="error">{count(row.errors)}</b> : "–"}</td>
      <td class="number">{ms(row.total_ms)}</td>
      <td class="number">
        {percent(row.share)}
        <Share value={row.share} />
      </td>
      <td class="number">{ms(row.think_ms)}</td>
      <td class="number">{windows ? Number(row.statements_per_window.toFixed(1)) : "–"}</td>
      <td class="number">{windows ? ms(row.ms_per_window) : "–"}</td>
      <td class="number">{grown(growth.statements, count)}</td>
      <td class="number">{grown(growth.ms, ms)}</td>
    </tr>
  );
}

function grown(trend: Trend | null, show: (value: number) => string): string {
  if (!trend) return "–";
  return trend.is === "constant" ? "the same" : show(trend.at_1000_rows ?? 0);
}
