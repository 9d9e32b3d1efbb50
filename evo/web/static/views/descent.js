// All programs from their seeds on: x is the ticket, lanes are lines of first parents, the best's line is thick.
import { html, useEffect, useMemo, useRef, useState } from '../html.js';
import { Behind, Choice, Dot, Panel, ProgramLink, Slider, useHere } from '../parts.js';
import { useCanvas, useTheme, useWidth } from '../look.js';
import { ink, measured, named, ofStep, palette, step } from '../colour.js';
import { count, gain, value, short } from '../format.js';
import { ranks } from '../fold.js';
import { chosen, fewest, kinship, rows } from '../lanes.js';
import { quadtree } from '../vendor/d3-quadtree.js';

const AUTO = 4000, AUTO_SMALL = 900;
const LEFT = 10, RIGHT = 10, TOP = 8, BOTTOM = 24;
const COLOURS = [['objective', 'objective'], ['operator', 'operator'], ['model', 'model'], ['island', 'island']];

function useKin(here) {
  return useMemo(() => kinship(here.log), [here.version]);
}

function painter(log, by, lo, hi) {
  if (by === 'objective') {
    const { share } = ranks(log, lo, hi);
    return { group: (seq) => (Number.isNaN(log.objective[seq]) ? -1 : step(log.maximize ? share(log.objective[seq]) : 1 - share(log.objective[seq]))), colour: (group) => (group < 0 ? ink('pale') : ofStep(group)), legend: null };
  }
  if (by === 'island') return { group: (seq) => log.island[seq] + 1, colour: palette(), legend: null, name: (group) => (group ? `island ${group - 1}` : 'all islands') };
  const column = by === 'model' && log.distinct('model').length ? 'model' : by === 'model' ? 'llm' : by;
  const place = new Map(log.distinct(column).map((word, at) => [word, at]));
  return { group: (seq) => place.get(log[column][seq]) ?? -1, colour: palette(), legend: [...place].map(([word, at]) => [at, log.words[word]]) };
}

export function Descent() {
  const here = useHere(), { log, route, go, lo, hi, picked } = here;
  const kin = useKin(here);
  const by = route.state.by ?? 'objective';
  const auto = useMemo(() => fewest(log, kin, { lo, hi }, AUTO), [kin, lo, hi]);
  const least = route.state.least !== undefined ? Number(route.state.least) || 0 : auto;
  const focus = route.state.focus ? log.byId.get(route.state.focus) ?? -1 : -1;
  const tall = route.state.tall === '1';
  const folded = (route.state.fold ?? '').split('.').filter(Boolean);
  const hits = useHits(here, route.state.q);
  const foldPicked = () => {
    const id = log.program[picked];
    go({ fold: (folded.includes(id) ? folded.filter((each) => each !== id) : [...folded, id]).join('.') || null });
  };
  const paint = painter(log, by, lo, hi);
  return html`<${Panel} title="Descent" wide tools=${html`
      <${Choice} label="colour" value=${by} options=${COLOURS} onChange=${(key) => go({ by: key === 'objective' ? null : key })} />
      <${Slider} label="least descendants" min=${0} max=${Math.max(20, auto * 2)} value=${least} text=${count(least)} onInput=${(n) => go({ least: n === auto ? null : n })} />
      <button aria-pressed=${tall} onClick=${() => go({ tall: tall ? null : '1' })}>spread out</button>`}>
    <div class="row">
      <button onClick=${() => go({ focus: focus >= 0 ? null : log.program[picked] })} aria-pressed=${focus >= 0}>${focus >= 0 ? `all programs (now the kin of ${route.state.focus.slice(0, 6)})` : 'focus on the kin of the picked'}</button>
      <button onClick=${foldPicked}>${folded.includes(log.program[picked]) ? 'unfold' : 'fold'} what came of the picked</button>
      ${folded.length > 0 && html`<button onClick=${() => go({ fold: null })}>unfold all (${folded.length})</button>`}
      <form class="row" onSubmit=${(event) => { event.preventDefault(); go({ q: new FormData(event.currentTarget).get('q') || null }); }}>
        <label>find <input name="q" type="search" value=${route.state.q ?? ''} placeholder="words, operator, id" /></label></form>
      ${route.state.q && html`<span class="note" role="status">${hits ? `${count(hits.size)} found, ringed` : 'looking …'}</span>`}
      <span class="grow"></span>
      ${paint.legend ? html`<span class="legend">${paint.legend.map(([at, word]) => html`<span><${Dot} colour=${named(at)} />${word}</span>`)}</span>` : by === 'objective' && html`<${RankLegend} />`}
    </div>
    <${DescentDrawing} by=${by} least=${least} focus=${focus} folded=${folded} tall=${tall} hits=${hits} />
    <p class="note">x is the ticket. The thick line leads from a seed to the best. Dashed: the other parents of a crossover. Arrow keys: left to the parent, right to the child that led furthest, up and down to its siblings. The strip shows the whole run: drag in it to choose a stretch.</p>
  </${Panel}>`;
}

