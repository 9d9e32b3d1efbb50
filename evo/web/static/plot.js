// A chart of lines and dots over uPlot: what is many is drawn by ourselves on its canvas, pixel by pixel once.
import { html, useEffect, useLayoutEffect, useRef, useState } from './html.js';
import uPlot from './vendor/uplot.js';
import { ink } from './colour.js';
import { short } from './format.js';
import { useTheme, useWidth } from './look.js';

const NEAR = 12;
const MANY = 3000;

// spec: {
//   key          changes when the chart is another one
//   data         uPlot's: [xs, ys...]
//   series       [{label, colour, width, step, fill, dash, scale, band: [upper, lower]}]
//   x            {label, values(ticks)}; y {label, low, high, log}
//   dots         null or {xs, ys, from, to, colour(i), order: [colours], hollow(i)}; xs rise with i
//   lines        [{y, label}] across
// }
// brush {low, high} or null in units of x; onBrush(low, high) or onBrush(null); onPick(i) of a dot; tip(i) its words
export function Plot({ label, spec, height = 220, brush, onBrush, onPick, tip, picked }) {
  const host = useRef(null), chart = useRef(null), live = useRef({}), [said, say] = useState(null);
  const [frame, width] = useWidth();
  const theme = useTheme();
  live.current = { spec, brush, onBrush, onPick, tip, picked, say };
  useLayoutEffect(() => {
    if (!width) return undefined;
    const made = new uPlot(options(live, width, height), spec.data, host.current);
    chart.current = made;
    showBrush(made, live.current.brush);
    return () => { made.destroy(); chart.current = null; };
  }, [spec.key, width, height, theme]);
  useLayoutEffect(() => {
    const made = chart.current;
    if (!made) return;
    made.setData(spec.data);
    showBrush(made, brush);
  }, [spec, brush?.low, brush?.high, picked]);
  useEffect(() => say(null), [spec.key]);
  return html`<div class="plot" ref=${frame}>
    <div ref=${host} role="img" aria-label=${label} class="canvas" style=${{ minHeight: `${height}px` }}></div>
    ${said && html`<div class="tip" style=${{ left: `${said.left}px`, top: `${said.top}px` }}>${said.words}</div>`}
  </div>`;
}

function options(live, width, height) {
  const { spec } = live.current;
  const font = '12px system-ui, sans-serif';
  const axis = { stroke: ink('dim'), grid: { stroke: ink('grid'), width: 1 }, ticks: { stroke: ink('grid'), size: 4 }, font, labelFont: font, labelSize: 18, labelGap: 2 };
  const numbers = (_, ticks) => tickWords(ticks);
  return {
    width,
    height,
    legend: { show: false },
    padding: [8, 12, 0, 0],
    cursor: {
      drag: { x: Boolean(live.current.onBrush), y: false, setScale: false, dist: 5 },
      points: { show: false },
      y: false,
      bind: { dblclick: () => () => live.current.onBrush?.(null) },
    },
    scales: {
      x: { time: false, range: (_, low, high) => (low === high ? [low - 1, high + 1] : [low, high]) },
      y: {
        distr: spec.y?.log ? 3 : 1,
        range: (_, low, high) => rangeOf(live.current.spec, low, high),
      },
      ...(spec.series.some((each) => each.scale === 'right') ? { right: {} } : {}),
    },
    axes: [
      { ...axis, label: spec.x?.label, size: 28, values: spec.x?.values ? (_, ticks) => ticks.map(spec.x.values) : numbers },
      { ...axis, label: spec.y?.label, size: 64, values: spec.y?.log ? (_, ticks) => ticks.map((y) => (y === null ? null : short(y))) : numbers },
    ],
    series: [{}, ...spec.series.map((each) => seriesOf(each))],
    bands: spec.series.flatMap((each) => (each.band ? [{ series: each.band, fill: each.fill }] : [])),
    hooks: {
      drawAxes: [(u) => drawDots(u, live.current.spec, live.current.picked), (u) => drawLines(u, live.current.spec)],
      setSelect: [(u) => {
        if (u.select.width < 5 || !live.current.onBrush) return;
        const low = u.posToVal(u.select.left, 'x'), high = u.posToVal(u.select.left + u.select.width, 'x');
        const now = live.current.brush;
        if (!now || Math.abs(now.low - low) > 1e-9 || Math.abs(now.high - high) > 1e-9) live.current.onBrush(low, high);
      }],
      setCursor: [(u) => hover(u, live.current)],
      ready: [(u) => {
        u.over.addEventListener('click', () => {
          const at = nearest(u, live.current.spec.dots, u.cursor.left, u.cursor.top);
          if (at >= 0) live.current.onPick?.(at);
        });
        u.over.addEventListener('mouseleave', () => live.current.say(null));
      }],
    },
  };
}

