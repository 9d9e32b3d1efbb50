// Everything about one program: code, what changed, stages, measures, prompt and answer, picture, descendants.
import { html, useEffect, useMemo, useState } from '../html.js';
import { Asked, Behind, Choice, Panel, ProgramLink, Said, Table, Trouble, useHere, viewLink, Wait } from '../parts.js';
import { Code, Diff, textOf } from '../code.js';
import { hierarchy, tree } from '../vendor/d3-hierarchy.js';
import { bytes, count, duration, gain, plain, short, usd, value, when } from '../format.js';

const KEPT = 60;

// A program by its id, read once: [program, trouble].
export function useProgram(id) {
  const { live, run } = useHere();
  const known = live.programs ??= new Map();
  const [, redraw] = useState(0);
  useEffect(() => {
    if (!id || known.has(id)) return undefined;
    const entry = { program: null, trouble: null };
    known.set(id, entry);
    if (known.size > KEPT) known.delete(known.keys().next().value);
    run.program(id).then((program) => { entry.program = program; }, (error) => { entry.trouble = error.message; }).then(() => redraw((n) => n + 1));
    return undefined;
  }, [id]);
  useEffect(() => {
    const entry = id && known.get(id);
    if (!entry || entry.program || entry.trouble) return undefined;
    const wait = setInterval(() => { if (entry.program || entry.trouble) { clearInterval(wait); redraw((n) => n + 1); } }, 60);
    return () => clearInterval(wait);
  }, [id]);
  const entry = id ? known.get(id) : null;
  return [entry?.program ?? null, entry?.trouble ?? null];
}

const TABS = [['code', 'code'], ['diff', 'diff'], ['stages', 'stages'], ['measures', 'measures'], ['answer', 'prompt and answer'], ['kin', 'descendants']];

// A picture that cannot be had leaves no hole.
const hide = (event) => { event.currentTarget.hidden = true; };

export function ProgramCard() {
  const here = useHere(), { log, picked } = here;
  const id = picked >= 0 ? log.program[picked] : null, settled = here.live.complete || here.chosen;
  const [program, trouble] = useProgram(settled ? id : null);
  const parent = picked >= 0 ? log.parent[picked] : -1;
  const [old] = useProgram(settled && parent >= 0 ? log.program[parent] : null);
  if (picked < 0) return html`<${Panel} title="Program"><p class="note">No program is VALID yet.</p></${Panel}>`;
  const picture = program && (here.run.picture(program.id) ?? (picked === log.bestSeq ? here.run.picture('') : null));
  return html`<${Panel} title=${html`${picked === log.bestSeq ? 'Best' : 'Program'} <span class="id">${id.slice(0, 6)}</span>`} name="program" tools=${html`<a href=${viewLink(here, 'program', { p: id })}>open</a>`}>
    <p class="big"><b>${Number.isNaN(log.objective[picked]) ? log.ending(picked) : value(log.objective[picked], log.gain[picked])}</b> <span class="gain">${gain(log.gain[picked])}</span></p>
    <p class="facts"><span class="fact">${log.words[log.operator[picked]]} t${count(log.ticket[picked])}</span>${log.island[picked] >= 0 && html`<span class="fact">island ${log.island[picked]}</span>`}<span class="fact">${count(log.made[picked])} children</span><span class="fact">${duration(log.cpu_seconds[picked])} CPU</span></p>
    ${program?.summary && html`<p class="why"><${Said} text=${program.summary} most=${220} /></p>`}
    ${picture && html`<img class="picture" src=${picture} alt="Picture of the program's output, drawn by the problem" onError=${hide} />`}
    ${trouble && html`<p class="note">${trouble}</p>`}
    ${program && (old ? html`<${Diff} before=${textOf(old)} after=${textOf(program)} most=${picture ? 10 : 26} label="what changed from the parent" />` : html`<${Code} text=${textOf(program).split('\n').slice(0, picture ? 10 : 26).join('\n')} language=${program.language} label="code" />`)}
  </${Panel}>`;
}