function RankLegend() {
  useTheme();
  return html`<span class="ends"><span>worse</span><span class="ramp" style=${{ background: `linear-gradient(90deg, ${[0, 0.25, 0.5, 0.75, 1].map(measured).join(', ')})` }}></span><span>better</span></span>`;
}

function useHits(here, q) {
  const [hits, set] = useState(null);
  useEffect(() => {
    if (!q) { set(null); return undefined; }
    let valid = true;
    here.run.find(q).then((seqs) => valid && set(new Set(seqs))).catch(() => valid && set(new Set()));
    return () => { valid = false; };
  }, [q, here.log.count > 0]);
  return hits;
}

export function DescentDrawing({ small, by = 'objective', least, focus = -1, folded = [], tall, hits }) {
  const here = useHere(), { log, lo, hi, picked } = here;
  const [frame, width] = useWidth();
  const kin = useKin(here);
  const fewestSmall = useMemo(() => (small ? fewest(log, kin, { lo, hi }, AUTO_SMALL) : 0), [kin, lo, hi, small]);
  const wanted = small ? fewestSmall : least;
  const best = log.bestSeq;
  // What is picked is drawn even where it has too few descendants.
  const extra = here.chosen && kin.below[picked] < wanted ? picked : -1;
  const layout = useMemo(() => {
    const folding = new Set(folded.map((id) => log.byId.get(id)).filter((seq) => seq !== undefined));
    const keep = [best, extra, ...(hits ?? [])].filter((seq) => seq >= 0);
    const { shown, count: many } = chosen(log, kin, { lo, hi, least: wanted, focus, folded: folding, keep });
    return { shown, many, ...rows(log, kin, shown, lo, hi, best) };
  }, [kin, lo, hi, wanted, focus, folded.join('.'), extra, hits]);
  const lines = layout.high - layout.low + 1;
  const height = small ? 460 : Math.max(tall ? Math.min(6000, lines * 7 + TOP + BOTTOM) : 0, Math.min(640, Math.max(280, lines * 15 + TOP + BOTTOM)));
  const first = log.ticket[lo], last = Math.max(first + 1, log.ticket[hi - 1]);
  const x = (seq) => LEFT + ((log.ticket[seq] - first) / (last - first)) * (width - LEFT - RIGHT);
  const pitch = (height - TOP - BOTTOM) / Math.max(1, lines - 1);
  const y = (seq) => (lines === 1 ? height / 2 : TOP + (layout.row[seq] - layout.low) * Math.min(pitch, 28) + Math.max(0, (height - TOP - BOTTOM - (lines - 1) * Math.min(pitch, 28)) / 2));
  const draw = (ctx) => paintAll(ctx, { log, kin, layout, lo, hi, x, y, by, best, hits, width, height, first, last, small, pitch });
  // What follows the pick lies on a canvas of its own, so that the rest need not be painted again.
  const over = useCanvas((ctx) => paintPick(ctx, { log, layout, lo, hi, x, y, best, picked }), width, height, [layout, picked, height]);
  const canvas = useCanvas(draw, width, height, [layout, by, hits, height]);
  const tree = useRef({ layout: null });
  const plant = () => {
    if (tree.current.layout === layout && tree.current.width === width) return;
    const seqs = [];
    for (let seq = lo; seq < hi; seq++) if (layout.shown[seq]) seqs.push(seq);
    tree.current = { layout, width, found: quadtree(seqs, x, y) };
  };
  // Made when nothing else is to be done, so that the first touch need not wait for it.
  useEffect(() => {
    if (!width) return undefined;
    const wait = setTimeout(plant, 400);
    return () => clearTimeout(wait);
  }, [layout, width]);
  const near = (event) => {
    plant();
    const box = event.currentTarget.getBoundingClientRect();
    return tree.current.found.find(event.clientX - box.left, event.clientY - box.top, 14);
  };
  const [tip, say] = useState(null);
  const move = (event) => {
    const seq = near(event);
    say(seq === undefined ? null : { seq, left: Math.max(0, Math.min(x(seq) + 10, width - 190)), top: Math.max(0, Math.min(y(seq) + 8, height - 60)) });
  };
  const press = (event) => {
    const parent = log.parent[picked];
    const to = event.key === 'ArrowLeft' ? parent : event.key === 'ArrowRight' ? kin.heir[picked]
      : event.key === 'ArrowUp' || event.key === 'ArrowDown' ? sibling(log, picked, event.key === 'ArrowDown' ? 1 : -1) : undefined;
    if (to === undefined) return;
    event.preventDefault();
    if (to >= 0) here.pick(to);
  };
  return html`<div class=${tall ? 'plot tall' : 'plot'} ref=${frame}>
    <div class="inner"><canvas ref=${canvas} tabindex="0" role="img" onClick=${(event) => { const seq = near(event); if (seq !== undefined) here.pick(seq); }}
      onMouseMove=${move} onMouseLeave=${() => say(null)} onKeyDown=${press}
      aria-label=${`Descent of ${count(layout.many)} programs of ${count(hi - lo)} commits; the line of the best has ${log.line(best).length} steps`}></canvas><canvas ref=${over} class="over" aria-hidden="true"></canvas>
    ${tip && html`<div class="tip" style=${{ left: `${tip.left}px`, top: `${tip.top}px` }}><b>${value(log.objective[tip.seq], log.gain[tip.seq])}</b> ${gain(log.gain[tip.seq])}<br />${log.words[log.operator[tip.seq]]} t${log.ticket[tip.seq]}${kin.below[tip.seq] ? html`<br />${count(kin.below[tip.seq])} descendants` : ''}</div>`}</div>
    ${!small && html`<${Strip} kin=${kin} width=${width} />`}
    ${small && html`<p class="note">${count(layout.many)} programs${wanted > 0 ? ` with ${count(wanted)} descendants or more` : ''}</p>`}
    <${Behind} caption="programs of the drawing" make=${() => ({ rows: list(layout, lo, hi), pick: (seq) => here.pick(seq), picked: (seq) => seq === picked, columns: [
      { name: 'ticket', label: 'ticket', number: true, cell: (seq) => count(log.ticket[seq]), sort: (seq) => log.ticket[seq] },
      { name: 'objective', label: 'objective', number: true, cell: (seq) => (Number.isNaN(log.objective[seq]) ? log.ending(seq) : value(log.objective[seq])), sort: (seq) => log.objective[seq] },
      { name: 'gain', label: 'over the parent', number: true, cell: (seq) => gain(log.gain[seq]), sort: (seq) => log.gain[seq] },
      { name: 'below', label: 'descendants', number: true, cell: (seq) => count(kin.below[seq]), sort: (seq) => kin.below[seq] },
      { name: 'operator', label: 'operator', cell: (seq) => log.words[log.operator[seq]], sort: (seq) => log.words[log.operator[seq]] },
      { name: 'parent', label: 'parent', cell: (seq) => (log.parent[seq] >= 0 ? html`<${ProgramLink} seq=${log.parent[seq]} />` : 'seed') },
      { name: 'program', label: 'program', cell: (seq) => html`<${ProgramLink} seq=${seq} />` }] })} />
  </div>`;
}

