// A window's executions as rows: when each began on its connection, what repeats folded into one row.

import type { Execution } from "./types";

export interface Bar {
  at: number; // its place among the window's executions
  begin: number; // ms since the window opened
  end: number;
  think: number; // ms since the answer before it on its connection; 0 when there is none
  connection: number; // from 1
}

export interface Row {
  bars: Bar[]; // of one fingerprint
  execution: Execution; // the first of them
  fold: Fold | null; // what it is a part of
}

export interface Fold {
  key: number; // the first execution's place
  times: number;
  rows: number; // statements that take turns in it
}

/** Sent before the answer to the one before came, an execution begins when that one is done. */
export function bars(executions: Execution[]): Bar[] {
  const free = new Map<number, number>();
  return executions.map((execution, at) => {
    const connection = execution.connection ?? 1;
    const before = free.get(connection);
    const begin = Math.max(execution.offset_ms, before ?? 0);
    const end = begin + execution.server_ms;
    free.set(connection, end);
    return { at, begin, end, think: before === undefined ? 0 : begin - before, connection };
  });
}

const fewest = 3; // repeats that are folded
const longest = 6; // statements that take turns

interface Run {
  fingerprint: string;
  from: number;
  to: number; // the place after its last
}

function runsOf(executions: Execution[], bars: Bar[]): Run[] {
  const out: Run[] = [];
  bars.forEach((bar, at) => {
    const { fingerprint } = executions[bar.at]!;
    const last = out.at(-1);
    if (last?.fingerprint === fingerprint) last.to = at + 1;
    else out.push({ fingerprint, from: at, to: at + 1 });
  });
  return out;
}

/** How often the `period` runs from `at` on come again, at once. */
function turns(runs: Run[], at: number, period: number): number {
  let end = at + period;
  while (end < runs.length && runs[end]!.fingerprint === runs[end - period]!.fingerprint) ++end;
  return Math.floor((end - at) / period);
}

/** The loop that begins with a run: how many runs it takes, and how often it goes round. A run may be
 *  longer in one round than in another: each book has as many reviews as it has. */
function loopAt(runs: Run[], at: number): { size: number; times: number; rows: number } {
  let best = { size: 1, times: runs[at]!.to - runs[at]!.from, rows: 1 };
  for (let period = 2; period <= longest && at + period * fewest <= runs.length; ++period) {
    const times = turns(runs, at, period);
    if (times >= fewest && times * period > best.size) best = { size: times * period, times, rows: period };
  }
  return best;
}

/** One list for each connection. */
export function lanes(all: Bar[]): Bar[][] {
  const out = new Map<number, Bar[]>();
  for (const bar of all) {
    const lane = out.get(bar.connection);
    if (lane) lane.push(bar);
    else out.set(bar.connection, [bar]);
  }
  return [...out].sort((a, b) => a[0] - b[0]).map(([, lane]) => lane);
}

/** Rows of these bars, from the top; those of a fold in `open` are shown one by one. */
export function rows(executions: Execution[], shown: Bar[], open: ReadonlySet<number>): Row[] {
  const out: Row[] = [];
  const runs = runsOf(executions, shown);
  for (let at = 0; at < runs.length; ) {
    const { size, times, rows } = loopAt(runs, at);
    const bars = shown.slice(runs[at]!.from, runs[at + size - 1]!.to);
    const key = bars[0]!.at;
    const fold = times >= fewest ? { key, times, rows } : null;
    if (fold && !open.has(key)) {
      const together = new Map<string, Bar[]>();
      for (const bar of bars) {
        const { fingerprint } = executions[bar.at]!;
        const known = together.get(fingerprint);
        if (known) known.push(bar);
        else together.set(fingerprint, [bar]);
      }
      for (const group of together.values()) out.push({ bars: group, execution: executions[group[0]!.at]!, fold });
    } else {
      for (const bar of bars) out.push({ bars: [bar], execution: executions[bar.at]!, fold });
    }
    at += size;
  }
  return out;
}

export interface Sums {
  database: number;
  think: number;
  end: number;
}

export function sums(all: Bar[]): Sums {
  let database = 0;
  let think = 0;
  let end = 0;
  for (const bar of all) {
    database += bar.end - bar.begin;
    think += bar.think;
    end = Math.max(end, bar.end);
  }
  return { database, think, end };
}

/** Per fingerprint: how often it ran, and how many of these asked what was asked before. */
export function repeats(executions: Execution[]): Map<string, { times: number; again: number }> {
  const known = new Map<string, { times: number; again: number }>();
  for (const execution of executions) {
    const entry = known.get(execution.fingerprint) ?? { times: 0, again: 0 };
    entry.times += 1;
    if (typeof execution.same_as === "number") entry.again += 1;
    known.set(execution.fingerprint, entry);
  }
  return known;
}
