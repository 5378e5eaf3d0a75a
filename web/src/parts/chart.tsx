// Lines and dots over two axes. A library for it (uPlot) was half of the whole page; three charts of a
// few hundred points at most are these lines.

import { useEffect, useRef, useState } from "preact/hooks";

export interface Series {
  name: string;
  kind: "line" | "dots" | "dashed";
  points: [x: number, y: number][]; // x ascending
}

interface Axis {
  name: string;
  show: (value: number) => string;
  time?: boolean; // in milliseconds since 1970
}

interface Props {
  name: string; // what it shows, for who cannot see it
  series: Series[];
  x: Axis & { from?: number }; // where it begins; at its smallest value, if that is not said
  y: Axis; // begins at 0
  height?: number;
}

const left = 62;
const right = 14;
const top = 8;
const bottom = 38;

const second = 1000;
const hour = 3600 * second;
const times = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800].map((one) => one * second).concat([1, 2, 3, 6, 12, 24, 48, 168].map((one) => one * hour));

/** Round steps, about `wanted` of them. */
function ticks(from: number, to: number, wanted: number, time = false): number[] {
  const rough = (to - from) / wanted;
  if (!(rough > 0)) return [from];
  const size = 10 ** Math.floor(Math.log10(rough));
  const steps = time ? times : [1, 2, 5, 10].map((many) => many * size);
  const step = steps.find((one) => one >= rough) ?? 10 * size;
  const out: number[] = [];
  for (let at = Math.ceil(from / step) * step; at <= to + step / 1e6; at += step) out.push(Number(at.toPrecision(15)));
  return out;
}

export function Chart({ name, series, x, y, height = 180 }: Props) {
  const place = useRef<HTMLElement>(null);
  const [width, setWidth] = useState(600);
  const [near, setNear] = useState<{ series: string; at: [number, number] } | null>(null);
  useEffect(() => {
    const sizes = new ResizeObserver(() => setWidth(place.current!.clientWidth));
    sizes.observe(place.current!);
    return () => sizes.disconnect();
  }, []);

  const all = series.flatMap((one) => one.points);
  const from = x.from ?? Math.min(...all.map((point) => point[0]));
  const to = Math.max(...all.map((point) => point[0]), from + 1e-9);
  const most = Math.max(...all.map((point) => point[1]), 1e-9) * 1.08;
  const across = (value: number) => left + ((value - from) / (to - from)) * (width - left - right);
  // Within less than a second no round time lies.
  const marks = ticks(from, to, Math.max(2, Math.min(8, width / 110)), x.time);
  const up = (value: number) => height - bottom - (value / most) * (height - top - bottom);
  const look = (event: PointerEvent) => {
    const box = place.current!.getBoundingClientRect();
    let best = Infinity;
    let found: typeof near = null;
    for (const one of series)
      for (const at of one.points) {
        const away = Math.hypot(across(at[0]) - (event.clientX - box.left), (up(at[1]) - (event.clientY - box.top)) / 3);
        if (away < best) [best, found] = [away, { series: one.name, at }];
      }
    setNear(best < 60 ? found : null);
  };
  return (
    <figure class="chart" ref={place} onPointerMove={look} onPointerLeave={() => setNear(null)}>
      <svg width={width} height={height} role="img" aria-label={name}>
        {ticks(0, most, 4).map((value) => (
          <g key={value}>
            <path class="grid" d={`M${left} ${up(value)}H${width - right}`} />
            <text x={left - 8} y={up(value) + 4} text-anchor="end">
              {y.show(value)}
            </text>
          </g>
        ))}
        {(marks.length > 0 ? marks : [from]).map((value) => (
          <text key={value} x={across(value)} y={height - bottom + 16} text-anchor="middle">
            {x.show(value)}
          </text>
        ))}
        <text x={(left + width - right) / 2} y={height - 4} text-anchor="middle">
          {x.name}
        </text>
        {series.map((one) =>
          one.kind === "dots" ? (
            <path key={one.name} class="dots" d={one.points.map((at) => `M${across(at[0])} ${up(at[1])}h0`).join("")} />
          ) : (
            <path key={one.name} class={one.kind} d={`M${one.points.map((at) => `${across(at[0])} ${up(at[1])}`).join("L")}`} />
          ),
        )}
        {near && <circle cx={across(near.at[0])} cy={up(near.at[1])} r="5" />}
      </svg>
      <figcaption>{near ? `${near.series}: ${y.show(near.at[1])} at ${x.show(near.at[0])}` : y.name}</figcaption>
    </figure>
  );
}
