// What all views are made of: panels, tables, choices, links.
import { html, useState, useMemo, createContext, useContext } from './html.js';
import { write, KEPT } from './route.js';
import { count, oneLine } from './format.js';

export const Here = createContext(null);
export const useHere = () => useContext(Here);

const MOST_ROWS = 200;

export function Panel({ title, note, tools, children, wide, first, name }) {
  const id = `panel-${name ?? title.replace(/\W+/g, '-').toLowerCase()}`;
  return html`<section class=${`panel${wide ? ' wide' : ''}${first ? ' first' : ''}`} aria-labelledby=${id}>
    <header><h2 id=${id}>${title}</h2>${note && html`<span class="note">${note}</span>`}<span class="grow"></span>${tools}</header>
    ${children}
  </section>`;
}

// Columns: {name, label, number, cell(row), sort(row), title}. Rows are plain; `pick` opens one.
export function Table({ columns, rows, caption, most = MOST_ROWS, order, pick, picked, keyOf }) {
  const [sorting, sort] = useState(order ?? null);
  const shown = useMemo(() => {
    const column = sorting && columns.find((each) => each.name === sorting.name);
    if (!column?.sort) return rows;
    const sign = sorting.down ? -1 : 1;
    return [...rows].sort((a, b) => {
      const [x, y] = [column.sort(a), column.sort(b)];
      const none = (z) => z === null || z === undefined || Number.isNaN(z);
      return none(x) ? (none(y) ? 0 : 1) : none(y) ? -1 : x < y ? -sign : x > y ? sign : 0;
    });
  }, [rows, sorting, columns]);
  const [all, showAll] = useState(false);
  const cut = all ? Math.min(shown.length, 5000) : most;
  const head = (column) => {
    const mine = sorting?.name === column.name;
    const way = mine ? (sorting.down ? 'descending' : 'ascending') : undefined;
    const turn = () => sort({ name: column.name, down: mine ? !sorting.down : !!column.number });
    return html`<th scope="col" class=${column.number ? 'number' : ''} aria-sort=${way} title=${column.title}>
      ${column.sort ? html`<button class="sort" onClick=${turn}>${column.label}${mine ? (sorting.down ? ' ↓' : ' ↑') : ''}</button>` : column.label}
    </th>`;
  };
  return html`<div class="scroll" tabindex="0" role="group" aria-label=${caption}>
    <table>
      <caption class="spoken">${caption}</caption>
      <thead><tr>${columns.map(head)}</tr></thead>
      <tbody>${shown.slice(0, cut).map((row, at) => html`<tr key=${keyOf ? keyOf(row) : at} class=${picked?.(row) ? 'picked' : ''} onClick=${pick && ((event) => !event.target.closest('a,button,input') && pick(row))}>
        ${columns.map((column) => html`<td class=${column.number ? 'number' : column.wide ? 'wide' : ''}>${column.cell(row)}</td>`)}
      </tr>`)}</tbody>
    </table>
    ${shown.length > cut && html`<p class="note">${count(cut)} of ${count(shown.length)} rows. <button class="link" onClick=${() => showAll(true)}>Show more</button></p>`}
    ${!shown.length && html`<p class="note">Nothing here.</p>`}
  </div>`;
}

// The table behind a chart: made when it is opened.
export function Behind({ caption, make, name = 'Table' }) {
  const [open, turn] = useState(false);
  return html`<details class="behind" open=${open} onToggle=${(event) => turn(event.currentTarget.open)}>
    <summary aria-label=${`${name}: ${caption}`}>${name}</summary>${open && html`<${Table} caption=${caption} ...${make()} />`}
  </details>`;
}

export function Choice({ label, value, options, onChange }) {
  return html`<label class="choice"><span>${label}</span>
    <select value=${value} onChange=${(event) => onChange(event.currentTarget.value)}>
      ${options.map(([key, text]) => html`<option value=${key} selected=${String(key) === String(value)}>${text}</option>`)}
    </select></label>`;
}

export function Slider({ label, value, min, max, onInput, text }) {
  return html`<label class="slider"><span>${label}</span>
    <input type="range" min=${min} max=${max} value=${value} aria-valuetext=${text} onInput=${(event) => onInput(Number(event.currentTarget.value))} />
    <output>${text ?? value}</output></label>`;
}

// A link to another view of the run that is open; `state` is put over what is kept.
export function viewLink(here, view, state = {}) {
  const kept = Object.fromEntries(KEPT.map((key) => [key, here.route.state[key]]));
  return write({ place: 'run', run: here.route.run, view, state: { ...kept, ...state } });
}

export function ProgramLink({ seq, children, view = 'program' }) {
  const here = useHere();
  const id = here.log.program[seq];
  if (!id) return html`<span class="id">${children ?? `t${here.log.ticket[seq] ?? '?'}`}</span>`;
  return html`<a class="id" href=${viewLink(here, view, { p: id })}>${children ?? id.slice(0, 6)}</a>`;
}

export function Dot({ colour, hollow }) {
  return html`<span class=${hollow ? 'dot hollow' : 'dot'} style=${{ '--dot': colour }} aria-hidden="true"></span>`;
}

export function Spark({ values, label, width = 96, height = 20 }) {
  const known = values.map((y, x) => [x, y]).filter(([, y]) => y !== null && Number.isFinite(y));
  if (known.length < 2) return html`<span class="note">–</span>`;
  const ys = known.map(([, y]) => y), low = Math.min(...ys), high = Math.max(...ys);
  const at = ([x, y]) => `${((x / (values.length - 1)) * (width - 4) + 2).toFixed(1)},${(height - 3 - ((y - low) / (high - low || 1)) * (height - 6)).toFixed(1)}`;
  return html`<svg class="spark" width=${width} height=${height} viewBox=${`0 0 ${width} ${height}`} role="img" aria-label=${label}>
    <polyline points=${known.map(at).join(' ')} /></svg>`;
}

export function Said({ text, most }) { return html`<span class="said" dir="auto">${oneLine(text, most)}</span>`; }

// What people had asked for and a ticket heeded.
export function Asked({ wishes }) {
  return (wishes ?? []).map((each) => html`<p class="why asked">asked: <${Said} text=${`${each.do} of ${each.author} (event ${each.event}): ${each.words}`} most=${400} /></p>`);
}

export function Wait({ what }) { return html`<p class="wait" role="status">${what}</p>`; }

export function Trouble({ text, children }) { return html`<div class="trouble" role="alert"><p>${text}</p>${children}</div>`; }
