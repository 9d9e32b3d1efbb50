// The log of a run in typed columns, grown piece by piece: what every view folds. A program is known by the commit that
// brought it first; -1 stands for nothing.

const WHOLE = ['ticket', 'after_seq', 'island', 'parent', 'tokens_in', 'tokens_out'];
const WORDS = ['operator', 'outcome', 'llm', 'model', 'place', 'cause'];
const FLOATS = ['cost_usd', 'seconds', 'cpu_seconds'];
const DOUBLES = ['objective', 'at', 'answered'];
const PLACED = ['seq', 'source', 'program', 'island', 'cell', 'status', 'displaced'];

export const VALID = 0, INVALID = 1, FAILED = 2;

export class Log {
  constructor(maximize) {
    this.maximize = maximize;
    this.count = 0;
    this.room = 0;
    this.words = [];
    this.places = Object.fromEntries(PLACED.map((name) => [name, []]));
    this.cells = [];
    this.measures = new Map();
    this.program = [];
    this.others = new Map();
    this.early = new Map();  // commits whose evaluation ended before it was whole: the fraction that was done
    this.improvements = [];
    this.byId = new Map();
    this.valid = 0;
    this.evaluated = 0;
    this.usd = 0;
    this.tokens = 0;
    this.cellOf = new Map();
    this.wordOf = new Map();
    this.grow(1024);
  }

  grow(room) {
    const enlarge = (kind, name, fill) => {
      const grown = new kind(room);
      if (fill) grown.fill(fill, this.count);
      if (this[name]) grown.set(this[name].subarray(0, this.count));
      this[name] = grown;
    };
    for (const name of WHOLE) enlarge(Int32Array, name);
    for (const name of WORDS) enlarge(Int16Array, name);
    for (const name of FLOATS) enlarge(Float32Array, name);
    for (const name of DOUBLES) enlarge(Float64Array, name);
    enlarge(Int8Array, 'status');
    enlarge(Int32Array, 'best');      // the best so far, after this commit
    enlarge(Int32Array, 'made');      // children, as first parent
    enlarge(Float64Array, 'gain');    // over the first parent; NaN where either has no objective
    enlarge(Float64Array, 'spent');   // usd, up to and with this commit
    for (const [name, column] of this.measures) {
      const grown = new Float64Array(room).fill(NaN);
      grown.set(column.subarray(0, this.count));
      this.measures.set(name, grown);
    }
    this.room = room;
  }

  word(text) {
    let at = this.wordOf.get(text);
    if (at === undefined) {
      at = this.words.length;
      this.words.push(text);
      this.wordOf.set(text, at);
    }
    return at;
  }

  better(a, b) { return this.maximize ? a > b : a < b; }
  get last() { return this.count - 1; }
  get bestSeq() { return this.count ? this.best[this.count - 1] : -1; }

  // Takes a piece that follows what is there; returns whether it did.
  append(piece) {
    if (piece.first !== this.count || !piece.count) return false;
    const first = this.count, end = first + piece.count;
    if (end > this.room) this.grow(Math.max(end, this.room * 2));
    const words = piece.words.map((text) => this.word(text));
    const said = (at) => (at < 0 ? -1 : words[at]);
    for (const name of [...WHOLE, ...FLOATS]) this[name].set(piece[name], first);
    for (const name of WORDS) {
      const to = this[name], from = piece[name];
      for (let i = 0; i < from.length; i++) to[first + i] = said(from[i]);
    }
    for (const name of DOUBLES) {
      const to = this[name], from = piece[name];
      for (let i = 0; i < from.length; i++) to[first + i] = from[i] === null ? NaN : from[i];
    }
    this.status.set(piece.status, first);
    for (const [name, column] of Object.entries(piece.measures)) {
      let to = this.measures.get(name);
      if (!to) this.measures.set(name, to = new Float64Array(this.room).fill(NaN));
      for (let i = 0; i < column.length; i++) if (column[i] !== null) to[first + i] = column[i];
    }
    for (const [seq, ...more] of piece.parents) this.others.set(seq, more);
    for (const [seq, share] of piece.early ?? []) this.early.set(seq, share);
    this.appendPlaces(piece, said);
    this.count = end;
    this.fold(piece, first, end);
    return true;
  }

