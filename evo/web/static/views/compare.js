// Runs side by side: curves with quartiles of those of one kind, what their configs differ in, what insights did.
import { html, useEffect, useMemo, useState } from '../html.js';
import { Behind, Dot, Panel, Table, Trouble, useHere, Wait } from '../parts.js';
import { Plot } from '../plot.js';
import { write } from '../route.js';
import { named } from '../colour.js';
import { count, duration, gain, plain, share, short, usd, value } from '../format.js';

export function Compare() {
  const { source, route } = useHere();
  const names = (route.state.runs ?? '').split(',').filter(Boolean);
  const [told, tell] = useState(null), [trouble, fail] = useState(null);
  useEffect(() => {
    let valid = true;
    tell(null);
    fail(null);
    source.compare(names).then((found) => valid && tell(found), (error) => valid && fail(error.message));
    return () => { valid = false; };
  }, [route.state.runs]);
  if (trouble) return html`<${Trouble} text=${plain(trouble)}><a href=${write({ place: 'runs' })}>All runs</a></${Trouble}>`;
  if (!told) return html`<${Wait} what="Reading the runs …" />`;
  const problems = [...new Set(told.runs.map((run) => `${run.problem}/${run.instance}/${run.unit}`))];
  return html`<div class="stack">
    ${problems.map((problem) => html`<${Curves} told=${told} problem=${problem} key=${problem} />`)}
    <${Groups} told=${told} />
    ${told.tests?.length > 0 && html`<${Tests} told=${told} />`}
    <${Each} told=${told} />
    <${Differences} told=${told} />
    ${told.groups.some((group) => group.insights) && html`<${Effects} title="Do insights pay?" note="tickets drawn to be shown them, against those drawn not to be; 95 % intervals" groups=${told.groups.map((group) => ({ group, name: '', found: group.insights }))} />`}
    ${told.groups.some((group) => Object.keys(group.arms ?? {}).length) && html`<${Effects} title="What arms of prompts did" note="tickets of one arm against the others; 95 % intervals" groups=${told.groups.flatMap((group) => Object.entries(group.arms ?? {}).map(([name, found]) => ({ group, name, found })))} />`}
  </div>`;
}

function kindOf(group) { return [group.strategy, group.config].filter(Boolean).join(' ') || 'runs'; }

function Curves({ told, problem }) {
  const groups = told.groups.map((group, at) => ({ ...group, at, band: told.bands[at] })).filter((group) => `${group.problem}/${group.instance}/${group.unit}` === problem);
  const runs = told.runs.filter((run) => `${run.problem}/${run.instance}/${run.unit}` === problem);
  const spec = useMemo(() => curves(told, groups, runs), [told, problem]);
  return html`<${Panel} title=${`Best so far: ${plain(groups[0].problem)}${groups[0].instance && `/${plain(groups[0].instance)}`}`} wide name=${`curves-${problem}`}
      note=${html`<span class="legend">${groups.map((group) => html`<span><${Dot} colour=${named(group.at + 1)} />${plain(kindOf(group))} (${group.runs})</span>`)}</span>`}>
    <${Plot} label=${`Best so far of ${runs.length} runs; thick lines are medians, bands quartiles`} spec=${spec} height=${320} />
    <${Behind} caption="medians and quartiles" make=${() => ({ rows: groups.flatMap((group) => group.band.map((row) => ({ group, row }))).reverse(), columns: [
      { name: 'kind', label: 'kind', cell: ({ group }) => plain(kindOf(group)) },
      { name: 'x', label: 'evaluations', number: true, cell: ({ row }) => count(row[0]) },
      ...['lower quartile', 'median', 'upper quartile'].map((label, i) => ({ name: label, label, number: true, cell: ({ row }) => value(row[i + 1]) }))] })} />
  </${Panel}>`;
}

