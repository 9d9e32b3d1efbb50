// What is judged now, as far as the judges tell: how far, the score so far beside its parent's, and who is silent.
import { html, useEffect, useState } from '../html.js';
import { Panel, Table, viewLink, useHere } from '../parts.js';
import { count, duration, gain, plain, value } from '../format.js';

const TICK_MS = 1000;

export function Judged() {
  const here = useHere(), { live } = here;
  const [, turn] = useState(0), [draw] = useState(() => () => turn((n) => n + 1));
  const progress = live.gone === null ? live.progress : null;
  useEffect(() => {
    live.shown.add(draw);
    return () => live.shown.delete(draw);
  }, [live]);
  useEffect(() => {
    if (!progress) return undefined;
    const ticking = setInterval(draw, TICK_MS);
    return () => clearInterval(ticking);
  }, [!progress]);
  if (!progress) return null;
  const age = performance.now() / 1000 - progress.heard;
  const rows = progress.rows.map((row) => ({ ...row, seconds: row.seconds + age, silent: row.silent + age }));
  const stuck = rows.filter(isStuck).length;
  return html`<${Panel} title="Judged now" name="judged" wide note=${stuck ? html`<b class="bad">${count(stuck)} without a word for long</b>` : 'as their judges tell it'}>
    <${Table} caption="evaluations that are running" rows=${rows} keyOf=${(row) => row.ticket} columns=${[
      { name: 'ticket', label: 'ticket', number: true, cell: (row) => html`<span class="id">t${row.ticket}</span>`, sort: (row) => row.ticket },
      { name: 'operator', label: 'operator', cell: (row) => plain(row.operator) },
      { name: 'parent', label: 'parent', cell: (row) => parentOf(here, row) },
      { name: 'done', label: 'done', cell: (row) => done(row), sort: (row) => row.fraction ?? -1 },
      { name: 'score', label: 'score so far', number: true, cell: (row) => value(row.score), sort: (row) => row.score },
      { name: 'beside', label: 'against its parent', title: 'better (+) or worse (−) than the parent at the same fraction', number: true, cell: (row) => gain(lead(here.log, row)) || '–', sort: (row) => lead(here.log, row) },
      { name: 'curve', label: 'course', cell: (row) => html`<${Course} row=${row} />` },
      { name: 'bar', label: 'has to reach', number: true, cell: (row) => (row.bar ? html`${value(row.bar[1])} <span class="note">at ${percent(row.bar[0])}</span>` : '–') },
      { name: 'seconds', label: 'runs', number: true, cell: (row) => duration(row.seconds), sort: (row) => row.seconds },
      { name: 'silent', label: 'last word', number: true, cell: (row) => word(row), sort: (row) => row.silent },
    ]} />
    ${progress.more > 0 && html`<p class="note">and ${count(progress.more)} more</p>`}
  </${Panel}>`;
}

function isStuck(row) { return row.silent > row.stuck_after; }

function percent(x) { return `${(100 * x).toFixed(x > 0 && x < 0.1 ? 1 : 0)} %`; }

function done(row) {
  if (row.fraction === null) return html`<span class="note">no word yet</span>`;
  return html`<span class="head"><span class="meter" role="img" aria-label=${`${percent(row.fraction)} done`}><span style=${{ width: `${100 * row.fraction}%` }}></span></span> ${percent(row.fraction)}</span>`;
}

function word(row) {
  const said = `${duration(Math.max(0, Math.floor(row.silent)))} ago`;
  return isStuck(row) ? html`<b class="bad">no word for ${duration(row.silent)}</b>` : row.silent < 2 ? 'now' : said;
}

function parentOf(here, row) {
  const id = row.parent.slice(0, 12);
  if (!id) return '–';
  if (!here.log.byId.has(id)) return html`<span class="id">${id.slice(0, 6)}</span>`;
  return html`<a class="id" href=${viewLink(here, 'program', { p: id })}>${id.slice(0, 6)}</a>`;
}

// By how much the score so far is better than the parent's was at the same fraction; NaN where nobody knows.
function lead(log, row) {
  const there = row.fraction === null || row.score === null ? null : at(row.beside, row.fraction);
  return there === null ? NaN : (log.maximize ? 1 : -1) * (row.score - there);
}

// A curve's score at a fraction, between its points; null beyond them.
function at(points, x) {
  for (let i = 0; i < points.length; i++) {
    const [right, y] = points[i];
    if (right < x - 1e-9) continue;
    if (Math.abs(right - x) <= 1e-9) return y;
    if (!i) return null;
    const [left, before] = points[i - 1];
    return before + ((y - before) * (x - left)) / (right - left);
  }
  return null;
}

// The score so far over the fraction, the parent's behind it.
function Course({ row, width = 132, height = 24 }) {
  const ys = [...row.curve, ...row.beside].map(([, y]) => y);
  if (!ys.length) return html`<span class="note">–</span>`;
  const low = Math.min(...ys), high = Math.max(...ys);
  const to = ([x, y]) => `${(x * (width - 4) + 2).toFixed(1)},${(height - 3 - ((y - low) / (high - low || 1)) * (height - 6)).toFixed(1)}`;
  const last = row.curve[row.curve.length - 1];
  const [cx, cy] = last ? to(last).split(',') : [];
  return html`<svg class="spark course" width=${width} height=${height} viewBox=${`0 0 ${width} ${height}`} role="img"
      aria-label=${`score so far ${value(row.score)}${row.beside.length ? `, its parent ended at ${value(row.beside[row.beside.length - 1][1])}` : ''}`}>
    ${row.beside.length > 1 && html`<polyline class="beside" points=${row.beside.map(to).join(' ')} />`}
    ${row.curve.length > 1 && html`<polyline points=${row.curve.map(to).join(' ')} />`}
    ${last && html`<circle cx=${cx} cy=${cy} r="2.5" />`}</svg>`;
}