  appendPlaces(piece, said) {
    const cells = piece.cells.map((cell) => {
      const key = cell.join(',');
      let at = this.cellOf.get(key);
      if (at === undefined) {
        this.cellOf.set(key, at = this.cells.length);
        this.cells.push(cell);
      }
      return at;
    });
    const from = piece.places;
    for (let i = 0; i < from.seq.length; i++) {
      for (const name of PLACED) {
        const given = from[name][i];
        this.places[name].push(name === 'cell' ? cells[given] : name === 'status' ? said(given) : given);
      }
    }
  }

  fold(piece, first, end) {
    for (let seq = first; seq < end; seq++) {
      const id = piece.program[seq - first];
      this.program.push(id);
      const before = seq ? this.best[seq - 1] : -1, objective = this.objective[seq], parent = this.parent[seq];
      if (id && !this.byId.has(id)) this.byId.set(id, seq);
      this.best[seq] = before;
      this.gain[seq] = NaN;
      if (this.status[seq] >= 0) this.evaluated++;
      if (this.status[seq] === VALID && !Number.isNaN(objective)) {
        this.valid++;
        if (before < 0 || this.better(objective, this.objective[before])) {
          this.best[seq] = seq;
          this.improvements.push(seq);
        }
        if (parent >= 0) this.gain[seq] = (this.maximize ? 1 : -1) * (objective - this.objective[parent]);
      }
      if (parent >= 0 && this.status[seq] >= 0) this.made[parent]++;
      this.usd += this.cost_usd[seq];
      this.spent[seq] = this.usd;
      this.tokens += this.tokens_in[seq] + this.tokens_out[seq];
    }
  }

  // What one commit gained over the best before it; NaN where it gained nothing. The first has no gain.
  stepGain(seq) {
    const before = seq ? this.best[seq - 1] : -1;
    if (this.best[seq] !== seq || before < 0) return NaN;
    return Math.abs(this.objective[seq] - this.objective[before]);
  }

  // From the seed to a program, first parents alone.
  line(seq) {
    const found = [];
    for (let at = seq; at >= 0 && found.length <= this.count; at = this.parent[at]) found.push(at);
    return found.reverse();
  }

  // The operators in the order in which they came; the place of one is its colour.
  get operators() { return this.distinct('operator'); }
  get models() { return this.distinct('model').concat(this.count && this.distinct('llm').length && !this.distinct('model').length ? this.distinct('llm') : []); }

  distinct(name) {
    const known = this[`known_${name}`] ??= { upTo: 0, found: [] };
    const column = this[name];
    for (; known.upTo < this.count; known.upTo++) {
      const word = column[known.upTo];
      if (word >= 0 && !known.found.includes(word)) known.found.push(word);
    }
    return known.found;
  }

  // How a commit ended, in one word or two: the cause of a failure, the status, the outcome.
  ending(seq) {
    if (this.status[seq] === VALID) return 'VALID';
    if (this.status[seq] >= 0) return this.cause[seq] >= 0 ? this.words[this.cause[seq]] : this.status[seq] === INVALID ? 'INVALID' : 'FAILED';
    return this.words[this.outcome[seq]];
  }

  // The archive as it stood after a commit: island -> cell -> programs, the latest last.
  archiveAt(seq) {
    const { places } = this;
    const islands = new Map();
    const taken = new Set(['NEW', 'IMPROVED', 'FOUNDED'].map((word) => this.wordOf.get(word)));
    const founded = this.wordOf.get('FOUNDED');
    for (let i = 0; i < places.seq.length && places.seq[i] <= seq; i++) {
      const island = places.island[i], status = places.status[i];
      if (status === founded || !islands.has(island)) islands.set(island, new Map());
      const cells = islands.get(island), cell = places.cell[i], held = cells.get(cell), gone = places.displaced[i];
      const comes = taken.has(status) ? places.program[i] : -1;
      if (held === undefined) {
        if (comes >= 0) cells.set(cell, [comes]);
      } else if (held.length === 1 && held[0] === gone) {
        if (comes >= 0) held[0] = comes; else cells.delete(cell);
      } else {
        const at = gone >= 0 ? held.indexOf(gone) : -1;
        if (at >= 0) held.splice(at, 1);
        if (comes >= 0 && !held.includes(comes)) held.push(comes);
        if (!held.length) cells.delete(cell);
      }
    }
    return islands;
  }

  // Commits whose x is within [low, high): columns by which the log is sorted.
  indexOf(column, x) {
    let low = 0, high = this.count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (column[middle] < x) low = middle + 1; else high = middle;
    }
    return low;
  }
}
