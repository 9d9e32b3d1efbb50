// What went wrong, by kind, with examples: refused, failed, or never a program.
import { html, useMemo } from '../html.js';
import { Panel, ProgramLink, Spark, Table, useHere } from '../parts.js';
import { count, plain, share } from '../format.js';
import { failures } from '../fold.js';
import { useWords } from './overview.js';

const EXAMPLES = 8;
const BINS = 24;

export function Failures() {
  const here = useHere(), { log, lo, hi, route, go } = here;
  const kinds = useMemo(() => failures(log, lo, hi), [here.version, lo, hi]);
  const kind = kinds.find((each) => each.name === route.state.kind) ?? kinds[0];
  return html`<div class="stack"><${Panel} title="Failures by kind" wide note=${`${count(kinds.reduce((sum, each) => sum + each.seqs.length, 0))} of ${count(hi - lo)} attempts`}>
      <${Table} caption="failures by kind" rows=${kinds} order=${{ name: 'count', down: true }} pick=${(row) => go({ kind: row.name })} picked=${(row) => row === kind} columns=${[
        { name: 'name', label: 'kind', cell: (row) => html`<button class="link" aria-pressed=${row === kind} onClick=${() => go({ kind: row.name })}>${plain(row.name)}</button>`, sort: (row) => row.name },
        { name: 'count', label: 'how often', number: true, cell: (row) => count(row.seqs.length), sort: (row) => row.seqs.length },
        { name: 'share', label: 'of all', number: true, cell: (row) => share(row.seqs.length, hi - lo), sort: (row) => row.seqs.length },
        { name: 'when', label: 'over the run', cell: (row) => html`<${Spark} values=${spread(row.seqs, lo, hi)} label=${`${row.name} over the run`} />` },
        { name: 'by', label: 'mostly by', cell: (row) => mostly(log, row.seqs) },
        { name: 'last', label: 'last', number: true, cell: (row) => `t${log.ticket[row.seqs[row.seqs.length - 1]]}`, sort: (row) => row.seqs[row.seqs.length - 1] },
      ]} /></${Panel}>
    ${kind && html`<${Examples} kind=${kind} />`}</div>`;
}

function Examples({ kind }) {
  const here = useHere(), { log } = here;
  const seqs = kind.seqs.slice(-EXAMPLES).reverse();
  const words = useWords(here, seqs);
  return html`<${Panel} title=${`Examples: ${plain(kind.name)}`} wide name="examples" note="the newest first">
    <ol class="steps">${seqs.map((seq) => {
      const told = words.get(seq);
      return html`<li key=${seq}><div class="head"><${ProgramLink} seq=${seq}>t${log.ticket[seq]}</${ProgramLink}> <span class="fact">${log.words[log.operator[seq]]}</span>
        ${log.llm[seq] >= 0 && html`<span class="fact">${plain(log.words[log.model[seq] >= 0 ? log.model[seq] : log.llm[seq]])}</span>`}
        ${log.parent[seq] >= 0 && html`<span class="fact">from <${ProgramLink} seq=${log.parent[seq]} /></span>`}</div>
        <pre class="message" tabindex="0" role="group" aria-label=${`message of ticket ${log.ticket[seq]}`}>${plain(told ? [told.detail, told.feedback].filter(Boolean).join('\n') || told.summary : '…')}</pre></li>`;
    })}</ol></${Panel}>`;
}

function spread(seqs, lo, hi) {
  const bins = new Array(BINS).fill(0);
  for (const seq of seqs) bins[Math.min(BINS - 1, Math.floor(((seq - lo) / Math.max(1, hi - lo)) * BINS))]++;
  return bins;
}

function mostly(log, seqs) {
  const found = new Map();
  for (const seq of seqs) found.set(log.operator[seq], (found.get(log.operator[seq]) ?? 0) + 1);
  const [word, n] = [...found].reduce((a, b) => (b[1] > a[1] ? b : a));
  return `${log.words[word]} (${share(n, seqs.length)})`;
}
