// Figures of a stretch of the log [lo, hi): what tables and charts of several views show.
import { VALID } from './log.js';

export const BY = { operator: 'operator', model: 'model', island: 'island', llm: 'role' };

// What came of it, by operator, model or island: one row each, in the order in which they came.
export function tally(log, lo, hi, by) {
  const rows = new Map();
  const keyOf = by === 'island' ? (seq) => log.island[seq] : by === 'model'
    ? (seq) => (log.model[seq] >= 0 ? log.model[seq] : log.llm[seq]) : (seq) => log[by][seq];
  for (let seq = lo; seq < hi; seq++) {
    const key = keyOf(seq);
    let row = rows.get(key);
    if (!row) rows.set(key, row = { key, tried: 0, valid: 0, placed: 0, better: 0, best: 0, gain: 0, usd: 0, cpu: 0, tokens: 0, failed: 0 });
    row.tried++;
    row.usd += log.cost_usd[seq];
    row.cpu += log.cpu_seconds[seq];
    row.tokens += log.tokens_in[seq] + log.tokens_out[seq];
    if (log.status[seq] === VALID) row.valid++; else row.failed++;
    const place = log.place[seq] >= 0 ? log.words[log.place[seq]] : '';
    if (place === 'NEW' || place === 'IMPROVED' || place === 'FOUNDED') row.placed++;
    if (log.gain[seq] > 0) row.better++;
    const step = log.stepGain(seq);
    if (!Number.isNaN(step)) { row.best++; row.gain += step; }
  }
  return [...rows.values()].map((row) => ({ ...row, name: nameOf(log, by, row.key) }));
}

export function nameOf(log, by, key) {
  if (by === 'island') return key < 0 ? 'all islands' : `island ${key}`;
  return key < 0 ? 'no model' : log.words[key];
}

// Endings other than VALID, most frequent first: {name, seqs}.
export function failures(log, lo, hi) {
  const found = new Map();
  for (let seq = lo; seq < hi; seq++) {
    if (log.status[seq] === VALID) continue;
    const name = log.ending(seq);
    let seqs = found.get(name);
    if (!seqs) found.set(name, seqs = []);
    seqs.push(seq);
  }
  return [...found].map(([name, seqs]) => ({ name, seqs })).sort((a, b) => b.seqs.length - a.seqs.length);
}

// How full the archives were, and the sum of their elites' objectives: [xs, coverage, qd score].
export function filling(log, cells, points = 240) {
  const { places } = log, xs = [], coverage = [], score = [];
  const taken = new Set(['NEW', 'IMPROVED', 'FOUNDED'].map((word) => log.wordOf.get(word)));
  const founded = log.wordOf.get('FOUNDED');
  const held = new Map();
  let filled = 0, sum = 0, at = 0;
  const drop = (key, program) => {
    const here = held.get(key);
    if (here?.delete(program)) {
      sum -= log.objective[program] || 0;
      if (!here.size) filled--;
    }
  };
  for (let k = 1; k <= points; k++) {
    const upTo = Math.max(0, Math.ceil((k * log.count) / points) - 1);
    for (; at < places.seq.length && places.seq[at] <= upTo; at++) {
      const island = places.island[at], key = island * 1e6 + places.cell[at], status = places.status[at];
      if (status === founded) {
        for (const other of held.keys()) if (Math.floor(other / 1e6) === island) for (const each of [...held.get(other)]) drop(other, each);
      }
      if (places.displaced[at] >= 0) drop(key, places.displaced[at]);
      if (taken.has(status)) {
        let here = held.get(key);
        if (!here) held.set(key, here = new Set());
        if (!here.has(places.program[at])) {
          if (!here.size) filled++;
          here.add(places.program[at]);
          sum += log.objective[places.program[at]] || 0;
        }
      }
    }
    if (xs.length && xs[xs.length - 1] === upTo) continue;
    xs.push(upTo);
    coverage.push(cells ? filled / cells : 0);
    score.push(sum);
  }
  return { xs, coverage, score, filled, sum };
}

