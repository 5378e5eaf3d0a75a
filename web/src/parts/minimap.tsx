// The whole request at a glance, one lane for each connection; what is dragged over is zoomed into.

import { useMemo, useRef, useState } from "preact/hooks";
import type { Bar } from "../fold";
import { ms } from "../format";
import type { Execution } from "../types";

export type Range = [from: number, to: number];

interface Props {
  bars: Bar[];
  executions: Execution[];
  colours: Map<string, string>;
  end: number;
  range: Range;
  change: (range: Range) => void;
}

const width = 1000;
const lane = 12;
const most = 16; // lanes

export function Minimap({ bars, executions, colours, end, range, change }: Props) {
  const place = useRef<SVGSVGElement>(null);
  const [drag, setDrag] = useState<Range | null>(null);
  const lanes = Math.min(most, Math.max(...bars.map((bar) => bar.connection)));
  const scale = end > 0 ? width / end : 0;
  // One path for each colour: thousands of bars stay a few elements.
  const paths = useMemo(() => {
    const drawn = new Map<string, string[]>();
    for (const bar of bars) {
      const colour = colours.get(executions[bar.at]!.fingerprint)!;
      const y = ((bar.connection - 1) % most) * lane + 1;
      const x = bar.begin * scale;
      const w = Math.max(0.7, (bar.end - bar.begin) * scale);
      const path = drawn.get(colour) ?? [];
      path.push(`M${x.toFixed(1)} ${y}h${w.toFixed(1)}v${lane - 2}h-${w.toFixed(1)}z`);
      drawn.set(colour, path);
    }
    return [...drawn].map(([colour, path]) => <path key={colour} d={path.join("")} style={{ fill: colour }} />);
  }, [bars, colours, scale]);

  const at = (event: PointerEvent) => {
    const box = place.current!.getBoundingClientRect();
    return Math.min(end, Math.max(0, ((event.clientX - box.left) / box.width) * end));
  };
  const begin = (event: PointerEvent) => {
    place.current!.setPointerCapture(event.pointerId);
    setDrag([at(event), at(event)]);
  };
  const move = (event: PointerEvent) => drag && setDrag([drag[0], at(event)]);
  const finish = () => {
    if (!drag) return;
    const [from, to] = [Math.min(...drag), Math.max(...drag)];
    setDrag(null);
    change(to - from < end / 200 ? [0, end] : [from, to]);
  };
  const [from, to] = drag ? [Math.min(...drag), Math.max(...drag)] : range;
  const zoom = (factor: number) => {
    const middle = (range[0] + range[1]) / 2;
    const half = ((range[1] - range[0]) / 2) * factor;
    change([Math.max(0, middle - half), Math.min(end, middle + half)]);
  };
  return (
    <div class="minimap">
      <svg
        ref={place}
        viewBox={`0 0 ${width} ${lanes * lane}`}
        style={{ height: `${Math.max(28, lanes * lane)}px` }}
        preserveAspectRatio="none"
        role="img"
        aria-label={`All statements over ${ms(end)}`}
        onPointerDown={begin}
        onPointerMove={move}
        onPointerUp={finish}
        onPointerCancel={() => setDrag(null)}
        onDblClick={() => change([0, end])}
      >
        {paths}
        <path class="shade" d={`M0 0H${from * scale}V${lanes * lane}H0zM${to * scale} 0H${width}V${lanes * lane}H${to * scale}z`} />
      </svg>
      <p>
        <span>{ms(range[0])}</span>
        <span class="line">
          <button type="button" aria-label="Zoom in" onClick={() => zoom(0.5)}>
            +
          </button>
          <button type="button" aria-label="Zoom out" onClick={() => zoom(2)}>
            −
          </button>
          <button type="button" onClick={() => change([0, end])}>
            All
          </button>
        </span>
        <span>{ms(range[1])}</span>
      </p>
    </div>
  );
}
