// The run at a glance: is it still getting better, where did the gain come from, what does it cost.
import { html, useEffect, useMemo, useState } from '../html.js';
import { Behind, Choice, Dot, Panel, ProgramLink, Said, Table, useHere, viewLink } from '../parts.js';
import { Plot } from '../plot.js';
import { ink, named } from '../colour.js';
import { clock, count, duration, gain, objectiveLabel, plain, share, short, usd, value, when } from '../format.js';
import { failures, filling, occupancy, quantile, tally } from '../fold.js';
import { INVALID, VALID } from '../log.js';
import { ArchiveMap } from './archive.js';
import { Judged } from './judged.js';
import { DescentDrawing } from './descent.js';
import { ProgramCard } from './program.js';

export function Overview() {
  const here = useHere();
  return html`<div class="overview">
    <${Curve} />
    <${Judged} />
    <div class="three">
      <${Panel} title="Archive" tools=${html`<a href=${viewLink(here, 'archive')}>open</a>`}><${ArchiveMap} small /><${Filling} /></${Panel}>
      <${Panel} title="Descent" tools=${html`<a href=${viewLink(here, 'descent')}>open</a>`}><${DescentDrawing} small /></${Panel}>
      <${ProgramCard} />
    </div>
    <div class="two">
      <div class="stack"><${Operators} /><${FewFailures} /></div>
      <${Improvements} />
    </div>
    <${Busy} />
    ${here.about.events?.length > 0 && html`<${Events} />`}
  </div>`;
}

const YS = [['top', 'near the best'], ['all', 'all'], ['gap', 'gap to the best, log']];
const XS = [['commit', 'commit'], ['time', 'time'], ['usd', 'usd']];

export function Curve() {
  const here = useHere(), { log, about, route, go } = here;
  const ymode = route.state.y ?? 'top', xmode = route.state.x ?? 'commit';
  const spec = useMemo(() => curveSpec(log, about, xmode, ymode), [here.version, xmode, ymode]);
  const toX = (seq) => spec.xs[Math.min(Math.max(seq, 0), log.count - 1)];
  const brush = here.brushed ? { low: toX(here.lo), high: toX(here.hi - 1) } : null;
  const onBrush = (low, high) => {
    if (low === null) here.brush(null);
    else here.brush(log.indexOf(spec.xs, low), Math.max(log.indexOf(spec.xs, low) + 1, log.indexOf(spec.xs, high)));
  };
  const tip = (seq) => html`<b>${value(log.objective[seq], log.gain[seq])}</b> ${gain(log.gain[seq])}<br />${log.words[log.operator[seq]]} t${log.ticket[seq]}<br /><span class="note">${log.program[seq].slice(0, 6)}, a click opens it</span>`;
  const label = `Best so far over ${xmode}: ${count(log.count)} commits, ${count(log.improvements.length)} improvements, best ${log.bestSeq >= 0 ? value(log.objective[log.bestSeq]) : 'none'}`;
  return html`<${Panel} title="Best so far" wide first note=${html`<${Legend} log=${log} />`} tools=${html`
      <${Choice} label="x" value=${xmode} options=${XS} onChange=${(x) => go({ x: x === 'commit' ? null : x })} />
      <${Choice} label="y" value=${ymode} options=${YS} onChange=${(y) => go({ y: y === 'top' ? null : y })} />`}>
    <${Plot} label=${label} spec=${spec} height=${260} brush=${brush} onBrush=${onBrush} onPick=${(seq) => here.pick(seq)} tip=${tip} picked=${here.chosen ? here.picked : -1} />
    <div class="under"><${BrushFields} /><${Behind} caption="improvements of the best" make=${() => ({
      columns: [
        { name: 'ticket', label: 'ticket', number: true, cell: (seq) => count(log.ticket[seq]), sort: (seq) => log.ticket[seq] },
        { name: 'best', label: 'best', number: true, cell: (seq) => value(log.objective[seq], log.stepGain(seq)), sort: (seq) => log.objective[seq] },
        { name: 'gain', label: 'gain', number: true, cell: (seq) => gain(log.stepGain(seq)), sort: (seq) => log.stepGain(seq) },
        { name: 'by', label: 'operator', cell: (seq) => log.words[log.operator[seq]] },
        { name: 'at', label: 'at', number: true, cell: (seq) => when(log.at[seq]) },
        { name: 'program', label: 'program', cell: (seq) => html`<${ProgramLink} seq=${seq} />` },
      ],
      rows: [...log.improvements].reverse(),
    })} /></div>
  </${Panel}>`;
}

function Legend({ log }) {
  return html`<span class="legend">${log.operators.map((word, at) => html`<span><${Dot} colour=${named(at)} />${log.words[word]}</span>`)}
    <span><${Dot} colour=${named(0)} hollow />refused</span></span>`;
}

