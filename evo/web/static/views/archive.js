// The archives as heat maps, now or at any commit: what holds a cell, and what held it before.
import { html, useMemo, useRef, useState } from '../html.js';
import { Behind, Choice, Panel, ProgramLink, Slider, Table, useHere, viewLink } from '../parts.js';
import { Plot } from '../plot.js';
import { useCanvas, useTheme, useWidth } from '../look.js';
import { ink, measured, named, palette } from '../colour.js';
import { count, objectiveLabel, plain, short, value, gain } from '../format.js';
import { ranks } from '../fold.js';

const NO_FRONT = [];

// What a cell's colour says: [key, words].
function shades(log, about) {
  return [['objective', 'objective'], ...[...log.measures.keys()].map((name) => [`m:${name}`, about.objectives?.[name] ? `objective ${name}` : name]), ['age', 'age'], ['operator', 'operator'], ['changes', 'how often it changed hands']];
}

function useArchive(here, at) {
  const { log, about } = here;
  return useMemo(() => {
    const islands = log.archiveAt(at);
    return about.islands.map((layout, number) => ({ number, layout, cells: islands.get(number) ?? new Map() }));
  }, [here.version, at]);
}

function shading(log, by, islands) {
  const elites = islands.flatMap(({ cells }) => [...cells.values()].map((held) => held[held.length - 1]));
  if (by === 'operator') {
    const place = new Map(log.operators.map((word, at) => [word, at]));
    return { colour: (seq) => named(place.get(log.operator[seq]) ?? 0), words: (seq) => log.words[log.operator[seq]], ends: null };
  }
  const of = by === 'age' ? (seq) => log.ticket[seq] : by.startsWith('m:') ? (seq) => log.measures.get(by.slice(2))?.[seq] ?? NaN : (seq) => log.objective[seq];
  const values = elites.map(of).filter((x) => !Number.isNaN(x)).sort((a, b) => a - b);
  const less = by === 'objective' && !log.maximize;
  const rank = (x) => {
    let low = 0, high = values.length;
    while (low < high) { const middle = (low + high) >> 1; if (values[middle] < x) low = middle + 1; else high = middle; }
    return values.length > 1 ? low / (values.length - 1) : 1;
  };
  return {
    colour: (seq) => { const x = of(seq); return Number.isNaN(x) ? ink('grid') : measured(less ? 1 - rank(x) : rank(x)); },
    words: (seq) => (by === 'age' ? `t${of(seq)}` : short(of(seq))),
    ends: values.length ? [less ? values[values.length - 1] : values[0], values[Math.floor(values.length / 2)], less ? values[0] : values[values.length - 1]] : null,
  };
}

export function Archive() {
  const here = useHere(), { log, about, route, go } = here;
  const by = route.state.by ?? 'objective';
  const at = Math.min(/^\d+$/.test(route.state.t ?? '') ? Number(route.state.t) : here.brushed ? here.hi - 1 : log.last, log.last);
  const islands = useArchive(here, at);
  const axes = about.islands[0]?.axes ?? [];
  const shade = useMemo(() => shading(log, by, islands), [islands, by]);
  const filled = islands.reduce((sum, each) => sum + each.cells.size, 0), cells = about.islands.reduce((sum, each) => sum + each.cells, 0);
  const several = Object.keys(about.objectives ?? {});
  return html`<div class="stack">
    <${Panel} title="Archive" wide note=${`${count(filled)} of ${count(cells)} cells after commit ${count(at)}`} tools=${html`
        ${axes.length > 2 && html`<${Choice} label="x" value=${route.state.ax ?? 0} options=${axes.map((axis, i) => [i, plain(String(axis.name))])} onChange=${(ax) => go({ ax })} />
          <${Choice} label="y" value=${route.state.ay ?? 1} options=${axes.map((axis, i) => [i, plain(String(axis.name))])} onChange=${(ay) => go({ ay })} />`}
        <${Choice} label="colour" value=${by} options=${shades(log, about)} onChange=${(key) => go({ by: key === 'objective' ? null : key })} />`}>
      <${Slider} label="after commit" min=${0} max=${log.last} value=${at} text=${count(at)} onInput=${(t) => go({ t: t >= log.last ? null : t })} />
      <${Ends} ends=${shade.ends} />
      <div class="maps">${islands.map((each) => html`<figure key=${each.number}><figcaption>${about.islands.length > 1 ? `island ${each.number}` : 'all cells'}: ${count(each.cells.size)} of ${count(each.layout.cells)}</figcaption>
        <${Heat} island=${each} shade=${shade} by=${by} at=${at} /></figure>`)}</div>
      <${Behind} caption="elites of the archive" make=${() => eliteTable(here, islands)} />
    </${Panel}>
    <div class="two"><${History} islands=${islands} />
    ${several.length > 0 ? html`<${Fronts} names=${several} />` : html`<${Spread} />`}</div>
  </div>`;
}

