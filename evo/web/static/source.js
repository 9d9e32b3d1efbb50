// Where documents come from. A source has
//
//   runs()              {place, runs: [row]}              the rows of evo/web/shelf.py
//   compare(names)      the document of evo/web/comparison.py
//   watchRuns(tell)     calls tell() when a run began or changed; returns what ends it
//   run(name)           a source for one run:
//     name              what the address calls it
//     about()           evo/web/documents.py, with stand
//     log(after)        a piece of the log: evo/store/reading/columns.py
//     commits(seqs)     words of commits: evo/store/reading/details.py
//     program(id)       everything about a program, by the beginning of its id
//     answer(ticket)    prompt and answer, or null
//     find(words)       seqs, newest first
//     picture(id)       an address for an <img>, or null; id '' is the best one
//     watch(tell, show) calls tell(stand) when there is news, and show(progress) when there is of what is judged now:
//                       evo/store/progress_board.py, with its age in seconds, null for nothing; returns what ends it
//
// Every method but picture and watch returns a promise; what goes wrong is an Error with words for people.

export class HttpSource {
  runs() { return ask('/api/runs'); }
  compare(names) { return ask(`/api/compare?runs=${encodeURIComponent(names.join(','))}`); }
  watchRuns(tell) { return listen('/api/events', 'folder', tell); }
  run(name) { return new HttpRun(name); }
}

class HttpRun {
  constructor(name) {
    this.name = name;
    this.at = `/api/runs/${encodeURIComponent(name)}`;
    this.pictures = new Set();
  }
  async about() {
    const about = await ask(`${this.at}/about`);
    this.pictures = new Set(about.pictures);
    this.best = about.picture;
    return about;
  }
  log(after) { return ask(`${this.at}/log?after_seq=${after}`); }
  commits(seqs) { return seqs.length ? ask(`${this.at}/commits?seqs=${seqs.join(',')}`) : Promise.resolve([]); }
  program(id) { return ask(`${this.at}/programs/${encodeURIComponent(id)}`); }
  answer(ticket) { return ask(`${this.at}/answers/${ticket}`); }
  find(words) { return ask(`${this.at}/find?q=${encodeURIComponent(words)}`); }
  picture(id) {
    if (!id) return this.best ? `${this.at}/picture` : null;
    return this.pictures.has(id) ? `${this.at}/pictures/${id}.png` : null;
  }
  watch(tell, show) { return listen(`/api/events?run=${encodeURIComponent(this.name)}`, 'stand', tell, show); }
}

// A report's source: everything lies in one document that came with the page.
//
//   {runs: [{name, about, pieces: [{first, packed: a log piece, as base64 of gzip}], commits: {seq: words}, programs: {id: program}, answers: {ticket: answer},
//     pictures: {id: data address}}], compare: the document for all of them or null}
export class EmbeddedSource {
  constructor(data) { this.data = data; }
  async runs() { return { place: '', runs: this.data.runs.map((each) => each.row ?? rowOf(each)) }; }
  async compare() {
    if (!this.data.compare) throw new Error('This report holds no comparison.');
    return this.data.compare;
  }
  watchRuns() { return () => {}; }
  run(name) {
    const found = this.data.runs.find((each) => each.name === name);
    return new EmbeddedRun(name, found);
  }
}

class EmbeddedRun {
  constructor(name, data) { this.name = name; this.data = data; }
  async about() {
    if (!this.data) throw new Error(`No run ${this.name} in this report.`);
    return this.data.about;
  }
  async log(after) {
    const found = this.data.pieces.find((each) => each.first === after + 1);
    return found ? unpack(found.packed) : { first: after + 1, count: 0, more: false };
  }
  async commits(seqs) { return seqs.map((seq) => this.data.commits[seq]).filter(Boolean); }
  async program(id) {
    const found = Object.values(this.data.programs).find((each) => each.id.startsWith(id));
    if (!found) throw new Error('This program is not in the report; the page (evo serve) and evo show have it.');
    return found;
  }
  async answer(ticket) { return this.data.answers?.[ticket] ?? null; }
  async find(words) {
    const wanted = words.toLowerCase();
    const holds = (each) => [each.summary, each.detail, each.operator, each.outcome, each.program]
      .some((text) => text && text.toLowerCase().includes(wanted));
    return Object.values(this.data.commits).filter(holds).map((each) => each.seq).sort((a, b) => b - a);
  }
  picture(id) { return this.data.pictures?.[id] ?? null; }
  watch() { return () => {}; }
}

async function unpack(packed) {
  const bytes = Uint8Array.from(atob(packed), (each) => each.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Response(stream).json();
}

function rowOf(each) {
  const { about } = each;
  return { name: each.name, ...about, ...about.stand, committed: about.stand.seq + 1, spark: [], best: null, cost_usd: 0 };
}

async function ask(address) {
  let answer;
  try {
    answer = await fetch(address, { headers: { Accept: 'application/json' } });
  } catch {
    throw Object.assign(new Error('The server does not answer. Is `evo serve` still running?'), { away: true });
  }
  const told = await answer.json().catch(() => null);
  if (answer.ok && told !== null) return told;
  if (answer.ok) return null;
  throw Object.assign(new Error(told?.error ?? `The server answered ${answer.status}.`), { status: answer.status });
}

function listen(address, kind, tell, show) {
  const stream = new EventSource(address);
  if (show) stream.addEventListener('progress', (event) => show(JSON.parse(event.data)));
  stream.addEventListener(kind, (event) => tell(JSON.parse(event.data)));
  stream.addEventListener('open', () => tell(null, true));
  stream.addEventListener('error', () => tell(null, false));
  return () => stream.close();
}