function tickWords(ticks) {
  const gap = ticks.length > 1 ? Math.abs(ticks[1] - ticks[0]) : 1;
  const digits = Math.min(12, Math.max(0, Math.ceil(-Math.log10(gap) - 1e-9)));
  return ticks.map((x) => (x === null ? null : Math.abs(x) >= 1e6 || (x && Math.abs(x) < 1e-6) ? short(x) : x.toFixed(digits)));
}

function seriesOf({ label, colour, width = 1.5, step, fill, dash, band }) {
  return {
    label,
    stroke: colour,
    width,
    dash,
    fill: band ? undefined : fill,
    points: { show: false },
    spanGaps: true,
    paths: step ? uPlot.paths.stepped({ align: 1 }) : undefined,
  };
}

function rangeOf(spec, low, high) {
  const { y = {} } = spec;
  let least = y.low ?? low, most = y.high ?? high;
  if (least === null || most === null || !Number.isFinite(least) || !Number.isFinite(most)) return y.log ? [1e-3, 1] : [0, 1];
  if (y.log) return least === most ? [least / 10, most * 10] : [10 ** Math.floor(Math.log10(least)), 10 ** Math.ceil(Math.log10(most))];
  if (least === most) { least -= Math.abs(least) * 0.01 || 1; most += Math.abs(most) * 0.01 || 1; }
  const pad = (most - least) * 0.06;
  return [y.low === 0 && least === 0 ? 0 : least - pad, most + pad];
}

function showBrush(u, brush) {
  if (!brush) { u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false); return; }
  const left = u.valToPos(brush.low, 'x'), right = u.valToPos(brush.high, 'x');
  const from = Math.max(0, left), to = Math.min(u.over.clientWidth, right);
  u.setSelect({ left: from, top: 0, width: Math.max(to - from, 2), height: u.over.clientHeight }, false);
}

function drawDots(u, spec, picked) {
  const { dots } = spec;
  if (!dots || dots.to <= dots.from) return;
  const { ctx } = u, ratio = devicePixelRatio;
  const { left, top, width, height } = u.bbox;
  const many = dots.to - dots.from > MANY;
  const size = (many ? 2.2 : 4.4) * ratio;
  const taken = many ? new Uint8Array((width + 1) * (height + 1)) : null;
  const filled = new Map(), rings = new Map();
  const scale = scaleOf(u);
  for (let i = dots.from; i < dots.to; i++) {
    const y = dots.ys[i];
    if (Number.isNaN(y)) continue;
    const px = scale.x(dots.xs[i]), py = scale.y(y);
    if (px < left - size || px > left + width + size || !(py >= top - size && py <= top + height + size)) continue;
    if (taken) {
      const at = Math.round(px - left) + Math.round(py - top) * (width + 1);
      if (at < 0 || at >= taken.length || taken[at]) continue;
      taken[at] = 1;
    }
    const groups = dots.hollow?.(i) ? rings : filled, colour = dots.colour(i);
    let path = groups.get(colour);
    if (!path) groups.set(colour, path = new Path2D());
    if (many) path.rect(px - size / 2, py - size / 2, size, size);
    else { path.moveTo(px + size / 2, py); path.arc(px, py, size / 2, 0, 2 * Math.PI); }
  }
  ctx.save();
  ctx.beginPath();
  ctx.rect(left, top, width, height);
  ctx.clip();
  ctx.globalAlpha = many ? 0.55 : 0.75;
  ctx.lineWidth = ratio;
  for (const [colour, path] of rings) { ctx.strokeStyle = colour; ctx.stroke(path); }
  for (const [colour, path] of filled) { ctx.fillStyle = colour; ctx.fill(path); }
  ctx.globalAlpha = 1;
  if (picked >= 0 && picked >= dots.from && picked < dots.to && !Number.isNaN(dots.ys[picked])) {
    ctx.strokeStyle = ink('ink');
    ctx.lineWidth = 1.5 * ratio;
    ctx.beginPath();
    ctx.arc(scale.x(dots.xs[picked]), scale.y(dots.ys[picked]), 6 * ratio, 0, 2 * Math.PI);
    ctx.stroke();
  }
  ctx.restore();
}