export function ArchiveMap({ small }) {
  const here = useHere(), { log, about, route, go } = here;
  const at = here.brushed ? here.hi - 1 : log.last;
  const islands = useArchive(here, at);
  const number = Math.min(Number(route.state.island ?? 0) || 0, islands.length - 1);
  const shade = useMemo(() => shading(log, 'objective', islands), [islands]);
  if (number < 0) return html`<p class="note">This run has no archive.</p>`;
  return html`<div>
    ${islands.length > 1 && html`<${Choice} label="island" value=${number} options=${islands.map((each) => [each.number, `${each.number}`])} onChange=${(island) => go({ island })} />`}
    <${Heat} island=${islands[number]} shade=${shade} by="objective" at=${at} small=${small} />
    <${Ends} ends=${shade.ends} />
    <${Behind} caption="elites of the archive" make=${() => eliteTable(here, [islands[number]])} />
  </div>`;
}

function Ends({ ends }) {
  useTheme();
  if (!ends) return null;
  return html`<div class="ends"><span>${short(ends[0])}</span><span class="ramp" role="img" aria-label="colours from the worst to the best rank" style=${{ background: `linear-gradient(90deg, ${[0, 0.2, 0.4, 0.6, 0.8, 1].map(measured).join(', ')})` }}></span><span>${short(ends[2])}</span><span class="note">by rank; half are beyond ${short(ends[1])}</span></div>`;
}

function eliteTable(here, islands) {
  const { log } = here;
  const rows = islands.flatMap(({ number, cells }) => [...cells].flatMap(([cell, held]) => held.map((seq) => ({ number, cell, seq }))));
  rows.sort((a, b) => (log.maximize ? log.objective[b.seq] - log.objective[a.seq] : log.objective[a.seq] - log.objective[b.seq]));
  return {
    rows,
    columns: [
      { name: 'island', label: 'island', number: true, cell: (row) => row.number, sort: (row) => row.number },
      { name: 'cell', label: 'cell', cell: (row) => `(${log.cells[row.cell].join(', ')})` },
      { name: 'objective', label: 'objective', number: true, cell: (row) => value(log.objective[row.seq]), sort: (row) => log.objective[row.seq] },
      ...[...log.measures.keys()].slice(0, 6).map((name) => ({ name, label: plain(name), number: true, cell: (row) => short(log.measures.get(name)[row.seq]), sort: (row) => log.measures.get(name)[row.seq] })),
      { name: 'operator', label: 'operator', cell: (row) => log.words[log.operator[row.seq]] },
      { name: 'program', label: 'program', cell: (row) => html`<${ProgramLink} seq=${row.seq} />` },
    ],
  };
}

