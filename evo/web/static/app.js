// The house around the views: address, header, keys, dialogs.
import { html, render, useEffect, useMemo, useRef, useState } from './html.js';
import { Here, Trouble, Wait, viewLink, Said } from './parts.js';
import { LiveRun } from './live.js';
import { read, write, VIEWS, KEPT } from './route.js';
import { recallTheme, turnTheme } from './look.js';
import { count, duration, plain, share, usd, value, gain } from './format.js';
import { timeLeft } from './fold.js';
import { Runs } from './views/runs.js';
import { Compare } from './views/compare.js';
import { Judged } from './views/judged.js';
import { Overview } from './views/overview.js';
import { Archive } from './views/archive.js';
import { Descent } from './views/descent.js';
import { Story } from './views/story.js';
import { Program } from './views/program.js';
import { Failures } from './views/failures.js';
import { Costs } from './views/costs.js';

const PAGES = { overview: Overview, archive: Archive, descent: Descent, story: Story, program: Program, failures: Failures, costs: Costs };

export function mount(element, source, options = {}) {
  recallTheme();
  element.replaceChildren();
  render(html`<${App} source=${source} ...${options} />`, element);
}

function App({ source, start = '' }) {
  const [route, setRoute] = useState(() => read(location.hash || start));
  useEffect(() => {
    const follow = () => setRoute(read(location.hash || start));
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  // Puts keys into the address; with `leave` the way back leads to where we were.
  const go = (state, { leave = false, view = route.view } = {}) => {
    const address = write({ ...route, view, state: { ...route.state, ...state } });
    if (leave) location.hash = address;
    else {
      history.replaceState(null, '', address);
      setRoute(read(address));
    }
  };
  if (route.place === 'run') return html`<${Run} key=${route.run} source=${source} route=${route} go=${go} />`;
  const page = route.place === 'compare' ? Compare : Runs;
  return html`<${Here.Provider} value=${{ source, route, go }}>
    <${Bar} title=${route.place === 'compare' ? 'Runs compared' : 'Runs'} />
    <main id="main" tabindex="-1"><${page} /></main><${Keys} route=${route} /></${Here.Provider}>`;
}

function Bar({ title, children }) {
  return html`<a class="jump" href="#main" onClick=${(event) => { event.preventDefault(); document.getElementById('main').focus(); }}>Skip to the content</a>
    <header class="bar"><h1>${title}</h1>${children}<span class="grow"></span>
      <a href=${write({ place: 'runs' })}>runs</a>
      <button class="plain" onClick=${turnTheme} aria-label="Dark or light (d)" title="Dark or light (d)">◐</button>
      <button class="plain" onClick=${() => document.getElementById('help')?.showModal()} aria-label="Keys (?)" title="Keys (?)">?</button>
    </header>`;
}

function Run({ source, route, go }) {
  const [, redraw] = useState(0);
  const live = useMemo(() => new LiveRun(source.run(route.run)), [route.run]);
  useEffect(() => {
    live.open(redraw);
    return () => live.close();
  }, [live]);
  const { about, log, stand } = live;
  if (!about || !log) {
    return html`<${Here.Provider} value=${{ source, route, go }}><${Bar} title="Run" />
      <main id="main">${live.error || live.away || live.gone
        ? html`<${Trouble} text=${live.error ?? live.gone ?? 'The server does not answer. Is evo serve still running?'}><a href=${write({ place: 'runs' })}>All runs</a></${Trouble}>`
        : html`<${Wait} what="Opening the run …" />`}</main></${Here.Provider}>`;
  }
  const here = makeHere({ source, route, go, live, about, log, stand });
  const page = PAGES[route.view];
  return html`<${Here.Provider} value=${here}>
    <${RunBar} here=${here} />
    <main id="main" tabindex="-1">
      <${Notices} live=${live} />
      ${log.count ? html`<${page} />` : html`<${Wait} what=${live.complete ? 'No commit yet: the first programs are being scored.' : 'Reading the log …'} /><${Judged} />`}
    </main>
    <${Keys} route=${route} here=${here} />
  </${Here.Provider}>`;
}

// What every view may ask for: the run, the stretch of it that is brushed, the program that is picked.
function makeHere({ source, route, go, live, about, log, stand }) {
  const whole = (text, otherwise) => (/^\d+$/.test(text ?? '') ? Number(text) : otherwise);
  const lo = Math.min(whole(route.state.from, 0), Math.max(0, log.count - 1));
  const hi = Math.max(lo + 1, Math.min(whole(route.state.to, log.count), log.count));
  const brushed = lo > 0 || (route.state.to !== undefined && hi < log.count);
  const named = route.state.p ? log.byId.get(route.state.p.slice(0, 12)) ?? -1 : -1;
  const picked = named >= 0 ? named : log.bestSeq;
  const pick = (seq, options) => log.program[seq] && go({ p: log.program[seq] }, options);
  const brush = (from, to) => go(from === null ? { from: null, to: null } : { from: Math.max(0, Math.round(from)), to: Math.min(log.count, Math.round(to)) });
  return { source, route, go, live, about, log, stand, lo, hi, brushed, picked, chosen: named >= 0, pick, brush, version: live.version, run: live.source };
}

function RunBar({ here }) {
  const { about, log, stand, live, route, lo, hi, brushed } = here;
  const state = live.gone ? 'gone' : stand.state;
  const left = state === 'running' ? timeLeft(log, about, stand) : null;
  const best = log.bestSeq, last = log.improvements[log.improvements.length - 1];
  const tickets = about.budget?.tickets;
  return html`<${Bar} title=${html`${plain(about.problem)}${about.instance && html`<span class="instance">/${plain(about.instance)}</span>`} <span class="tail">${plain(about.run.split('-').pop())}</span>${about.trust && html` <span class="tail" title=${plain(about.trust_words || about.trust)}>trust: ${plain(about.trust)}</span>`}`}>
      <span class=${`state ${state}`}>${state}${state !== 'running' && stand.stop_reason ? html` <span class="why">(${plain(stand.stop_reason)})</span>` : ''}</span>
      <span class="fact" title="commits, of the budget">${count(log.count)}${tickets ? ` of ${count(tickets)}` : ''}</span>
      ${best >= 0 && html`<a class="fact best" href=${viewLink(here, 'program', { p: log.program[best] })} title="best">${value(log.objective[best], last === undefined ? null : log.stepGain(last))}${about.unit && html` <span class="unit">${plain(about.unit)}</span>`}</a>`}
      <span class="fact" title="spent, of the budget">${usd(log.usd)}${about.budget?.usd ? ` of ${usd(about.budget.usd)}` : ''} usd</span>
      ${left !== null && html`<span class="fact">~${duration(left)} left</span>`}
      ${!live.complete && html`<span class="fact" role="status">reading ${share(log.count, stand.seq + 1)}</span>`}
    </${Bar}>
    <nav class="views" aria-label="Views">
      ${VIEWS.map((view) => html`<a href=${viewLink(here, view)} aria-current=${route.view === view ? 'page' : undefined}>${view}</a>`)}
      <span class="grow"></span>
      ${brushed && html`<span class="chip">commits ${count(lo)} to ${count(hi - 1)} <button class="plain" aria-label="Show the whole run" onClick=${() => here.brush(null)}>×</button></span>`}
      <button class="plain find" onClick=${() => openSearch()}>Search <kbd>/</kbd></button>
    </nav>`;
}

function Notices({ live }) {
  const [seen, dismiss] = useState(null);
  return html`<div aria-live="polite">
    ${live.gone && html`<${Trouble} text=${`${plain(live.gone)} What was read before still stands here.`}><a href=${write({ place: 'runs' })}>All runs</a></${Trouble}>`}
    ${live.away && !live.gone && html`<${Trouble} text="The server does not answer; what was read before still stands here." />`}
    ${live.error && html`<${Trouble} text=${plain(live.error)} />`}
    ${live.notice && live.notice !== seen && html`<p class="notice">${live.notice} <button class="plain" aria-label="Dismiss" onClick=${() => dismiss(live.notice)}>×</button></p>`}
  </div>`;
}

function openSearch() {
  const dialog = document.getElementById('search');
  if (dialog && !dialog.open) { dialog.showModal(); dialog.querySelector('input').focus(); }
}

const HELP = [
  ['/', 'search programs, reasons and failures'], ['j k', 'step along the line of descent: towards the best, towards the seed'],
  ['b', 'the best program'], ['p', 'pin the program, to compare others with it'], ['1 … 7', 'the views of a run'],
  ['u', 'the whole run: no brush'], ['d', 'dark or light'], ['?', 'these keys'], ['Esc', 'close'],
];

function Keys({ route, here }) {
  const now = useRef();
  now.current = { route, here };
  useEffect(() => {
    const press = (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]')) return;
      if (event.target.closest?.('input,select,textarea')) return;
      if (act(event.key, now.current)) event.preventDefault();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, []);
  return html`<dialog id="help" aria-labelledby="help-title"><h2 id="help-title">Keys</h2>
      <dl class="keys">${HELP.map(([key, what]) => html`<div><dt>${key.split(' ').map((each) => html`<kbd>${each}</kbd> `)}</dt><dd>${what}</dd></div>`)}</dl>
      <p class="note">Every view has an address that holds its whole state: what you see, another sees who opens it.</p>
      <form method="dialog"><button>Close</button></form></dialog>
    ${here && html`<${Search} here=${here} />`}`;
}

function act(key, { route, here }) {
  if (key === 'd') { turnTheme(); return true; }
  if (key === '?') { document.getElementById('help').showModal(); return true; }
  if (!here) return false;
  const { log, picked, go } = here;
  if (key === '/') { openSearch(); return true; }
  if (key === 'b') { go({ p: null }); return true; }
  if (key === 'u') { here.brush(null); return true; }
  if (key === 'p') { go({ pin: route.state.pin === log.program[picked] ? null : log.program[picked] }); return true; }
  if (/^[1-7]$/.test(key)) {
    location.hash = viewLink(here, VIEWS[Number(key) - 1]);
    return true;
  }
  if (key === 'j' || key === 'k') {
    const line = log.line(log.bestSeq), at = line.indexOf(picked);
    const to = at < 0 ? (key === 'k' ? log.parent[picked] : log.bestSeq) : line[at + (key === 'j' ? 1 : -1)];
    if (to >= 0) here.pick(to);
    return true;
  }
  return false;
}

function Search({ here }) {
  const [words, setWords] = useState(''), [found, setFound] = useState(null), [more, setMore] = useState([]);
  useEffect(() => {
    if (!words.trim()) { setFound(null); return undefined; }
    let valid = true;
    const wait = setTimeout(async () => {
      try {
        const seqs = await here.run.find(words.trim());
        if (!valid) return;
        setFound(seqs);
        const told = await here.run.commits(seqs.slice(0, 50));
        if (valid) setMore(told.reverse());
      } catch (error) { if (valid) { setFound([]); setMore([]); } }
    }, 150);
    return () => { valid = false; clearTimeout(wait); };
  }, [words]);
  const shut = () => document.getElementById('search').close();
  const open = (each) => { shut(); if (each.program) here.go({ p: each.program.slice(0, 12) }, { view: 'program', leave: true }); };
  return html`<dialog id="search" aria-label="Search">
    <form method="dialog" onSubmit=${(event) => { event.preventDefault(); if (more[0]) open(more[0]); }}>
      <label class="spoken" for="words">Words of a reason or failure, an operator, the beginning of an id</label>
      <input id="words" type="text" role="searchbox" autocomplete="off" placeholder="words of a reason or failure, an operator, an id" value=${words} onInput=${(event) => setWords(event.currentTarget.value)} />
    </form>
    <p class="note" role="status">${found === null ? 'Newest first.' : `${count(found.length)}${found.length >= 500 ? ' or more' : ''} found.`}
      ${found?.length > 0 && html` <a href=${viewLink(here, 'descent', { q: words.trim() })} onClick=${shut}>Show in the descent</a>`}</p>
    <ul class="hits">${more.map((each) => html`<li key=${each.seq}><button onClick=${() => open(each)} disabled=${!each.program}>
      <span class="id">t${each.ticket}</span> <span class="number">${each.objective === null ? each.status ?? each.outcome : value(each.objective)}</span> <${Said} text=${each.summary || each.detail} most=${140} /></button></li>`)}</ul>
    <form method="dialog"><button>Close</button></form>
  </dialog>`;
}

export { gain, KEPT };
