// What was spent, by whom, and what came of it.
import { html, useMemo } from '../html.js';
import { Behind, Choice, Panel, Table, useHere } from '../parts.js';
import { Plot } from '../plot.js';
import { ink } from '../colour.js';
import { count, duration, gain, plain, share, short, usd } from '../format.js';
import { charges, tally } from '../fold.js';

const WHAT = [['usd', 'usd'], ['tokens', 'tokens'], ['cpu', 'CPU seconds']];
const POINTS = 300;

export function Costs() {
  const here = useHere(), { log, about, stand, lo, hi, route, go } = here;
  const sums = useMemo(() => {
    const found = { usd: 0, tokensIn: 0, tokensOut: 0, cpu: 0, wall: 0 };
    for (let seq = lo; seq < hi; seq++) {
      found.usd += log.cost_usd[seq];
      found.tokensIn += log.tokens_in[seq];
      found.tokensOut += log.tokens_out[seq];
      found.cpu += log.cpu_seconds[seq];
      found.wall += log.seconds[seq];
    }
    return found;
  }, [here.version, lo, hi]);
  const units = useMemo(() => charges(log, lo, hi), [here.version, lo, hi]);
  const what = route.state.what ?? (log.usd > 0 ? 'usd' : 'tokens');
  const spec = useMemo(() => spending(log, lo, hi, what), [here.version, lo, hi, what]);
  const { budget = {} } = about;
  return html`<div class="stack"><${Panel} title="Costs" wide tools=${html`<${Choice} label="show" value=${what} options=${WHAT} onChange=${(key) => go({ what: key })} />`}>
      <dl class="tiles">
        <div><dt>usd</dt><dd>${usd(sums.usd)}${budget.usd ? html`<span class="note"> of ${usd(budget.usd)}</span>` : ''}</dd></div>
        <div><dt>tokens in</dt><dd>${count(sums.tokensIn)}</dd></div><div><dt>tokens out</dt><dd>${count(sums.tokensOut)}${budget.tokens ? html`<span class="note"> of ${count(budget.tokens)}</span>` : ''}</dd></div>
        <div><dt>CPU of evaluations</dt><dd>${duration(sums.cpu)}</dd></div><div><dt>their time</dt><dd>${duration(sums.wall)}</dd></div>
        <div><dt>the run</dt><dd>${duration(stand.seconds)}${budget.seconds ? html`<span class="note"> of ${duration(budget.seconds)}</span>` : ''}</dd></div>
        <div><dt>evaluations</dt><dd>${count(log.evaluated)}${budget.evaluations ? html`<span class="note"> of ${count(budget.evaluations)}</span>` : ''}</dd></div>
        ${(about.economy || units.early > 0) && html`<${Units} rule=${about.economy} units=${units} />`}
        <div><dt>valid</dt><dd>${share(log.valid, log.count)}</dd></div>
      </dl>
      <${Plot} label=${`Spent so far: ${short(spec.total)} ${what}`} spec=${spec} height=${220} />
      <${Behind} caption=${`${what} spent so far`} make=${() => ({ rows: [...spec.data[0].keys()].reverse(), columns: [
        { name: 'x', label: 'commit', number: true, cell: (i) => count(spec.data[0][i]) }, { name: 'y', label: what, number: true, cell: (i) => short(spec.data[1][i]) }] })} />
    </${Panel}>
    ${['operator', 'model', 'island'].map((by) => html`<${Shares} by=${by} />`)}</div>`;
}

// What evaluations are charged for where a rule ends some of them, and what that saved.
function Units({ rule, units }) {
  return html`<div title="1 for an evaluation, or the fraction of the work that was done"><dt>units charged</dt><dd>${units.charged.toFixed(1)}<span class="note"> of ${count(units.whole)}</span></dd></div>
    <div><dt>saved${rule ? ` by ${plain(rule)}` : ''}</dt><dd>${share(units.saved, units.whole)}<span class="note"> ${count(units.early)} ended early</span></dd></div>`;
}

function spending(log, lo, hi, what) {
  const of = what === 'usd' ? (seq) => log.cost_usd[seq] : what === 'tokens' ? (seq) => log.tokens_in[seq] + log.tokens_out[seq] : (seq) => log.cpu_seconds[seq];
  const xs = [], ys = [], every = Math.max(1, Math.floor((hi - lo) / POINTS));
  let total = 0;
  for (let seq = lo; seq < hi; seq++) {
    total += of(seq);
    if ((seq - lo) % every === 0 || seq === hi - 1) { xs.push(seq); ys.push(total); }
  }
  if (xs.length < 2) { xs.push(xs[0] + 1); ys.push(total); }
  return { key: `spent ${what}`, total, data: [xs, ys], series: [{ label: what, colour: ink('accent'), width: 2, fill: `${ink('accent')}22` }], x: { label: 'commit' }, y: { low: 0, label: what } };
}

function Shares({ by }) {
  const here = useHere(), { log, lo, hi } = here;
  const rows = useMemo(() => tally(log, lo, hi, by), [here.version, lo, hi, by]);
  return html`<${Panel} title=${`By ${by}`} wide><${Table} caption=${`costs by ${by}`} rows=${rows} order=${{ name: 'usd', down: true }} keyOf=${(row) => row.key} columns=${[
    { name: 'name', label: by, cell: (row) => html`<span class="named"><span>${plain(row.name)}</span></span>`, sort: (row) => row.name },
    { name: 'tried', label: 'tried', number: true, cell: (row) => count(row.tried), sort: (row) => row.tried },
    { name: 'valid', label: 'valid', number: true, cell: (row) => share(row.valid, row.tried), sort: (row) => row.valid / row.tried },
    { name: 'placed', label: 'placed', number: true, cell: (row) => share(row.placed, row.tried), sort: (row) => row.placed / row.tried },
    { name: 'best', label: 'new best', number: true, cell: (row) => count(row.best), sort: (row) => row.best },
    { name: 'gain', label: 'gain', number: true, cell: (row) => (row.gain ? gain(row.gain) : '–'), sort: (row) => row.gain },
    { name: 'usd', label: 'usd', number: true, cell: (row) => usd(row.usd), sort: (row) => row.usd },
    { name: 'tokens', label: 'tokens', number: true, cell: (row) => count(row.tokens), sort: (row) => row.tokens },
    { name: 'cpu', label: 'CPU', number: true, cell: (row) => duration(row.cpu), sort: (row) => row.cpu },
    { name: 'perusd', label: 'gain per usd', number: true, cell: (row) => (row.usd && row.gain ? gain(row.gain / row.usd) : '–'), sort: (row) => (row.usd ? row.gain / row.usd : NaN) },
    { name: 'percpu', label: 'gain per CPU s', number: true, cell: (row) => (row.cpu && row.gain ? gain(row.gain / row.cpu) : '–'), sort: (row) => (row.cpu ? row.gain / row.cpu : NaN) },
  ]} /></${Panel}>`;
}