// One island: two axes as a grid; of more axes, the best of what falls together; one axis or none, cells row by row.
function Heat({ island, shade, by, at, small }) {
  const here = useHere(), { log, route, go, picked } = here;
  const [frame, width] = useWidth();
  const axes = island.layout.axes;
  const ax = Number(route.state.ax ?? 0) || 0, ay = axes.length > 1 ? Number(route.state.ay ?? 1) || 0 : -1;
  const sizes = axes.map((axis) => Math.max(1, (axis.edges?.length ?? 2) - 1));
  const wrap = axes.length < 2 ? Math.ceil(Math.sqrt(island.layout.cells * 1.6)) : 0;
  const columns = wrap || sizes[ax], lines = wrap ? Math.ceil(island.layout.cells / wrap) : sizes[ay];
  const where = (cell) => (wrap ? [cell[0] % wrap, Math.floor(cell[0] / wrap)] : [cell[ax] ?? 0, cell[ay] ?? 0]);
  const grid = useMemo(() => {
    const found = new Map();
    for (const [cell, held] of island.cells) {
      const [x, y] = where(log.cells[cell]), key = x + y * columns, seq = best(log, held);
      const there = found.get(key);
      if (!there || log.better(log.objective[seq], log.objective[there.seq])) found.set(key, { seq, cell, more: (there?.more ?? 0) + held.length });
      else there.more += held.length;
    }
    return found;
  }, [island, ax, ay]);
  const changes = useMemo(() => (by === 'changes' ? handovers(log, island.number, at) : null), [by, island]);
  const left = small ? 8 : 56, bottom = small ? 8 : 40;
  const size = Math.max(4, Math.min((width - left - 8) / columns, (small ? 232 : 480) / lines, small ? 48 : 76));
  const height = Math.ceil(size * lines + bottom + 8);
  const chosen = route.state.cell;
  const draw = (ctx) => {
    ctx.font = '12px system-ui, sans-serif';
    for (let y = 0; y < lines; y++) {
      for (let x = 0; x < columns; x++) {
        if (wrap && x + y * wrap >= island.layout.cells) continue;
        const there = grid.get(x + y * columns), px = left + x * size, py = 8 + (lines - 1 - y) * size;
        ctx.fillStyle = there ? (changes ? measured(Math.min(1, (changes.get(there.cell) ?? 0) / (changes.most || 1))) : shade.colour(there.seq)) : ink('empty');
        ctx.fillRect(px + 0.5, py + 0.5, size - 1, size - 1);
        if (there && (there.seq === picked || chosen === `${island.number}:${log.cells[there.cell].join(',')}`)) {
          ctx.strokeStyle = ink('mark');
          ctx.lineWidth = 2.5;
          ctx.strokeRect(px + 1.5, py + 1.5, size - 3, size - 3);
        }
      }
    }
    if (!small) axisWords(ctx, { axes, ax, ay, wrap, left, size, columns, lines, height });
  };
  const canvas = useCanvas(draw, width, height, [grid, shade, picked, chosen, changes]);
  const [tip, say] = useState(null);
  const find = (event) => {
    const box = event.currentTarget.getBoundingClientRect();
    const x = Math.floor((event.clientX - box.left - left) / size), y = lines - 1 - Math.floor((event.clientY - box.top - 8) / size);
    return x >= 0 && x < columns && y >= 0 && y < lines ? { x, y, there: grid.get(x + y * columns) } : null;
  };
  const open = (there) => there && go({ cell: `${island.number}:${log.cells[there.cell].join(',')}`, p: log.program[there.seq] || null });
  const move = (event) => {
    const found = find(event);
    say(found?.there ? { left: left + found.x * size + size, top: 8 + (lines - 1 - found.y) * size, there: found.there } : null);
  };
  const keys = useRef([0, 0]);
  const press = (event) => {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (!step) return;
    event.preventDefault();
    const [x, y] = keys.current = [Math.max(0, Math.min(columns - 1, keys.current[0] + step[0])), Math.max(0, Math.min(lines - 1, keys.current[1] + step[1]))];
    open(grid.get(x + y * columns));
  };
  return html`<div class="plot" ref=${frame}>
    <canvas ref=${canvas} tabindex="0" role="img" aria-label=${`Heat map of island ${island.number}: ${grid.size} of ${island.layout.cells} cells filled, by ${by.replace('m:', '')}. Arrow keys move from cell to cell.`}
      onClick=${(event) => open(find(event)?.there)} onMouseMove=${move} onMouseLeave=${() => say(null)} onKeyDown=${press}></canvas>
    ${tip && html`<div class="tip" style=${{ left: `${Math.min(tip.left, Math.max(0, width - 180))}px`, top: `${tip.top}px` }}><b>${value(log.objective[tip.there.seq])}</b><br />(${log.cells[tip.there.cell].join(', ')}) ${by !== 'objective' && !changes ? shade.words(tip.there.seq) : ''}<br />${log.program[tip.there.seq]?.slice(0, 6)}, t${log.ticket[tip.there.seq]}${tip.there.more > 1 ? html`<br />${tip.there.more} elites` : ''}</div>`}
  </div>`;
}

