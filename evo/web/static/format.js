// Numbers and times as people read them.

const NONE = '–';

export function value(x, gain = null) {
  if (x === null || x === undefined || Number.isNaN(x)) return NONE;
  if (!Number.isFinite(x)) return String(x);
  if (Number.isInteger(x) && Math.abs(x) < 1e12) return group(x);
  const size = Math.abs(x);
  // Enough digits that the last gain shows.
  const fine = gain && Number.isFinite(gain) ? Math.ceil(Math.log10(Math.max(size, 1e-300)) - Math.log10(Math.abs(gain))) + 2 : 0;
  const text = x.toPrecision(Math.min(Math.max(7, fine), 15));
  return text.includes('e') ? text.replace(/\.?0+e/, 'e') : text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

export function short(x) {
  if (x === null || x === undefined || Number.isNaN(x)) return NONE;
  if (Number.isInteger(x) && Math.abs(x) < 1e6) return group(x);
  const text = x.toPrecision(4);
  return text.includes('e') ? text.replace(/\.?0+e\+?/, 'e') : text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

export function gain(x) {
  if (x === null || x === undefined || Number.isNaN(x)) return '';
  if (x === 0) return '±0';
  const text = Math.abs(x) >= 1e-3 && Math.abs(x) < 1e6 ? short(Math.abs(x)) : Math.abs(x).toExponential(2);
  return (x > 0 ? '+' : '−') + text;
}

export function count(n) { return n === null || n === undefined ? NONE : group(n); }

export function usd(x) {
  if (!x) return '0';
  return x >= 100 ? group(Math.round(x)) : x >= 0.01 ? x.toFixed(2) : x.toPrecision(2);
}

export function share(part, whole) { return whole ? `${(100 * part / whole).toFixed(part && part / whole < 0.1 ? 1 : 0)} %` : NONE; }

export function duration(seconds) {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return NONE;
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 90) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  const hours = seconds / 3600;
  return hours < 48 ? `${hours.toFixed(1)} h` : `${(hours / 24).toFixed(1)} d`;
}

// A tick of time: minutes and seconds, hours and minutes, days.
export function clock(seconds) {
  if (seconds === null) return null;
  const pad = (n) => String(n).padStart(2, '0'), all = Math.round(seconds);
  if (all < 3600) return `${Math.floor(all / 60)}:${pad(all % 60)}`;
  return all < 172800 ? `${Math.floor(all / 3600)}h${pad(Math.floor(all / 60) % 60)}` : `${(all / 86400).toFixed(1)}d`;
}

export function when(unix) {
  if (!unix) return NONE;
  const at = new Date(unix * 1000);
  const pad = (n) => String(n).padStart(2, '0');
  return `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())} ${pad(at.getHours())}:${pad(at.getMinutes())}`;
}

export function bytes(n) { return n < 1024 ? `${n} B` : n < 1048576 ? `${(n / 1024).toFixed(1)} kB` : `${(n / 1048576).toFixed(1)} MB`; }

function group(n) { return String(n).replace(/\B(?=(\d{3})+(?!\d))/g, '\u202f'); }

// What steers the direction of writing, or shows nothing at all, is written out: in a program it can only mislead.
const HIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]/;
const EACH = new RegExp(HIDDEN.source, 'gu');
export function plain(text) {
  if (!text) return '';
  return HIDDEN.test(text) ? text.replace(EACH, (found) => `\\u${found.codePointAt(0).toString(16).padStart(4, '0')}`) : text;
}

export function oneLine(text, most = 300) {
  const line = plain(text).replace(/\s+/g, ' ').trim();
  return line.length > most ? `${line.slice(0, most - 1)}…` : line;
}

// How an axis is labelled that has the objective on it, as `label_objective` has it in figures.
export function objectiveLabel({ objective, unit }) {
  if (!unit || unit === objective) return plain(objective) || 'objective';
  return objective ? `${plain(objective)} (${plain(unit)})` : plain(unit);
}