// The brush as two numbers: for keyboards, fingers and readers of screens.
function BrushFields() {
  const { lo, hi, log, brush } = useHere();
  const put = (low, high) => brush(Math.min(low, high - 1), Math.max(high, low + 1));
  return html`<form class="range" onSubmit=${(event) => event.preventDefault()}>
    <label>from <input type="number" min="0" max=${log.count - 1} value=${lo} onChange=${(event) => put(Number(event.currentTarget.value), hi)} /></label>
    <label>to <input type="number" min="1" max=${log.count} value=${hi} onChange=${(event) => put(lo, Number(event.currentTarget.value))} /></label>
    <span class="note">drag in the chart to brush: everything follows</span></form>`;
}

function curveSpec(log, about, xmode, ymode) {
  const n = log.count, xs = xmode === 'commit' ? Float64Array.from({ length: n }, (_, i) => i)
    : xmode === 'time' ? Float64Array.from({ length: n }, (_, i) => log.at[i] - log.at[0]) : log.spent.subarray(0, n);
  for (let i = 1; i < n; i++) if (xs[i] < xs[i - 1]) xs[i] = xs[i - 1];
  const steps = log.improvements, bestSeq = log.bestSeq;
  const best = bestSeq >= 0 ? log.objective[bestSeq] : NaN;
  const target = about.budget?.target;
  const goal = target !== undefined && !log.better(best, target) ? target : best;
  const gapOf = (y) => Math.max(Math.abs(goal - y), Math.abs(goal) * 1e-16 || 1e-300);
  const toY = ymode === 'gap' ? (y) => (y === goal ? NaN : gapOf(y)) : (y) => y;
  const lineX = steps.map((seq) => xs[seq]), lineY = steps.map((seq) => toY(log.objective[seq])).map((y) => (Number.isNaN(y) ? null : y));
  if (n && steps.length) { lineX.push(xs[n - 1]); lineY.push(lineY[lineY.length - 1]); }
  if (lineX.length < 2) { lineX.push((lineX[0] ?? 0) + 1); lineY.push(lineY[0] ?? null); }
  const ys = ymode === 'gap' ? log.objective.subarray(0, n).map(toY) : withRefused(log, n);
  const bounds = ymode === 'gap' ? gapBounds(log, ys) : yBounds(log, ymode, best, target);
  const place = new Map(log.operators.map((word, at) => [word, at]));
  const colours = log.operators.map((_, at) => named(at));
  // A refused program has no objective: it stands at the foot of the chart.
  const foot = log.maximize ? bounds.low : bounds.high;
  const dots = { xs, ys, from: 0, to: n, colour: (i) => colours[place.get(log.operator[i])] ?? colours[0], hollow: (i) => log.status[i] !== VALID };
  if (ymode !== 'gap') for (let i = 0; i < n; i++) if (log.status[i] === INVALID) ys[i] = foot; else if (ymode === 'top' && log.status[i] === VALID && outside(ys[i], bounds)) ys[i] = NaN;
  return {
    key: `${xmode} ${ymode}`,
    xs,
    data: [lineX, lineY],
    series: [{ label: 'best so far', colour: ink('accent'), width: 2, step: true }],
    x: { label: xmode === 'commit' ? 'commit' : xmode === 'time' ? 'time since the first commit' : 'usd', values: xmode === 'time' ? clock : undefined },
    y: { label: ymode === 'gap' ? `gap to ${short(goal)}` : objectiveLabel(about), log: ymode === 'gap', ...bounds },
    dots,
    lines: target !== undefined && ymode !== 'gap' ? [{ y: target, label: `target ${value(target)}` }] : [],
  };
}

function withRefused(log, n) { return log.objective.slice(0, n); }

function outside(y, { low, high }) { return y < low || y > high; }

function yBounds(log, ymode, best, target) {
  if (Number.isNaN(best)) return { low: 0, high: 1 };
  let least = Infinity, most = -Infinity;
  for (let i = 0; i < log.count; i++) {
    const y = log.objective[i];
    if (y < least) least = y;
    if (y > most) most = y;
  }
  if (target !== undefined) { least = Math.min(least, target); most = Math.max(most, target); }
  if (ymode === 'all') return { low: least, high: most };
  // Where most programs are, and the first steps of the best: rare bad ones would flatten all the rest.
  const early = log.objective[log.best[Math.min(log.count - 1, Math.floor(log.count * 0.02))] ?? log.bestSeq] ?? best;
  const usual = quantile(log, 0, log.count, log.maximize ? 0.25 : 0.75) ?? best;
  return log.maximize ? { low: Math.max(least, Math.min(early, usual)), high: most } : { low: least, high: Math.min(most, Math.max(early, usual)) };
}