function list(layout, lo, hi) {
  const found = [];
  for (let seq = hi - 1; seq >= lo; seq--) if (layout.shown[seq]) found.push(seq);
  return found;
}

function sibling(log, seq, by) {
  const parent = log.parent[seq];
  if (parent < 0) return -1;
  for (let at = seq + by; at > parent && at < log.count; at += by) if (log.parent[at] === parent && log.program[at]) return at;
  return -1;
}

function paintPick(ctx, { log, layout, lo, hi, x, y, best, picked }) {
  const { shown } = layout;
  if (picked !== best && picked >= 0) route(ctx, { log, seq: picked, lo, hi, shown, x, y, colour: ink('mark'), thick: 1.8 });
  if (!(picked >= lo && picked < hi && shown[picked])) return;
  ctx.strokeStyle = ink('mark');
  ctx.lineWidth = 2;
  ctx.beginPath();
  ctx.arc(x(picked), y(picked), 6, 0, 2 * Math.PI);
  ctx.stroke();
}

function paintAll(ctx, { log, kin, layout, lo, hi, x, y, by, best, hits, width, height, first, last, small, pitch }) {
  const { shown } = layout;
  ctx.clearRect(0, 0, width, height);
  axis(ctx, { width, height, first, last });
  const joins = new Path2D(), lanes = new Path2D(), crossed = new Path2D();
  const dense = layout.many > 1500;
  for (let seq = lo; seq < hi; seq++) {
    if (!shown[seq]) continue;
    const parent = log.parent[seq];
    if (parent >= lo && shown[parent]) {
      const [x0, y0, x1, y1] = [x(parent), y(parent), x(seq), y(seq)];
      if (y0 === y1) { lanes.moveTo(x0, y0); lanes.lineTo(x1, y1); } else bend(joins, x0, y0, x1, y1);
    }
    for (const other of log.others.get(seq) ?? []) if (other >= lo && other < hi && shown[other]) { crossed.moveTo(x(other), y(other)); crossed.lineTo(x(seq), y(seq)); }
  }
  ctx.lineWidth = dense ? 0.6 : 1;
  ctx.strokeStyle = ink('pale');
  ctx.stroke(joins);
  ctx.strokeStyle = ink('lane');
  ctx.lineWidth = dense ? 0.8 : 1.4;
  ctx.stroke(lanes);
  ctx.setLineDash([2, 3]);
  ctx.lineWidth = 0.7;
  ctx.globalAlpha = dense ? 0.25 : 0.6;
  ctx.strokeStyle = ink('second');
  ctx.stroke(crossed);
  ctx.setLineDash([]);
  ctx.globalAlpha = 1;
  route(ctx, { log, seq: best, lo, hi, shown, x, y, colour: ink('accent'), thick: small ? 2.5 : 3.5 });
  dots(ctx, { log, kin, shown, lo, hi, x, y, by, dense, pitch });
  ring(ctx, hits, { shown, x, y, lo, hi });
}