// valToPos costs a call and a look into the scale for each; the scale is the same for all.
function scaleOf(u) {
  const { left, top, width, height } = u.bbox;
  const { min: x0, max: x1 } = u.scales.x, { min: y0, max: y1, distr } = u.scales.y;
  const kx = width / (x1 - x0 || 1);
  if (distr === 3) {
    const a = Math.log10(y0), k = height / (Math.log10(y1) - a || 1);
    return { x: (x) => left + (x - x0) * kx, y: (y) => (y > 0 ? top + height - (Math.log10(y) - a) * k : NaN) };
  }
  const ky = height / (y1 - y0 || 1);
  return { x: (x) => left + (x - x0) * kx, y: (y) => top + height - (y - y0) * ky };
}

function drawLines(u, spec) {
  const { ctx } = u, { left, top, width, height } = u.bbox, ratio = devicePixelRatio;
  for (const { y, label } of spec.lines ?? []) {
    const at = scaleOf(u).y(y);
    if (!(at >= top && at <= top + height)) continue;
    ctx.save();
    ctx.strokeStyle = ink('dim');
    ctx.setLineDash([4 * ratio, 4 * ratio]);
    ctx.lineWidth = ratio;
    ctx.beginPath();
    ctx.moveTo(left, at);
    ctx.lineTo(left + width, at);
    ctx.stroke();
    ctx.textAlign = 'left';
    ctx.fillStyle = ink('dim');
    ctx.font = `${11 * ratio}px system-ui, sans-serif`;
    ctx.fillText(label, left + 6 * ratio, at - top < 16 * ratio ? at + 13 * ratio : at - 4 * ratio);
    ctx.restore();
  }
}

function nearest(u, dots, left, top) {
  if (!dots || left < 0) return -1;
  const low = u.posToVal(left - NEAR, 'x'), high = u.posToVal(left + NEAR, 'x');
  let found = -1, least = NEAR * NEAR;
  for (let i = lowerBound(dots.xs, dots.from, dots.to, low); i < dots.to && dots.xs[i] <= high; i++) {
    const y = dots.ys[i];
    if (Number.isNaN(y)) continue;
    const dx = u.valToPos(dots.xs[i], 'x') - left, dy = u.valToPos(y, 'y') - top;
    const far = dx * dx + dy * dy;
    if (far < least) { least = far; found = i; }
  }
  return found;
}

function lowerBound(xs, from, to, x) {
  let low = from, high = to;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (xs[middle] < x) low = middle + 1; else high = middle;
  }
  return low;
}

function hover(u, { spec, tip, say }) {
  if (!tip || !spec.dots) return;
  const at = nearest(u, spec.dots, u.cursor.left, u.cursor.top);
  u.over.style.cursor = at >= 0 ? 'pointer' : '';
  if (at < 0) { say(null); return; }
  const left = u.valToPos(spec.dots.xs[at], 'x') + u.over.offsetLeft, top = u.valToPos(spec.dots.ys[at], 'y');
  say({ left: Math.max(8, Math.min(left + 12, u.width - 220)), top: Math.max(top - 8, 0), words: tip(at) });
}
