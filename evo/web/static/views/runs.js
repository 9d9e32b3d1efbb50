// The runs that there are; several can be chosen to be compared.
import { html, useEffect, useMemo, useState } from '../html.js';
import { Panel, Spark, Table, Trouble, useHere, Wait } from '../parts.js';
import { write } from '../route.js';
import { count, duration, plain, usd, value, when } from '../format.js';

const STATES = ['running', 'finished', 'paused', 'interrupted', 'failed'];

export function Runs() {
  const { source, route, go } = useHere();
  const [told, tell] = useState(null), [trouble, fail] = useState(null), [away, setAway] = useState(false);
  useEffect(() => {
    let valid = true;
    const load = () => source.runs().then((found) => { if (valid) { tell(found); fail(null); } }, (error) => valid && fail(error.message));
    load();
    const stop = source.watchRuns((news, open) => { if (news === null) setAway(!open); else load(); });
    return () => { valid = false; stop(); };
  }, []);
  const words = (route.state.q ?? '').toLowerCase(), state = route.state.state ?? '';
  const rows = useMemo(() => (told?.runs ?? []).filter((row) => (!state || row.state === state) && (!words || `${row.problem}/${row.instance} ${row.name}`.toLowerCase().includes(words))), [told, words, state]);
  const picked = (route.state.pick ?? '').split(',').filter(Boolean);
  const turn = (name) => go({ pick: (picked.includes(name) ? picked.filter((each) => each !== name) : [...picked, name]).join(',') || null });
  if (trouble && !told) return html`<${Trouble} text=${trouble} />`;
  if (!told) return html`<${Wait} what="Reading the runs …" />`;
  if (!told.runs.length) return html`<p class="wait">No run here yet. <code>evo run circle_packing/26</code> makes one, and it will appear.</p>`;
  return html`<${Panel} title="Runs" wide note=${`${count(rows.length)} of ${count(told.runs.length)}, newest first`} tools=${html`
      <label>find <input type="search" value=${route.state.q ?? ''} placeholder="problem or id" onInput=${(event) => go({ q: event.currentTarget.value || null })} /></label>
      <label class="choice"><span>state</span><select value=${state} onChange=${(event) => go({ state: event.currentTarget.value || null })}><option value="">any</option>${STATES.map((each) => html`<option value=${each} selected=${each === state}>${each}</option>`)}</select></label>
      ${picked.length > 1 ? html`<a class="button" href=${write({ place: 'compare', state: { runs: picked.join(',') } })}>compare ${picked.length}</a>` : html`<span class="note">choose two or more to compare</span>`}`}>
    ${away && html`<p class="note" role="status">The server does not answer; this is what was.</p>`}
    <${Table} caption="runs" rows=${rows} most=${100} keyOf=${(row) => row.name} columns=${[
      { name: 'pick', label: html`<span class="spoken">compare</span>`, cell: (row) => html`<input type="checkbox" aria-label=${`compare ${row.name}`} checked=${picked.includes(row.name)} onChange=${() => turn(row.name)} disabled=${Boolean(row.error)} />` },
      { name: 'problem', label: 'problem', cell: (row) => (row.error ? html`<span class="bad">cannot be read</span>` : html`<a href=${write({ place: 'run', run: row.name, view: 'overview' })}>${plain(row.problem)}${row.instance && `/${plain(row.instance)}`}</a>`), sort: (row) => `${row.problem}/${row.instance}` },
      { name: 'name', label: 'run', cell: (row) => (row.error ? html`<span class="said">${plain(row.error)}</span>` : html`<span class="id">${plain(row.name.split('-').pop())}</span>`), sort: (row) => row.name },
      { name: 'state', label: 'state', cell: (row) => html`<span class=${`state ${row.state}`}>${row.state}</span>`, sort: (row) => row.state },
      { name: 'created', label: 'begun', cell: (row) => when(row.created), sort: (row) => row.created },
      { name: 'best', label: 'best', number: true, cell: (row) => value(row.best), sort: (row) => row.best },
      { name: 'spark', label: 'best so far', cell: (row) => row.spark && html`<${Spark} values=${row.spark} label=${`best so far of ${row.name}`} />` },
      { name: 'committed', label: 'commits', number: true, cell: (row) => count(row.committed), sort: (row) => row.committed },
      { name: 'cost', label: 'usd', number: true, cell: (row) => (row.error ? '' : usd(row.cost_usd)), sort: (row) => row.cost_usd },
      { name: 'tokens', label: 'tokens', number: true, cell: (row) => (row.error ? '' : count(row.tokens)), sort: (row) => row.tokens },
      { name: 'seconds', label: 'time', number: true, cell: (row) => (row.error ? '' : duration(row.seconds)), sort: (row) => row.seconds },
    ]} /></${Panel}>`;
}
