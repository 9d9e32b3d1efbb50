// The address is the state: #/ the runs, #/compare?runs=a,b and #/run/NAME/VIEW?key=value.

export const VIEWS = ['overview', 'archive', 'descent', 'story', 'program', 'failures', 'costs'];

export function read(hash = location.hash) {
  const [path, query = ''] = hash.replace(/^#\/?/, '').split('?');
  const [place = '', name = '', view = ''] = path.split('/').map(decode);
  const state = Object.fromEntries(new URLSearchParams(query));
  if (place === 'run' && name) return { place, run: name, view: VIEWS.includes(view) ? view : 'overview', state };
  return { place: place === 'compare' ? 'compare' : 'runs', run: '', view: '', state };
}

export function write({ place, run, view, state = {} }) {
  const kept = Object.entries(state).filter(([, value]) => value !== null && value !== undefined && value !== '');
  const query = new URLSearchParams(kept).toString();
  const path = place === 'run' ? `run/${encodeURIComponent(run)}/${view}` : place === 'compare' ? 'compare' : '';
  return `#/${path}${query ? `?${query}` : ''}`;
}

function decode(text) {
  try { return decodeURIComponent(text); } catch { return ''; }
}

// What a move from one view to another of the same run keeps.
export const KEPT = ['from', 'to', 'p', 'pin'];