function curves(told, groups, runs) {
  const xs = [...new Set([...runs.flatMap((run) => told.curves[run.run].map(([x]) => x)), ...groups.flatMap((group) => group.band.map(([x]) => x))])].sort((a, b) => a - b);
  const at = new Map(xs.map((x, i) => [x, i]));
  const fill = (points, column) => {
    const ys = new Array(xs.length).fill(null);
    for (const point of points) ys[at.get(point[0])] = point[column];
    return ys;
  };
  const data = [xs], series = [], ends = [];
  for (const group of groups) {
    const colour = named(group.at + 1);
    if (group.runs > 1) {
      series.push({ label: 'upper', colour: `${colour}55`, width: 0.5 }, { label: 'lower', colour: `${colour}55`, width: 0.5, band: [series.length + 1, series.length + 2], fill: `${colour}2e` });
      data.push(fill(group.band, 3), fill(group.band, 1));
    }
    series.push({ label: kindOf(group), colour, width: 2.5 });
    data.push(fill(group.band, 2));
  }
  for (const run of runs) {
    const group = groups.find((each) => each.config === run.config && each.strategy === run.strategy);
    if (group?.runs > 1) { series.push({ label: run.run, colour: `${named(group.at + 1)}66`, width: 0.8 }); data.push(fill(told.curves[run.run], 1)); }
    const points = told.curves[run.run];
    const early = points[Math.floor(points.length * 0.05)]?.[1];
    if (early !== null && early !== undefined) ends.push(early);
  }
  if (xs.length < 2) { xs.push((xs[0] ?? 0) + 1); data.slice(1).forEach((ys) => ys.push(null)); }
  const up = groups[0].direction === 'maximize';
  const bound = ends.length ? (up ? { low: Math.min(...ends) } : { high: Math.max(...ends) }) : {};
  const targets = [...new Set(runs.flatMap((run) => run.targets.map((each) => each.target)))];
  return { key: `compare ${groups.map((group) => group.at)}`, data, series, x: { label: 'evaluations' }, y: { label: plain(groups[0].unit) || 'objective', ...bound }, lines: targets.map((y) => ({ y, label: `target ${value(y)}` })) };
}

const spread = (found) => (found ? `${value(found.median)}` : '–');
const range = (found) => (found ? html`<span class="note">${short(found.q1)} to ${short(found.q3)}</span>` : '');

function Groups({ told }) {
  return html`<${Panel} title="By kind of run" wide note="medians; quartiles beside them"><${Table} caption="kinds of runs" rows=${told.groups} columns=${[
    { name: 'problem', label: 'problem', cell: (row) => plain(`${row.problem}${row.instance && `/${row.instance}`}`) },
    { name: 'kind', label: 'kind', cell: (row) => plain(kindOf(row)) },
    { name: 'runs', label: 'runs', number: true, cell: (row) => count(row.runs) },
    { name: 'best', label: 'best', number: true, cell: (row) => html`${spread(row.best)} ${range(row.best)}` },
    { name: 'area', label: 'mean best so far', number: true, cell: (row) => html`${spread(row.area)} ${range(row.area)}` },
    { name: 'evaluations', label: 'evaluations', number: true, cell: (row) => spread(row.evaluations) },
    { name: 'cost', label: 'usd', number: true, cell: (row) => (row.cost_usd ? usd(row.cost_usd.median) : '–') },
    ...(told.groups.some((row) => row.targets.length) ? [{ name: 'target', label: 'target reached', cell: (row) => row.targets.map((each) => `${value(each.target)}: ${each.reached} of ${row.runs}${each.evaluations !== null ? `, after ${count(Math.round(each.evaluations))}` : ''}`).join('; ') }] : []),
  ]} /></${Panel}>`;
}