function bend(path, x0, y0, x1, y1) {
  // It leaves its parent's lane just before it is there.
  const turn = Math.min(x1 - x0, 12);
  path.moveTo(x0, y0);
  path.lineTo(x1 - turn, y0);
  path.bezierCurveTo(x1 - turn * 0.4, y0, x1 - turn * 0.6, y1, x1, y1);
}

function route(ctx, { log, seq, lo, hi, shown, x, y, colour, thick }) {
  const path = new Path2D();
  for (let at = seq; at >= lo && at < hi; at = log.parent[at]) {
    const parent = log.parent[at];
    if (!shown[at] || parent < lo || !shown[parent]) break;
    if (y(parent) === y(at)) { path.moveTo(x(parent), y(parent)); path.lineTo(x(at), y(at)); } else bend(path, x(parent), y(parent), x(at), y(at));
  }
  ctx.strokeStyle = colour;
  ctx.lineWidth = thick;
  ctx.stroke(path);
}

function dots(ctx, { log, kin, shown, lo, hi, x, y, by, dense, pitch }) {
  const paint = painter(log, by, lo, hi), groups = new Map();
  const size = dense ? 1.8 : Math.max(1.8, Math.min(4, pitch * 0.45));
  for (let seq = lo; seq < hi; seq++) {
    if (!shown[seq]) continue;
    const refused = log.status[seq] !== 0, group = refused ? -2 : paint.group(seq);
    let path = groups.get(group);
    if (!path) groups.set(group, path = new Path2D());
    const end = !kin.below[seq], r = end ? size * 0.75 : size;
    if (dense) path.rect(x(seq) - r, y(seq) - r, 2 * r, 2 * r);
    else { path.moveTo(x(seq) + r, y(seq)); path.arc(x(seq), y(seq), r, 0, 2 * Math.PI); }
  }
  for (const [group, path] of groups) {
    if (group === -2) { ctx.strokeStyle = ink('dim'); ctx.lineWidth = 0.7; ctx.stroke(path); } else { ctx.fillStyle = paint.colour(group); ctx.fill(path); }
  }
}

