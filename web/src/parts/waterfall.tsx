// One row for each statement, or for all of a loop. Only rows in sight are elements.

import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Row } from "../fold";
import { count, ms, plural } from "../format";
import type { Execution } from "../types";
import type { Range } from "./minimap";

const line = 26; // height of a row, as in the style sheet
const spare = 8; // rows beyond what is in sight
const ticks = 400; // bars of a folded row that are drawn; more are closer than a pixel

interface Props {
  rows: Row[];
  executions: Execution[];
  known: Map<string, { times: number; again: number }>;
  colours: Map<string, string>;
  range: Range;
  lanes: boolean;
  selected: number;
  select: (at: number) => void;
  toggle: (key: number) => void;
}

export function Waterfall(props: Props) {
  const { rows } = props;
  const place = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const [height, setHeight] = useState(600);
  useEffect(() => {
    const sizes = new ResizeObserver(() => setHeight(place.current!.clientHeight));
    sizes.observe(place.current!);
    return () => sizes.disconnect();
  }, []);
  const first = Math.max(0, Math.floor(top / line) - spare);
  const last = Math.min(rows.length, Math.ceil((top + height) / line) + spare);
  return (
    <div class="waterfall" ref={place} onScroll={(event) => setTop(event.currentTarget.scrollTop)}>
      <ol style={{ height: `${rows.length * line}px` }}>
        {rows.slice(first, last).map((row, at) => (
          <WaterfallRow key={`${row.bars[0]!.at}/${row.bars.length}`} row={row} number={first + at} {...props} />
        ))}
      </ol>
    </div>
  );
}

function WaterfallRow({ row, number, rows, executions, known, colours, range, lanes, selected, select, toggle }: Props & { row: Row; number: number }) {
  const { execution, bars, fold } = row;
  const first = bars[0]!;
  const last = bars.at(-1)!;
  const colour = colours.get(execution.fingerprint)!;
  const times = known.get(execution.fingerprint)!;
  const folded = bars.length > 1;
  const time = bars.reduce((sum, bar) => sum + bar.end - bar.begin, 0);
  const think = bars.reduce((sum, bar) => sum + bar.think, 0);
  const again = bars.filter((bar) => typeof executions[bar.at]!.same_as === "number").length;
  const press = () => {
    select(first.at === selected ? -1 : first.at);
    if (folded) toggle(fold!.key);
  };
  const next = lanes && number > 0 && rows[number - 1]!.bars[0]!.connection !== first.connection;
  return (
    <li
      class={`row ${first.at === selected ? "chosen" : ""} ${fold && !folded ? "inner" : ""} ${next ? "next" : ""}`}
      style={{ top: `${number * line}px` }}
      aria-setsize={rows.length}
      aria-posinset={number + 1}
    >
      <button type="button" data-row onClick={press} aria-expanded={folded ? false : undefined}>
        <span class="name">
          <i class="swatch" style={{ background: colour }} />
          {lanes && <small class="lane">{first.connection}</small>}
          <span class="summary">{execution.summary || execution.fingerprint}</span>
          {folded && <b class="times">×{count(bars.length)}</b>}
          {execution.error && <em class="failed">{execution.error}</em>}
          {again > 0 && <em class="duplicate">{folded ? `${count(again)} duplicate` : "duplicate"}</em>}
          {again < bars.length && times.times > 1 && <em>similar</em>}
          {execution.finding && <em class="flag" title="A finding is about this statement" />}
        </span>
        <span class="track" title={`${ms(time)} in the database${think > 0 ? `, ${ms(think)} of thought before` : ""}, ${plural(execution.rows, "row")}`}>
          <Track row={row} range={range} colour={colour} />
        </span>
        <span class="number">{ms(time)}</span>
        <span class="hidden">
          {folded ? `from ${ms(first.begin)} to ${ms(last.end)}` : `at ${ms(first.begin)}`}
        </span>
      </button>
      {fold && !folded && first.at === fold.key && (
        <button type="button" class="fold" onClick={() => toggle(fold.key)} title={`${count(fold.times)} times ${plural(fold.rows, "statement")}`}>
          Fold
        </button>
      )}
    </li>
  );
}

/** Bars, and before each, thinner, the time that the application thought. */
function Track({ row, range, colour }: { row: Row; range: Range; colour: string }) {
  const [from, to] = range;
  const width = 1000;
  const path = useMemo(() => {
    const scale = to > from ? width / (to - from) : 0;
    const x = (time: number) => Math.min(width, Math.max(0, (time - from) * scale));
    const step = Math.max(1, Math.ceil(row.bars.length / ticks));
    let bars = "";
    let thought = "";
    for (let at = 0; at < row.bars.length; at += step) {
      const bar = row.bars[at]!;
      const begin = x(bar.begin);
      const end = x(bar.end);
      if (bar.end >= from && bar.begin <= to) bars += `M${begin.toFixed(1)} 3h${Math.max(2, end - begin).toFixed(1)}v12h-${Math.max(2, end - begin).toFixed(1)}z`;
      const gap = begin - x(bar.begin - bar.think);
      if (gap > 0.5 && step === 1) thought += `M${(begin - gap).toFixed(1)} 9h${gap.toFixed(1)}`;
    }
    return { bars, thought };
  }, [row, from, to]);
  return (
    <svg viewBox={`0 0 ${width} 18`} preserveAspectRatio="none" aria-hidden="true">
      <path class="thought" d={path.thought} />
      <path d={path.bars} style={{ fill: colour }} />
    </svg>
  );
}