function gapBounds(log, ys) {
  let least = Infinity, most = 0;
  for (let i = 0; i < log.count; i++) { const y = ys[i]; if (y > 0) { if (y < least) least = y; if (y > most) most = y; } }
  return Number.isFinite(least) ? { low: Math.max(least, most * 1e-15), high: most } : { low: 1e-3, high: 1 };
}

export function Operators({ by = 'operator', title = 'Operators' }) {
  const here = useHere(), { log, lo, hi } = here;
  const rows = useMemo(() => tally(log, lo, hi, by), [here.version, lo, hi, by]);
  const place = new Map(log.operators.map((word, at) => [word, at]));
  const paid = rows.some((row) => row.usd > 0);
  return html`<${Panel} title=${title} note="of the stretch that is brushed">
    <${Table} caption=${`outcomes by ${by}`} rows=${rows} order=${{ name: 'tried', down: true }} keyOf=${(row) => row.key} columns=${[
      { name: 'name', label: by, cell: (row) => html`<span class="named">${by === 'operator' && html`<${Dot} colour=${named(place.get(row.key) ?? 0)} />`}<span>${plain(row.name)}</span></span>`, sort: (row) => row.name },
      { name: 'tried', label: 'tried', number: true, cell: (row) => count(row.tried), sort: (row) => row.tried },
      { name: 'valid', label: 'valid', number: true, cell: (row) => share(row.valid, row.tried), sort: (row) => row.valid / row.tried },
      { name: 'better', label: 'better', title: 'better than the parent', number: true, cell: (row) => share(row.better, row.tried), sort: (row) => row.better / row.tried },
      { name: 'best', label: 'new best', number: true, cell: (row) => count(row.best), sort: (row) => row.best },
      { name: 'gain', label: 'gain', title: 'of the best', number: true, cell: (row) => (row.gain ? gain(row.gain) : '–'), sort: (row) => row.gain },
      ...(paid ? [{ name: 'usd', label: 'gain per usd', number: true, cell: (row) => (row.usd ? gain(row.gain / row.usd) : '–'), sort: (row) => (row.usd ? row.gain / row.usd : NaN) }] : []),
      { name: 'cpu', label: 'gain per CPU s', number: true, cell: (row) => (row.cpu ? gain(row.gain / row.cpu) : '–'), sort: (row) => (row.cpu ? row.gain / row.cpu : NaN) },
    ]} />
  </${Panel}>`;
}

function Improvements() {
  const here = useHere(), { log, lo, hi } = here;
  const last = useMemo(() => log.improvements.filter((seq) => seq >= lo && seq < hi).slice(-9).reverse(), [here.version, lo, hi]);
  const told = useWords(here, last);
  return html`<${Panel} title="Last improvements" tools=${html`<a href=${viewLink(here, 'story')}>the whole story</a>`}>
    <ol class="steps">${last.map((seq) => html`<li key=${seq}>
      <${ProgramLink} seq=${seq}>t${log.ticket[seq]}</${ProgramLink}> <b>${value(log.objective[seq], log.stepGain(seq))}</b> <span class="gain">${gain(log.stepGain(seq))}</span>
      <span class="why"><${Said} text=${told.get(seq)?.summary ?? ''} most=${180} /></span></li>`)}</ol>
    ${!last.length && html`<p class="note">None in this stretch.</p>`}
  </${Panel}>`;
}

// The words of some commits, asked for once each.
export function useWords(here, seqs) {
  const known = here.live.words ??= new Map();
  const [, redraw] = useState(0);
  const missing = here.live.complete ? seqs.filter((seq) => !known.has(seq)) : [];
  useEffect(() => {
    if (!missing.length) return undefined;
    let valid = true;
    here.run.commits(missing.slice(0, 400)).then((found) => {
      for (const each of found) known.set(each.seq, each);
      if (valid) redraw((n) => n + 1);
    }).catch(() => {});
    return () => { valid = false; };
  }, [missing.join(',')]);
  return known;
}