// How many model calls and evaluations ran at a time, from the times that the log has: a ticket's call may have begun
// when the commit that it was issued after was there, and ended with its answer; its evaluation took what its stages took.
export function occupancy(log, lo, hi, workers, bins = 160) {
  const start = log.at[lo], end = log.at[hi - 1];
  const width = (end - start) / bins;
  if (!(width > 0)) return null;
  const calls = new Float64Array(bins), evaluations = new Float64Array(bins), xs = new Float64Array(bins);
  const free = new Float64Array(Math.max(1, workers || 1));
  const put = (into, from, to) => {
    const a = Math.max(from, start), b = Math.min(to, end);
    if (!(b > a)) return;
    const first = Math.min(bins - 1, Math.floor((a - start) / width)), last = Math.min(bins - 1, Math.floor((b - start) / width));
    for (let bin = first; bin <= last; bin++) {
      into[bin] += (Math.min(b, start + (bin + 1) * width) - Math.max(a, start + bin * width)) / width;
    }
  };
  for (let seq = lo; seq < hi; seq++) {
    const answered = log.answered[seq], after = log.after_seq[seq];
    if (!Number.isNaN(answered) && after >= 0) put(calls, log.at[after], answered);
    const seconds = log.seconds[seq];
    if (seconds > 0) {
      // The worker that is free first takes it, once its answer is there.
      let first = 0;
      for (let each = 1; each < free.length; each++) if (free[each] < free[first]) first = each;
      const from = Math.min(Math.max(Number.isNaN(answered) ? start : answered, workers ? free[first] : 0), log.at[seq] - seconds);
      put(evaluations, from, from + seconds);
      free[first] = from + seconds;
    }
  }
  for (let bin = 0; bin < bins; bin++) xs[bin] = (bin + 0.5) * width + start - log.at[0];
  return { xs, calls, evaluations };
}

// What evaluations are charged for in a stretch, 1 each or the fraction that was done, and how many ended early.
export function charges(log, lo, hi) {
  let whole = 0, early = 0, saved = 0;
  for (let seq = lo; seq < hi; seq++) if (log.status[seq] >= 0) whole++;
  for (const [seq, share] of log.early) if (seq >= lo && seq < hi) { early++; saved += 1 - share; }
  return { whole, early, saved, charged: whole - saved };
}

// Ranks of objectives: share(x) is the part of the programs in the stretch that are no better.
export function ranks(log, lo, hi, column = log.objective, most = 2000) {
  const stride = Math.max(1, Math.floor((hi - lo) / most));
  const found = [];
  for (let seq = lo; seq < hi; seq += stride) if (!Number.isNaN(column[seq])) found.push(column[seq]);
  found.sort((a, b) => a - b);
  const share = (x) => {
    if (Number.isNaN(x) || x === undefined) return NaN;
    if (found.length < 2) return 1;
    let low = 0, high = found.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (found[middle] < x) low = middle + 1; else high = middle;
    }
    return Math.min(1, low / (found.length - 1));
  };
  return { share, at: (part) => found[Math.round(part * (found.length - 1))] };
}

export function quantile(log, lo, hi, part) {
  return ranks(log, lo, hi).at(part);
}

// Seconds until the budget is used up at the pace of the last commits; null where nobody can know.
export function timeLeft(log, about, stand) {
  const { budget } = about, last = log.last;
  if (!budget || last < 8) return null;
  const first = Math.max(0, last - 100), rate = (last - first) / (log.at[last] - log.at[first]);
  const left = [];
  if (budget.seconds) left.push(budget.seconds - stand.seconds);
  if (budget.tickets && rate > 0) left.push((budget.tickets - log.count) / rate);
  if (budget.evaluations && rate > 0 && log.evaluated) left.push((budget.evaluations - log.evaluated) / (log.evaluated / log.count) / rate);
  if (budget.usd && log.usd > 0 && rate > 0) left.push((budget.usd - log.usd) / (log.usd / log.count) / rate);
  return left.length ? Math.max(0, Math.min(...left)) : null;
}