function axisWords(ctx, { axes, ax, ay, wrap, left, size, columns, lines, height }) {
  ctx.fillStyle = ink('dim');
  const bottom = 8 + lines * size;
  if (wrap) { ctx.fillText(plain(String(axes[0]?.name ?? 'cells')), left, bottom + 16); return; }
  const x = axes[ax], y = axes[ay];
  ctx.textAlign = 'left';
  ctx.fillText(short(x.edges?.[0]), left, bottom + 15);
  ctx.textAlign = 'right';
  ctx.fillText(short(x.edges?.[x.edges.length - 1]), left + columns * size, bottom + 15);
  ctx.textAlign = 'center';
  ctx.fillText(plain(String(x.name)), left + (columns * size) / 2, bottom + 30);
  ctx.textAlign = 'right';
  ctx.fillText(short(y.edges?.[0]), left - 6, bottom - 2);
  ctx.fillText(short(y.edges?.[y.edges.length - 1]), left - 6, 18);
  ctx.save();
  ctx.translate(14, 8 + (lines * size) / 2);
  ctx.rotate(-Math.PI / 2);
  ctx.textAlign = 'center';
  ctx.fillText(plain(String(y.name)), 0, 0);
  ctx.restore();
  ctx.textAlign = 'left';
  void height;
}

function best(log, held) { return held.reduce((a, b) => (log.better(log.objective[b], log.objective[a]) ? b : a)); }

function handovers(log, island, at) {
  const found = new Map();
  found.most = 0;
  for (let i = 0; i < log.places.seq.length && log.places.seq[i] <= at; i++) {
    if (log.places.island[i] !== island) continue;
    const n = (found.get(log.places.cell[i]) ?? 0) + 1;
    found.set(log.places.cell[i], n);
    found.most = Math.max(found.most, n);
  }
  return found;
}

function History({ islands }) {
  const here = useHere(), { log, route } = here;
  const [island, words] = (route.state.cell ?? '').split(':');
  const cell = words === undefined ? undefined : log.cellOf.get(words);
  const rows = useMemo(() => {
    if (cell === undefined) return [];
    const found = [];
    for (let i = 0; i < log.places.seq.length; i++) if (log.places.island[i] === Number(island) && log.places.cell[i] === cell) found.push(i);
    return found.reverse();
  }, [here.version, island, cell]);
  void islands;
  return html`<${Panel} title="History of a cell" note=${cell === undefined ? '' : `island ${island}, cell (${words})`}>
    ${cell === undefined ? html`<p class="note">Choose a cell: everything that held it, the last first.</p>` : html`<${Table} caption="what held the cell" rows=${rows} pick=${(i) => here.pick(log.places.program[i])} picked=${(i) => log.places.program[i] === here.picked} columns=${[
      { name: 'seq', label: 'commit', number: true, cell: (i) => count(log.places.seq[i]) },
      { name: 'objective', label: 'objective', number: true, cell: (i) => value(log.objective[log.places.program[i]]) },
      { name: 'gain', label: 'over the one before', number: true, cell: (i) => (log.places.displaced[i] >= 0 ? gain((log.maximize ? 1 : -1) * (log.objective[log.places.program[i]] - log.objective[log.places.displaced[i]])) : '') },
      { name: 'status', label: 'how', cell: (i) => `${log.words[log.places.status[i]]}${log.places.source[i] >= 0 ? `, from island ${log.places.source[i]}` : ''}` },
      { name: 'operator', label: 'operator', cell: (i) => log.words[log.operator[log.places.program[i]]] },
      { name: 'program', label: 'program', cell: (i) => html`<${ProgramLink} seq=${log.places.program[i]} />` },
    ]} />`}
  </${Panel}>`;
}

// Programs by one measure and the objective, or by two objectives with those that none beats in both.
function Fronts({ names }) {
  const here = useHere(), { log, about, route, go, lo, hi } = here;
  const name = names.includes(route.state.front) ? route.state.front : names[0];
  const column = log.measures.get(name);
  const found = useMemo(() => scatter(log, column, lo, hi), [here.version, name, lo, hi]);
  const front = useMemo(() => frontOf(log, found, about.objectives[name] === 'maximize'), [found]);
  return html`<${Panel} title="Fronts" tools=${names.length > 1 && html`<${Choice} label="against" value=${name} options=${names.map((each) => [each, each])} onChange=${(each) => go({ front: each })} />`} note=${`${count(front.length)} programs that none beats in both`}>
    <${Scatter} found=${found} name=${name} line=${front} /></${Panel}>`;
}