export function Program() {
  const here = useHere(), { log, picked, route, go } = here;
  const id = picked >= 0 ? log.program[picked] : null;
  const [program, trouble] = useProgram(id);
  const tab = TABS.some(([key]) => key === route.state.tab) ? route.state.tab : 'code';
  if (picked < 0) return html`<${Panel} title="Program" wide><p class="note">No program is VALID yet.</p></${Panel}>`;
  const picture = program && (here.run.picture(program.id) ?? (picked === log.bestSeq ? here.run.picture('') : null));
  const pinned = route.state.pin === id;
  return html`<div class="stack"><${Panel} title=${html`${picked === log.bestSeq ? 'Best program' : 'Program'} <span class="id">${id.slice(0, 12)}</span>`} name="program" wide tools=${html`
      <button aria-pressed=${pinned} onClick=${() => go({ pin: pinned ? null : id })}>${pinned ? 'pinned' : 'pin'} <kbd>p</kbd></button>
      <a href=${viewLink(here, 'story', { p: id })}>its story</a> <a href=${viewLink(here, 'descent', { p: id, focus: id })}>its kin</a>`}>
    <div class="program"><div>
      <p class="big"><b>${Number.isNaN(log.objective[picked]) ? log.ending(picked) : value(log.objective[picked], log.gain[picked])}</b> <span class=${log.gain[picked] > 0 ? 'gain' : 'note'}>${gain(log.gain[picked])}</span></p>
      <p class="facts"><span class="fact">${log.words[log.operator[picked]]} t${count(log.ticket[picked])}</span>
        ${log.island[picked] >= 0 && html`<span class="fact">island ${log.island[picked]}</span>`}
        ${log.llm[picked] >= 0 && html`<span class="fact">${plain(log.words[log.model[picked] >= 0 ? log.model[picked] : log.llm[picked]])}</span>`}
        ${log.cost_usd[picked] > 0 && html`<span class="fact">${usd(log.cost_usd[picked])} usd</span>`}
        <span class="fact">${duration(log.cpu_seconds[picked])} CPU</span><span class="fact">${when(log.at[picked])}</span></p>
      ${program && html`<${About} program=${program} />`}
    </div>${picture && html`<img class="picture" src=${picture} alt="Picture of the program's output, drawn by the problem" onError=${hide} />`}</div>
    ${trouble && html`<${Trouble} text=${trouble} />`}
    <div class="tabs" role="tablist" aria-label="Parts of the program">${TABS.map(([key, words]) => html`<button role="tab" id=${`tab-${key}`} aria-controls="tab" aria-selected=${tab === key} tabindex=${tab === key ? 0 : -1}
      onKeyDown=${(event) => turn(event, key, go)} onClick=${() => go({ tab: key === 'code' ? null : key })}>${words}</button>`)}</div>
    <div id="tab" role="tabpanel" aria-labelledby=${`tab-${tab}`}>${program ? html`<${Part} tab=${tab} program=${program} seq=${picked} />` : !trouble && html`<${Wait} what="Reading …" />`}</div>
  </${Panel}></div>`;
}

function turn(event, key, go) {
  const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!by) return;
  event.preventDefault();
  const at = TABS.findIndex(([each]) => each === key), to = TABS[(at + by + TABS.length) % TABS.length][0];
  go({ tab: to === 'code' ? null : to });
  setTimeout(() => document.getElementById(`tab-${to}`)?.focus());
}

function About({ program }) {
  const link = (each) => (each.seq === null ? html`<span class="id">${each.program.slice(0, 6)}</span>` : html`<${ProgramLink} seq=${each.seq} />`);
  return html`${program.summary && html`<p class="why"><${Said} text=${program.summary} most=${1000} /></p>`}
    ${program.detail && html`<p class="why">${plain(program.detail)}</p>`}
    <${Asked} wishes=${program.wishes} />
    <dl class="pairs">
      ${program.parents.length > 0 && html`<div><dt>parents</dt><dd>${program.parents.map((each) => html`${link(each)} `)}</dd></div>`}
      ${program.inspirations.length > 0 && html`<div><dt>shown beside</dt><dd>${program.inspirations.map((each) => html`${link(each)} `)}</dd></div>`}
      ${program.tickets.length > 1 && html`<div><dt>proposed again by</dt><dd>${program.tickets.slice(1).map((ticket) => `t${ticket}`).join(', ')}</dd></div>`}
      ${program.placements.map((each) => html`<div><dt>island ${each.island}</dt><dd>(${each.cell.join(', ')}) ${each.status} ${gain(each.delta)}</dd></div>`)}
      ${program.evaluation?.flags.length > 0 && html`<div><dt>flags</dt><dd>${plain(program.evaluation.flags.join(', '))}</dd></div>`}
      ${program.retests.length > 0 && html`<div><dt>tested again</dt><dd>${program.retests.map((x) => value(x)).join(', ')}</dd></div>`}
      ${program.evaluation?.feedback && html`<div><dt>the judge</dt><dd class="said">${plain(program.evaluation.feedback)}</dd></div>`}
    </dl>`;
}