function ring(ctx, hits, { shown, x, y, lo, hi }) {
  if (!hits) return;
  ctx.strokeStyle = ink('mark');
  ctx.lineWidth = 1.5;
  ctx.beginPath();
  for (const seq of hits) if (seq >= lo && seq < hi && shown[seq]) { ctx.moveTo(x(seq) + 5, y(seq)); ctx.arc(x(seq), y(seq), 5, 0, 2 * Math.PI); }
  ctx.stroke();
}

function axis(ctx, { width, height, first, last }) {
  const span = last - first, raw = span / Math.max(2, width / 110), power = 10 ** Math.floor(Math.log10(Math.max(raw, 1)));
  const gap = Math.max(1, [1, 2, 5, 10].map((n) => n * power).find((n) => n >= raw) ?? power);
  ctx.font = '12px system-ui, sans-serif';
  ctx.fillStyle = ink('dim');
  ctx.strokeStyle = ink('grid');
  ctx.lineWidth = 1;
  ctx.textAlign = 'center';
  for (let t = Math.ceil(first / gap) * gap; t <= last; t += gap) {
    const at = LEFT + ((t - first) / span) * (width - LEFT - RIGHT);
    ctx.beginPath();
    ctx.moveTo(at, 0);
    ctx.lineTo(at, height - 18);
    ctx.stroke();
    ctx.fillText(count(t), Math.max(16, Math.min(at, width - 20)), height - 5);
  }
}

// The whole run, small: where programs better than their parents are, and the stretch that is shown.
function Strip({ kin, width }) {
  const here = useHere(), { log, lo, hi } = here;
  const height = 44, drag = useRef(null), [ghost, setGhost] = useState(null);
  const toX = (seq) => LEFT + (seq / Math.max(1, log.count - 1)) * (width - LEFT - RIGHT);
  const toSeq = (px) => Math.round(((px - LEFT) / (width - LEFT - RIGHT)) * (log.count - 1));
  const draw = (ctx) => {
    ctx.clearRect(0, 0, width, height);
    ctx.fillStyle = ink('empty');
    ctx.fillRect(LEFT, 4, width - LEFT - RIGHT, height - 8);
    const bins = Math.max(1, Math.floor((width - LEFT - RIGHT) / 2)), sums = new Float64Array(bins);
    for (let seq = 0; seq < log.count; seq++) if (kin.below[seq]) sums[Math.min(bins - 1, Math.floor((seq / log.count) * bins))] += Math.log2(1 + kin.below[seq]);
    const most = sums.reduce((a, b) => Math.max(a, b), 1e-9);
    ctx.fillStyle = ink('lane');
    sums.forEach((sum, i) => { const h = (sum / most) * (height - 12); ctx.fillRect(LEFT + i * 2, height - 4 - h, 1.5, h); });
    ctx.fillStyle = ink('accent');
    for (const seq of log.improvements) ctx.fillRect(toX(seq) - 0.75, 4, 1.5, 8);
    const [a, b] = ghost ?? [lo, hi - 1];
    ctx.strokeStyle = ink('mark');
    ctx.lineWidth = 2;
    ctx.strokeRect(toX(Math.max(0, a)) - 1, 3, Math.max(3, toX(Math.min(b, log.count - 1)) - toX(Math.max(0, a)) + 2), height - 6);
  };
  const canvas = useCanvas(draw, width, height, [kin, lo, hi, ghost]);
  const at = (event) => toSeq(event.clientX - event.currentTarget.getBoundingClientRect().left);
  const down = (event) => { drag.current = at(event); event.currentTarget.setPointerCapture(event.pointerId); };
  const move = (event) => { if (drag.current !== null) { const now = at(event); setGhost([Math.min(drag.current, now), Math.max(drag.current, now)]); } };
  const up = (event) => {
    const from = drag.current, to = at(event);
    drag.current = null;
    setGhost(null);
    if (from === null) return;
    if (Math.abs(to - from) < 2) here.brush(null);
    else here.brush(Math.min(from, to), Math.max(from, to) + 1);
  };
  return html`<canvas ref=${canvas} class="strip" role="img" aria-label=${`The whole run: ${count(log.count)} commits, shown ${count(lo)} to ${count(hi - 1)}`} onPointerDown=${down} onPointerMove=${move} onPointerUp=${up}></canvas>`;
}

export { short };