function Spread() {
  const here = useHere(), { log, route, go, lo, hi } = here;
  const names = [...log.measures.keys()];
  const name = names.includes(route.state.against) ? route.state.against : names[0];
  const found = useMemo(() => scatter(log, name && log.measures.get(name), lo, hi), [here.version, name, lo, hi]);
  if (!name) return null;
  return html`<${Panel} title="Spread" tools=${html`<${Choice} label="against" value=${name} options=${names.map((each) => [each, plain(each)])} onChange=${(each) => go({ against: each })} />`}>
    <${Scatter} found=${found} name=${name} line=${NO_FRONT} /></${Panel}>`;
}

function scatter(log, column, lo, hi) {
  const seqs = [];
  if (column) for (let seq = lo; seq < hi; seq++) if (!Number.isNaN(column[seq]) && !Number.isNaN(log.objective[seq])) seqs.push(seq);
  seqs.sort((a, b) => column[a] - column[b]);
  return { seqs, xs: Float64Array.from(seqs, (seq) => column[seq]), ys: Float64Array.from(seqs, (seq) => log.objective[seq]) };
}

function frontOf(log, { seqs, xs, ys }, more) {
  const order = more ? [...seqs.keys()].reverse() : [...seqs.keys()];
  const front = [];
  let best = NaN;
  for (const i of order) if (Number.isNaN(best) || log.better(ys[i], best)) { best = ys[i]; front.push(i); }
  return front.sort((a, b) => xs[a] - xs[b]);
}

function Scatter({ found, name, line }) {
  const here = useHere(), { log, about } = here;
  const shown = useMemo(() => {
    const place = new Map(log.operators.map((word, at) => [word, at]));
    const high = ranks(log, here.lo, here.hi), colours = palette();
    const low = log.maximize ? high.at(0.05) : undefined;
    return {
      key: `scatter ${name}`,
      data: line.length > 1 ? [line.map((i) => found.xs[i]), line.map((i) => found.ys[i])] : [[found.xs[0] ?? 0, found.xs[found.xs.length - 1] ?? 1], [null, null]],
      series: [{ label: 'front', colour: ink('accent'), width: 1.5, step: true }],
      x: { label: plain(name) },
      y: { label: objectiveLabel(about), low: low ?? Math.min(...sample(found.ys)), high: log.maximize ? high.at(1) : high.at(0.95) },
      dots: { xs: found.xs, ys: found.ys, from: 0, to: found.seqs.length, colour: (i) => colours(place.get(log.operator[found.seqs[i]]) ?? 0) },
    };
  }, [found, line]);
  const picked = useMemo(() => found.seqs.indexOf(here.picked), [found, here.picked]);
  const tip = (i) => html`<b>${value(found.ys[i])}</b><br />${plain(name)} ${short(found.xs[i])}<br />${log.program[found.seqs[i]].slice(0, 6)}`;
  return html`<${Plot} label=${`Objective against ${name}: ${found.seqs.length} programs`} spec=${shown} height=${300} onPick=${(i) => here.pick(found.seqs[i])} tip=${tip} picked=${picked} />
    <${Behind} caption=${`objective against ${name}`} make=${() => ({ rows: [...found.seqs.keys()].reverse(), columns: [
      { name: 'x', label: plain(name), number: true, cell: (i) => short(found.xs[i]), sort: (i) => found.xs[i] },
      { name: 'y', label: 'objective', number: true, cell: (i) => value(found.ys[i]), sort: (i) => found.ys[i] },
      { name: 'program', label: 'program', cell: (i) => html`<${ProgramLink} seq=${found.seqs[i]} />` }] })} />`;
}

function sample(ys) { return ys.length > 2000 ? ys.filter((_, i) => i % Math.ceil(ys.length / 2000) === 0) : [...ys]; }

export { viewLink };