function Filling() {
  const here = useHere(), { log, about } = here;
  const cells = about.islands.reduce((sum, each) => sum + each.cells, 0);
  const found = useMemo(() => filling(log, cells), [here.version]);
  const spec = useMemo(() => ({
    key: 'coverage', data: [found.xs.length > 1 ? found.xs : [0, 1], found.xs.length > 1 ? found.coverage.map((y) => 100 * y) : [0, 0]],
    series: [{ label: 'coverage', colour: ink('accent'), width: 2, step: true }], x: {}, y: { low: 0 },
  }), [found]);
  const score = useMemo(() => ({
    key: 'score', data: [found.xs.length > 1 ? found.xs : [0, 1], found.xs.length > 1 ? found.score : [0, 0]],
    series: [{ label: 'QD-score', colour: ink('second'), width: 2, step: true }], x: { label: 'commit' }, y: {},
  }), [found]);
  return html`<div><h3>coverage, %: ${count(found.filled)} of ${count(cells)} cells</h3><${Plot} label=${`Cells filled: ${share(found.filled, cells)}`} spec=${spec} height=${104} />
    <h3>QD-score: ${short(found.sum)}</h3><${Plot} label=${`QD-score: ${short(found.sum)}`} spec=${score} height=${120} />
    <${Behind} caption="coverage and QD-score" make=${() => ({ rows: found.xs.map((x, i) => i).reverse(), columns: [
      { name: 'x', label: 'commit', number: true, cell: (i) => count(found.xs[i]) },
      { name: 'coverage', label: 'coverage', number: true, cell: (i) => `${(100 * found.coverage[i]).toFixed(1)} %` },
      { name: 'score', label: 'QD-score', number: true, cell: (i) => short(found.score[i]) }] })} />
  </div>`;
}

function Busy() {
  const here = useHere(), { log, about, lo, hi } = here;
  const found = useMemo(() => occupancy(log, lo, hi, about.workers), [here.version, lo, hi]);
  const make = (key, colour, ys, most) => ({
    key, data: found ? [found.xs, ys] : [[0, 1], [0, 0]], series: [{ label: key, colour, width: 1, step: true, fill: `${colour}44` }],
    x: { label: 'time', values: clock }, y: { low: 0, high: Math.max(most ?? 0, found ? Math.max(...ys) : 0, 1) },
    lines: most ? [{ y: most, label: `${most} ${key}` }] : [],
  });
  const slots = useMemo(() => make('slots', ink('accent'), found?.calls, about.slots), [found]);
  const workers = useMemo(() => make('workers', ink('second'), found?.evaluations, about.workers), [found]);
  const mean = (ys) => (found ? ys.reduce((sum, y) => sum + y, 0) / ys.length : 0);
  return html`<${Panel} title="Slots and workers" wide note="what was busy, from the log's times"><div class="two"><div>
    <h3>model calls</h3><${Plot} label=${`Model calls at a time: ${short(mean(found?.calls))} on average`} spec=${slots} height=${120} /></div><div>
    <h3>evaluations</h3><${Plot} label=${`Evaluations at a time: ${short(mean(found?.evaluations))} on average`} spec=${workers} height=${120} /></div></div>
    <${Behind} caption="busy slots and workers" make=${() => ({ rows: found ? [...found.xs.keys()] : [], columns: [
      { name: 'x', label: 'time', number: true, cell: (i) => duration(found.xs[i]) },
      { name: 'calls', label: 'model calls', number: true, cell: (i) => found.calls[i].toFixed(2) },
      { name: 'evaluations', label: 'evaluations', number: true, cell: (i) => found.evaluations[i].toFixed(2) }] })} />
  </${Panel}>`;
}

function FewFailures() {
  const here = useHere(), { log, lo, hi } = here;
  const rows = useMemo(() => failures(log, lo, hi), [here.version, lo, hi]);
  const all = rows.reduce((sum, row) => sum + row.seqs.length, 0);
  return html`<${Panel} title="Failures" note=${`${share(all, hi - lo)} of the attempts`} tools=${html`<a href=${viewLink(here, 'failures')}>examples</a>`}>
    <${Table} caption="failures by kind" rows=${rows.slice(0, 8)} columns=${[
      { name: 'name', label: 'kind', cell: (row) => html`<a href=${viewLink(here, 'failures', { kind: row.name })}>${plain(row.name)}</a>` },
      { name: 'count', label: 'how often', number: true, cell: (row) => count(row.seqs.length) },
      { name: 'last', label: 'last', number: true, cell: (row) => `t${log.ticket[row.seqs[row.seqs.length - 1]]}` },
    ]} /></${Panel}>`;
}

function Events() {
  const { about } = useHere();
  return html`<${Panel} title="What was done to the run">
    <${Table} caption="events of the log" rows=${[...about.events].reverse()} columns=${[
      { name: 'at', label: 'when', cell: (row) => when(row.at) },
      { name: 'after', label: 'after commit', number: true, cell: (row) => count(row.after_seq) },
      { name: 'kind', label: 'kind', cell: (row) => plain(row.kind) },
      { name: 'author', label: 'by', cell: (row) => plain(row.author) },
      { name: 'data', label: 'what', wide: true, cell: (row) => html`<${Said} text=${row.data.text ?? (row.data.set ?? []).join(', ')} />` },
    ]} /></${Panel}>`;
}

export { usd };
