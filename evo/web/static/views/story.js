// How a program came to be, told from its seed on.
import { html, useEffect, useRef, useState } from '../html.js';
import { Asked, Panel, ProgramLink, Said, Table, useHere, viewLink, Wait, Spark } from '../parts.js';
import { Diff, textOf } from '../code.js';
import { count, duration, gain, plain, usd, value } from '../format.js';
import { useWords } from './overview.js';
import { Answer, useProgram } from './program.js';

const OPEN_MOST = 12;

export function Story() {
  const here = useHere(), { log, about, picked, chosen } = here;
  if (picked < 0) return html`<${Panel} title="Story" wide><p class="note">No program is VALID yet.</p></${Panel}>`;
  const line = log.line(picked);
  const words = useWords(here, line);
  const gained = line.filter((seq, at) => at === 0 || log.gain[seq] !== 0);
  const open = new Set(line.length <= OPEN_MOST ? line : [...line].sort((a, b) => (log.gain[b] || 0) - (log.gain[a] || 0)).slice(0, OPEN_MOST));
  const pictures = line.map((seq) => [seq, words.get(seq)?.program && here.run.picture(words.get(seq).program)]).filter(([, address]) => address);
  const asked = line.filter((seq) => words.get(seq)?.wishes?.length > 0);
  const total = Math.abs(log.objective[picked] - log.objective[line[0]]);
  const title = chosen && picked !== log.bestSeq ? `Story of ${log.program[picked].slice(0, 6)}` : 'Story of the best';
  return html`<${Panel} title=${title} wide note=${`${count(line.length - 1)} steps from ${value(log.objective[line[0]])} to ${value(log.objective[picked])}${about.unit ? ` ${plain(about.unit)}` : ''}; ${count(gained.length - 1)} of them changed the score`}
      tools=${html`<${Spark} values=${line.map((seq) => log.objective[seq])} label="objective along the line" width=${160} />`}>
    ${pictures.length > 0 && html`<ul class="strip-of">${pictures.map(([seq, address]) => html`<li key=${seq}><a href=${viewLink(here, 'program', { p: log.program[seq] })}><img src=${address} alt=${`Picture of step ${line.indexOf(seq)}`} loading="lazy" width="120" height="120" /><span>t${log.ticket[seq]} ${value(log.objective[seq])}</span></a></li>`)}</ul>`}
    ${asked.length > 0 && html`<p class="note">From t${count(log.ticket[asked[0]])} on, ${count(asked.length)} ${asked.length > 1 ? 'steps' : 'step'} of this line heeded what people asked for.</p>`}
    <ol class="story" start="0">${line.map((seq, at) => html`<${Step} key=${seq} seq=${seq} at=${at} before=${at ? line[at - 1] : -1} words=${words.get(seq)} open=${open.has(seq)} total=${total} />`)}</ol>
    <details class="behind"><summary>Table: the steps</summary><${Table} caption="steps of the story" rows=${line} columns=${[
      { name: 'at', label: 'step', number: true, cell: (seq) => line.indexOf(seq) },
      { name: 'ticket', label: 'ticket', number: true, cell: (seq) => count(log.ticket[seq]) },
      { name: 'operator', label: 'operator', cell: (seq) => log.words[log.operator[seq]] },
      { name: 'objective', label: 'objective', number: true, cell: (seq) => value(log.objective[seq], log.gain[seq]) },
      { name: 'gain', label: 'gain', number: true, cell: (seq) => gain(log.gain[seq]) },
      { name: 'why', label: 'reason', wide: true, cell: (seq) => html`<${Said} text=${words.get(seq)?.summary ?? ''} />` },
      { name: 'program', label: 'program', cell: (seq) => html`<${ProgramLink} seq=${seq} />` },
    ]} /></details>
  </${Panel}>`;
}

function Step({ seq, at, before, words, open, total }) {
  const here = useHere(), { log } = here;
  const near = useRef(null), [seen, see] = useState(false);
  useEffect(() => {
    const observer = new IntersectionObserver((entries) => entries.some((each) => each.isIntersecting) && see(true), { rootMargin: '400px' });
    observer.observe(near.current);
    return () => observer.disconnect();
  }, []);
  const share = total > 0 && log.gain[seq] > 0 ? Math.min(1, log.gain[seq] / total) : 0;
  const others = log.others.get(seq) ?? [];
  return html`<li ref=${near} class=${log.best[seq] === seq ? 'step best' : 'step'} value=${at}>
    <div class="head"><${ProgramLink} seq=${seq} /> <b>${value(log.objective[seq], log.gain[seq])}</b> <span class=${log.gain[seq] > 0 ? 'gain' : 'note'}>${at ? gain(log.gain[seq]) : ''}</span>
      <span class="fact">${log.words[log.operator[seq]]} t${count(log.ticket[seq])}</span>
      ${log.llm[seq] >= 0 && html`<span class="fact">${plain(log.words[log.model[seq] >= 0 ? log.model[seq] : log.llm[seq]])}</span>`}
      ${log.cost_usd[seq] > 0 && html`<span class="fact">${usd(log.cost_usd[seq])} usd</span>`}
      <span class="fact">${duration(log.cpu_seconds[seq])} CPU</span>
      ${log.island[seq] >= 0 && html`<span class="fact">island ${log.island[seq]}</span>`}
      ${others.length > 0 && html`<span class="fact">with ${others.map((other) => html`<${ProgramLink} seq=${other} /> `)}</span>`}
      <span class="meter" aria-hidden="true"><span style=${{ width: `${100 * share}%` }}></span></span></div>
    ${words?.summary && html`<p class="why"><${Said} text=${words.summary} most=${600} /></p>`}
    <${Asked} wishes=${words?.wishes} />
    ${before >= 0 && html`<${Change} seq=${seq} before=${before} open=${open} seen=${seen} />`}
    ${log.llm[seq] >= 0 && html`<${Answer} ticket=${log.ticket[seq]} />`}
  </li>`;
}

function Change({ seq, before, open, seen }) {
  const { log } = useHere();
  const [shown, show] = useState(open);
  const [after, trouble] = useProgram(shown && seen ? log.program[seq] : null), [old] = useProgram(shown && seen ? log.program[before] : null);
  return html`<details open=${shown} onToggle=${(event) => show(event.currentTarget.open)}><summary>what changed</summary>
    ${shown && (after && old ? html`<${Diff} before=${textOf(old)} after=${textOf(after)} most=${24} label=${`change of step t${log.ticket[seq]}`} />` : html`<${Wait} what=${trouble ?? 'Reading …'} />`)}</details>`;
}