function Part({ tab, program, seq }) {
  if (tab === 'diff') return html`<${Against} program=${program} seq=${seq} />`;
  if (tab === 'stages') return html`<${Stages} program=${program} />`;
  if (tab === 'measures') return html`<${Figures} program=${program} />`;
  if (tab === 'answer') return html`<${Answer} ticket=${program.ticket} open />`;
  if (tab === 'kin') return html`<${Kin} program=${program} seq=${seq} />`;
  return html`<div>${Object.entries(program.files).map(([path, text]) => html`<h3>${plain(path)} <span class="note">${bytes(text.length)}</span></h3><${Code} text=${text} language=${program.language} label=${`code of ${path}`} />`)}</div>`;
}

function Against({ program, seq }) {
  const { log, route, go } = useHere();
  const line = log.line(seq);
  const options = [
    ...(program.parents.length ? [['parent', 'its parent']] : []), ['best', 'the best'], ['seed', 'its seed'],
    ...(route.state.pin ? [['pin', `pinned ${route.state.pin.slice(0, 6)}`]] : []),
    ...program.parents.slice(1).map((each) => [each.program.slice(0, 12), `other parent ${each.program.slice(0, 6)}`]),
    ...program.inspirations.map((each) => [each.program.slice(0, 12), `inspiration ${each.program.slice(0, 6)}`]),
    ...(route.state.with && /^[0-9a-f]{6,}$/.test(route.state.with) ? [[route.state.with, route.state.with.slice(0, 6)]] : []),
  ];
  const chosen = route.state.with ?? (route.state.pin && route.state.pin !== log.program[seq] ? 'pin' : options[0][0]);
  const parent = log.parent[seq];
  const other = { parent: parent >= 0 ? log.program[parent] : program.parents[0]?.program, best: log.program[log.bestSeq], seed: log.program[line[0]], pin: route.state.pin }[chosen] ?? chosen;
  const [old, trouble] = useProgram(other);
  return html`<div class="row"><${Choice} label="from" value=${chosen} options=${options} onChange=${(key) => go({ with: key === options[0][0] ? null : key })} />
      <form class="row" onSubmit=${(event) => { event.preventDefault(); const typed = String(new FormData(event.currentTarget).get('id')).trim().toLowerCase(); if (/^[0-9a-f]+$/.test(typed)) go({ with: typed }); }}>
        <label>or any other <input name="id" placeholder="beginning of an id" size="14" /></label></form></div>
    ${old ? html`<${Diff} before=${textOf(old)} after=${textOf(program)} label=${`from ${old.id.slice(0, 6)} to ${program.id.slice(0, 6)}`} />` : html`<p class="note" role="status">${trouble ?? 'Reading …'}</p>`}`;
}

function Stages({ program }) {
  const stages = program.evaluation?.stages ?? [];
  const longest = Math.max(...stages.map((each) => each.seconds), 1e-9);
  return html`<${Table} caption="stages of the evaluation" rows=${stages} columns=${[
    { name: 'stage', label: 'stage', cell: (row) => plain(row.stage) },
    { name: 'status', label: 'status', cell: (row) => html`<span class=${row.status === 'SUCCESS' ? '' : 'bad'}>${row.status}</span>${row.cached ? ' (kept)' : ''}` },
    { name: 'seconds', label: 'time', number: true, cell: (row) => duration(row.seconds) },
    { name: 'bar', label: 'share', cell: (row) => html`<span class="meter"><span style=${{ width: `${(100 * row.seconds) / longest}%` }}></span></span>` },
    { name: 'cpu', label: 'CPU', number: true, cell: (row) => duration(row.cpu_seconds) },
    { name: 'memory', label: 'memory', number: true, cell: (row) => (row.max_rss_mb ? `${short(row.max_rss_mb)} MB` : '') },
    { name: 'detail', label: 'said', wide: true, cell: (row) => html`<pre class="message">${plain(row.detail)}</pre>` },
  ]} />`;
}

function Figures({ program }) {
  const pairs = (found) => Object.entries(found ?? {}).map(([name, x]) => ({ name, x }));
  const columns = [{ name: 'name', label: 'name', cell: (row) => plain(row.name) }, { name: 'x', label: 'value', number: true, cell: (row) => value(row.x) }];
  return html`<div class="two"><div><h3>measures</h3><${Table} caption="measures" rows=${pairs(program.evaluation?.measures)} columns=${columns} /></div>
    <div><h3>metrics</h3><${Table} caption="metrics" rows=${pairs(program.evaluation?.metrics)} columns=${columns} /></div></div>`;
}