function Tests({ told }) {
  return html`<${Panel} title="Is one better than the other?" wide note="two-sided Mann-Whitney; p adjusted by Holm"><${Table} caption="tests between kinds of runs" rows=${told.tests} columns=${[
    { name: 'a', label: 'kind', cell: (row) => plain(row.a) }, { name: 'b', label: 'against', cell: (row) => plain(row.b) },
    { name: 'what', label: 'what', cell: (row) => plain(row.what) },
    { name: 'better', label: 'how often better', title: 'of all pairs of runs', number: true, cell: (row) => share(row.better, 1) },
    { name: 'p', label: 'p', number: true, cell: (row) => short(row.p) }, { name: 'adjusted', label: 'p, adjusted', number: true, cell: (row) => short(row.adjusted) }]} /></${Panel}>`;
}

function Each({ told }) {
  return html`<${Panel} title="Run by run" wide><${Table} caption="runs" rows=${told.runs} keyOf=${(row) => row.run} columns=${[
    { name: 'run', label: 'run', cell: (row) => html`<a href=${write({ place: 'run', run: told.names[row.run], view: 'overview' })}>${plain(row.run.split('-').pop())}</a>`, sort: (row) => row.run },
    { name: 'kind', label: 'kind', cell: (row) => plain(kindOf(row)), sort: kindOf },
    { name: 'seed', label: 'seed', number: true, cell: (row) => String(row.seed), sort: (row) => row.seed },
    { name: 'state', label: 'state', cell: (row) => html`<span class=${`state ${row.state}`}>${row.state}</span>` },
    { name: 'best', label: 'best', number: true, cell: (row) => value(row.best), sort: (row) => row.best },
    { name: 'area', label: 'mean best so far', number: true, cell: (row) => value(row.area), sort: (row) => row.area },
    { name: 'evaluations', label: 'evaluations', number: true, cell: (row) => count(row.evaluations), sort: (row) => row.evaluations },
    { name: 'valid', label: 'valid', number: true, cell: (row) => share(row.valid, row.evaluations), sort: (row) => row.valid / row.evaluations },
    { name: 'cost', label: 'usd', number: true, cell: (row) => usd(row.cost_usd), sort: (row) => row.cost_usd },
    { name: 'seconds', label: 'time', number: true, cell: (row) => duration(row.seconds), sort: (row) => row.seconds }]} /></${Panel}>`;
}

function Differences({ told }) {
  const runs = told.runs.map((run) => run.run);
  const words = (x) => (x === null || x === undefined ? '–' : typeof x === 'string' ? x : JSON.stringify(x));
  return html`<${Panel} title="What their configs differ in" wide>${told.differences.length ? html`<${Table} caption="differences of the configs" rows=${told.differences} columns=${[
    { name: 'key', label: 'key', cell: (row) => html`<code>${plain(row.key)}</code>` },
    ...runs.map((run) => ({ name: run, label: plain(run.split('-').pop()), cell: (row) => html`<span class="said">${plain(words(row.values[run]))}</span>` }))]} />` : html`<p class="note">In nothing.</p>`}</${Panel}>`;
}

function Effects({ title, note, groups }) {
  const rows = groups.flatMap(({ group, name, found }) => Object.entries(found ?? {}).filter(([, each]) => each && 'shown' in each).map(([what, each]) => ({ group, name, what, ...each })));
  return html`<${Panel} title=${title} wide note=${note}><${Table} caption=${title} rows=${rows} columns=${[
    { name: 'kind', label: 'kind', cell: (row) => plain(kindOf(row.group)) }, { name: 'what', label: 'what', cell: (row) => plain([row.name, row.what].filter(Boolean).join(': ')) },
    { name: 'shown', label: 'with', number: true, cell: (row) => short(row.shown) }, { name: 'withheld', label: 'without', number: true, cell: (row) => short(row.withheld) },
    { name: 'difference', label: 'difference', number: true, cell: (row) => gain(row.difference) },
    { name: 'interval', label: 'interval', cell: (row) => (row.low === null ? 'too few to tell' : `${short(row.low)} to ${short(row.high)}`) },
    { name: 'counted', label: 'tickets', number: true, cell: (row) => row.counted.map(count).join(' and ') }]} /></${Panel}>`;
}
