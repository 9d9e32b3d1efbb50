// Where programs stand in the drawing of their descent: a lane is a line of first parents that goes on with the child
// that led to the best program, so that the best's own line is one lane from its seed on.
const REACH = 64;
const ROWS = 4000;

// For the whole log: descendants of each program, and the child that its lane goes on with.
export function kinship(log) {
  const n = log.count, below = new Int32Array(n), heir = new Int32Array(n).fill(-1), reach = new Float64Array(n);
  const better = log.maximize ? (a, b) => a > b : (a, b) => a < b;
  for (let seq = n - 1; seq >= 0; seq--) {
    const own = log.objective[seq];
    if (heir[seq] < 0 || better(own, reach[seq])) reach[seq] = Number.isNaN(own) ? (heir[seq] < 0 ? NaN : reach[seq]) : own;
    const parent = log.parent[seq];
    if (parent < 0 || !log.program[seq] || log.status[seq] < 0) continue;
    below[parent] += below[seq] + 1;
    const rival = heir[parent];
    // Of equals the later one is passed over: the best is the earliest.
    if (rival < 0 || Number.isNaN(reach[rival]) || better(reach[seq], reach[rival]) || reach[seq] === reach[rival]) {
      heir[parent] = seq;
      if (rival < 0 || !Number.isNaN(reach[seq])) reach[parent] = Number.isNaN(reach[seq]) ? reach[parent] : reach[seq];
    }
  }
  return { below, heir };
}

// Which programs are drawn: those of the stretch with descendants enough, and the lines that matter.
export function chosen(log, kin, { lo, hi, least, focus, folded, keep }) {
  const shown = new Uint8Array(log.count);
  const near = focus >= 0 ? kinOf(log, focus) : null;
  const hidden = folded.size ? under(log, folded) : null;
  let count = 0;
  for (let seq = lo; seq < hi; seq++) {
    if (log.status[seq] < 0 || !log.program[seq] || (near && !near[seq]) || hidden?.[seq]) continue;
    if (kin.below[seq] >= least) { shown[seq] = 1; count++; }
  }
  for (const seq of keep) {
    for (let at = seq; at >= 0; at = log.parent[at]) {
      if (at < lo || at >= hi || shown[at] || (near && !near[at]) || hidden?.[at]) continue;
      shown[at] = 1;
      count++;
    }
  }
  return { shown, count };
}

function kinOf(log, focus) {
  const near = new Uint8Array(log.count);
  const waiting = [focus];
  while (waiting.length) {
    const at = waiting.pop();
    if (at < 0 || near[at]) continue;
    near[at] = 1;
    waiting.push(log.parent[at], ...(log.others.get(at) ?? []));
  }
  const below = new Uint8Array(log.count);
  below[focus] = 1;
  for (let seq = focus + 1; seq < log.count; seq++) {
    const parent = log.parent[seq];
    if ((parent >= 0 && below[parent]) || log.others.get(seq)?.some((each) => below[each])) below[seq] = near[seq] = 1;
  }
  return near;
}

function under(log, folded) {
  const hidden = new Uint8Array(log.count);
  for (let seq = 0; seq < log.count; seq++) {
    const parent = log.parent[seq];
    if (parent >= 0 && (hidden[parent] || folded.has(parent))) hidden[seq] = 1;
  }
  return hidden;
}

// The fewest descendants that leave at most `most` programs.
export function fewest(log, kin, { lo, hi }, most) {
  const having = new Int32Array(1002);
  for (let seq = lo; seq < hi; seq++) if (log.status[seq] >= 0) having[Math.min(1001, kin.below[seq])]++;
  let count = 0, least = 1001;
  while (least > 0 && count + having[least] <= most) count += having[least--];
  return count + having[least] <= most ? least : least + 1;
}

// Rows of the programs that are shown: 0 is the best's, others above and below; lanes share a row one after another.
export function rows(log, kin, shown, lo, hi, best) {
  const row = new Int32Array(log.count), end = new Int32Array(log.count);
  const gap = Math.max(1, (hi - lo) / 200);
  for (let seq = hi - 1; seq >= lo; seq--) {
    if (!shown[seq]) continue;
    // A lane lasts until its last branch has left it.
    end[seq] = Math.max(end[seq], log.ticket[seq]);
    const parent = log.parent[seq];
    if (parent >= lo && shown[parent]) end[parent] = Math.max(end[parent], kin.heir[parent] === seq ? end[seq] : log.ticket[seq]);
  }
  // Until when each row is taken; row 0 lies in the middle.
  const busy = new Float64Array(2 * ROWS + 1).fill(-Infinity);
  let low = 0, high = 0;
  let first = best;
  for (let at = best; at >= lo && best >= 0; at = log.parent[at]) if (shown[at]) first = at;
    const take = (near, from, to) => {
    for (let far = 1; far < REACH; far++) {
      const up = near + far, down = near - far;
      if (up !== 0 && up <= ROWS && busy[up + ROWS] < from) return claim(up, to);
      if (down !== 0 && down >= -ROWS && busy[down + ROWS] < from) return claim(down, to);
    }
    return claim(near >= 0 ? Math.min(high + 1, ROWS) : Math.max(low - 1, -ROWS), to);
  };
  const claim = (each, to) => {
    busy[each + ROWS] = to + gap;
    low = Math.min(low, each);
    high = Math.max(high, each);
    return each;
  };
  for (let seq = lo; seq < hi; seq++) {
    if (!shown[seq]) continue;
    const parent = log.parent[seq], related = parent >= lo && shown[parent];
    if (seq === first) row[seq] = 0;
    else if (related && kin.heir[parent] === seq) row[seq] = row[parent];
    else row[seq] = take(related ? row[parent] : 0, log.ticket[seq] - gap, end[seq]);
  }
  return { row, low, high };
}