export function Answer({ ticket, open }) {
  const { run } = useHere();
  const [shown, show] = useState(Boolean(open)), [told, tell] = useState(undefined), [trouble, fail] = useState(null);
  useEffect(() => { tell(undefined); fail(null); }, [ticket]);
  useEffect(() => {
    if (!shown || told !== undefined) return undefined;
    let valid = true;
    run.answer(ticket).then((found) => valid && tell(found), (error) => valid && fail(error.message));
    return () => { valid = false; };
  }, [shown, ticket, told]);
  const inner = trouble ? html`<p class="note">${trouble}</p>` : told === undefined ? html`<${Wait} what="Reading …" />` : told === null ? html`<p class="note">No model was asked.</p>`
    : html`<p class="facts"><span class="fact">${plain(told.model || told.llm)}</span><span class="fact">${count(told.prompt_tokens)} tokens in, ${count(told.completion_tokens)} out</span>${told.cost_usd > 0 && html`<span class="fact">${usd(told.cost_usd)} usd</span>`}<span class="fact">${plain(told.finish)}</span></p>
      <h3>answer</h3><pre class="code words" tabindex="0" role="group" aria-label="answer of the model">${plain(told.text)}</pre>
      ${told.thoughts && html`<h3>thoughts</h3><pre class="code words" tabindex="0" role="group" aria-label="thoughts of the model">${plain(told.thoughts)}</pre>`}
      <h3>prompt</h3>${told.system && html`<pre class="code words" tabindex="0" role="group" aria-label="system prompt">${plain(told.system)}</pre>`}<pre class="code words" tabindex="0" role="group" aria-label="prompt">${plain(told.user)}</pre>`;
  if (open) return inner;
  return html`<details open=${shown} onToggle=${(event) => show(event.currentTarget.open)}><summary>prompt and answer</summary>${shown && inner}</details>`;
}

const BRANCHES = 120;

// What was made from it: a tree of the nearest descendants, and a table of the children.
function Kin({ program, seq }) {
  const here = useHere(), { log } = here;
  const found = useMemo(() => branches(log, seq), [here.version, seq]);
  const width = Math.max(240, (found.height + 1) * 120), height = Math.max(60, found.leaves().length * 18 + 24);
  return html`<p class="note">${count(program.children.length)}${program.children.length >= 500 ? ' or more' : ''} children${found.cut ? `; the tree shows the ${BRANCHES} nearest descendants that led furthest` : ''}</p>
    <div class="scroll" tabindex="0" role="group" aria-label="tree of descendants"><svg class="tree" width=${width} height=${height} role="img" aria-label=${`tree of ${found.descendants().length - 1} descendants`}>
      ${found.links().map(({ source, target }) => html`<path d=${`M${source.y + 12},${source.x + 12}C${source.y + 60},${source.x + 12} ${target.y - 40},${target.x + 12} ${target.y + 12},${target.x + 12}`} />`)}
      ${found.descendants().map((node) => html`<g transform=${`translate(${node.y + 12},${node.x + 12})`}><circle r="4" class=${log.best[node.data] === node.data ? 'best' : ''} /><text x="8" y="4">${Number.isNaN(log.objective[node.data]) ? log.ending(node.data) : value(log.objective[node.data])}</text></g>`)}
    </svg></div>
    <${Table} caption="children" rows=${program.children} columns=${[
      { name: 'ticket', label: 'ticket', number: true, cell: (each) => count(log.ticket[each]), sort: (each) => each },
      { name: 'objective', label: 'objective', number: true, cell: (each) => (Number.isNaN(log.objective[each]) ? log.ending(each) : value(log.objective[each])), sort: (each) => log.objective[each] },
      { name: 'gain', label: 'gain', number: true, cell: (each) => gain(log.gain[each]), sort: (each) => log.gain[each] },
      { name: 'operator', label: 'operator', cell: (each) => log.words[log.operator[each]] },
      { name: 'program', label: 'program', cell: (each) => html`<${ProgramLink} seq=${each} />` }]} />`;
}

function branches(log, seq) {
  const children = new Map([[seq, []]]);
  let many = 0, cut = false;
  for (let at = seq + 1; at < log.count; at++) {
    const parent = log.parent[at];
    if (log.status[at] < 0 || !children.has(parent)) continue;
    if (many >= BRANCHES) { cut = true; break; }
    children.get(parent).push(at);
    children.set(at, []);
    many++;
  }
  const root = hierarchy(seq, (at) => children.get(at));
  tree().nodeSize([18, 120])(root);
  const least = Math.min(...root.descendants().map((node) => node.x));
  root.each((node) => { node.x -= least; });
  root.cut = cut;
  return root;
}

export { Behind };
