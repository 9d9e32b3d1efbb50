// Programs and what changed in them, as text with colours: tokens become elements, never markup.
import { html, useMemo, useState } from './html.js';
import hljs from './vendor/highlight.js';
import python from './vendor/highlight-python.js';
import { diffLines, diffWordsWithSpace } from './vendor/diff.js';
import { plain, count } from './format.js';

hljs.registerLanguage('python', python);

const LINE_MOST = 1000;
const LINES_MOST = 4000;
const COLOURED_MOST = 120_000;
const CONTEXT = 3;

// What highlighting says, line by line: [{text, scope}] each.
export function colourLines(text, language) {
  const lines = [[]];
  const put = (piece, scope) => {
    const [first, ...rest] = piece.split('\n');
    if (first) lines[lines.length - 1].push({ text: first, scope });
    for (const line of rest) lines.push(line ? [{ text: line, scope }] : []);
  };
  if (!hljs.getLanguage(language) || text.length > COLOURED_MOST) put(text, '');
  else {
    const walk = (node, scope) => {
      if (typeof node === 'string') put(node, scope);
      else node.children.forEach((each) => walk(each, node.scope || scope));
    };
    const found = hljs.highlight(text, { language, ignoreIllegals: true });
    walk(found._emitter.rootNode, '');
  }
  return lines;
}

function Line({ tokens }) {
  let room = LINE_MOST, left = 0;
  const shown = [];
  for (const { text, scope } of tokens) {
    if (room <= 0) { left += text.length; continue; }
    const part = text.slice(0, room);
    room -= part.length;
    left += text.length - part.length;
    shown.push(scope ? html`<span class=${`hl-${scope.split('.')[0]}`}>${plain(part)}</span>` : plain(part));
  }
  return html`${shown}${left > 0 && html`<span class="cut"> … ${count(left)} more characters</span>`}`;
}

export function Code({ text, language, label }) {
  const lines = useMemo(() => colourLines(text.replace(/\n$/, ''), language), [text, language]);
  return html`<pre class="code" tabindex="0" role="group" aria-label=${label}><code dir="ltr">${lines.slice(0, LINES_MOST).map((tokens, at) => html`<span class="line" key=${at}><span class="at" aria-hidden="true">${at + 1}</span><${Line} tokens=${tokens} />
</span>`)}</code>${lines.length > LINES_MOST && html`<p class="note">${count(lines.length - LINES_MOST)} more lines; evo show has them all.</p>`}</pre>`;
}

// Rows of a diff: {kind: ' ' | '+' | '-' | '…', before, after, text, parts}.
export function diffRows(before, after, context = CONTEXT) {
  const rows = [];
  let a = 1, b = 1;
  const pieces = before.length + after.length > 600_000 ? [{ removed: true, value: before }, { added: true, value: after }]
    : diffLines(before, after, { timeout: 80 }) ?? [{ removed: true, value: before }, { added: true, value: after }];
  for (const { value, added, removed } of pieces) {
    for (const text of value.replace(/\n$/, '').split('\n')) {
      rows.push({ kind: added ? '+' : removed ? '-' : ' ', before: added ? null : a, after: removed ? null : b, text });
      if (!added) a++;
      if (!removed) b++;
    }
  }
  pair(rows);
  return fold(rows, context);
}

// A line that became another one shows which words did.
function pair(rows) {
  for (let i = 0; i < rows.length; i++) {
    let removed = i;
    while (rows[removed]?.kind === '-') removed++;
    let added = removed;
    while (rows[added]?.kind === '+') added++;
    const gone = removed - i, came = added - removed;
    if (gone && gone === came && gone <= 8) {
      for (let k = 0; k < gone; k++) {
        const [old, now] = [rows[i + k], rows[removed + k]];
        if (old.text.length + now.text.length > 600) continue;
        const parts = diffWordsWithSpace(old.text, now.text);
        const same = parts.filter((each) => !each.added && !each.removed).reduce((sum, each) => sum + each.value.length, 0);
        if (same * 2 < Math.max(old.text.length, now.text.length)) continue;
        old.parts = parts.filter((each) => !each.added);
        now.parts = parts.filter((each) => !each.removed);
      }
    }
    if (added > i) i = added - 1;
  }
}

function fold(rows, context) {
  const keep = new Uint8Array(rows.length);
  rows.forEach((row, at) => {
    if (row.kind !== ' ') keep.fill(1, Math.max(0, at - context), at + context + 1);
  });
  const found = [];
  for (let at = 0; at < rows.length;) {
    if (keep[at]) { found.push(rows[at++]); continue; }
    let end = at;
    while (end < rows.length && !keep[end]) end++;
    found.push({ kind: '…', text: end - at === 1 ? '1 line the same' : `${end - at} lines the same` });
    at = end;
  }
  return found;
}

const KINDS = { '+': 'added', '-': 'removed', ' ': 'same', '…': 'skip' };
const SPOKEN = { '+': 'added: ', '-': 'removed: ' };

export function Diff({ before, after, label, most = 400 }) {
  const rows = useMemo(() => diffRows(before, after), [before, after]);
  const [all, showAll] = useState(false);
  if (!rows.some((row) => row.kind === '+' || row.kind === '-')) return html`<p class="note">The same text.</p>`;
  const shown = all ? rows.slice(0, LINES_MOST) : rows.slice(0, most);
  const cut = (text) => (text.length > LINE_MOST ? `${plain(text.slice(0, LINE_MOST))} … ${count(text.length - LINE_MOST)} more characters` : plain(text));
  return html`<pre class="code diff" tabindex="0" role="group" aria-label=${label}><code dir="ltr">${shown.map((row, at) => html`<span class=${`line ${KINDS[row.kind]}`} key=${at}><span class="at" aria-hidden="true">${row.kind === '…' ? '' : row.after ?? row.before}</span><span class="mark" aria-hidden="true">${row.kind === '…' ? '' : row.kind}</span>${SPOKEN[row.kind] && html`<span class="spoken">${SPOKEN[row.kind]}</span>`}${row.parts ? row.parts.map((part) => (part.added || part.removed ? html`<mark>${plain(part.value)}</mark>` : plain(part.value))) : cut(row.text)}
</span>`)}</code>${shown.length < rows.length && html`<button class="link" onClick=${() => showAll(true)}>${count(rows.length - shown.length)} more lines</button>`}</pre>`;
}

export function textOf(program) {
  const files = Object.entries(program.files);
  return files.length === 1 ? files[0][1] : files.map(([path, text]) => `# file: ${path}\n${text}`).join('\n');
}
