// Colours that people who see fewer colours can tell apart: Okabe and Ito's for what is named, viridis for what is measured.

const NAMED = ['#8a8f98', '#0072b2', '#e69f00', '#009e73', '#d55e00', '#cc79a7', '#56b4e9', '#b8a900', '#6b4fa0', '#7a5230'];
const LIGHTER = ['#9aa0a8', '#4aa3df', '#f0b83d', '#2fbf97', '#f08a4b', '#e09cc2', '#7cc8f2', '#e6d94a', '#a68be0', '#b98a5e'];
const VIRIDIS = ['#440154', '#482878', '#3e4989', '#31688e', '#26828e', '#1f9e89', '#35b779', '#6ece58', '#b5de2b', '#fde725']
  .map((hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16)));

const media = matchMedia('(prefers-color-scheme: dark)');

export function isDark() {
  const told = document.documentElement.dataset.theme;
  return told ? told === 'dark' : media.matches;
}

// A function from places to colours, for who draws many.
export function palette() {
  const colours = isDark() ? LIGHTER : NAMED;
  return (place) => (place < 0 ? colours[0] : colours[place % colours.length]);
}

export function named(place) { return palette()(place); }

const STEPS = 64;
const TABLE = Array.from({ length: STEPS }, (_, at) => {
  const where = (at / (STEPS - 1)) * (VIRIDIS.length - 1);
  const low = Math.min(Math.floor(where), VIRIDIS.length - 2);
  const mixed = VIRIDIS[low].map((x, i) => Math.round(x + (VIRIDIS[low + 1][i] - x) * (where - low)));
  return `rgb(${mixed.join(',')})`;
});

// A share between 0 and 1 as one of 64 colours, so that what is many can be drawn colour by colour.
export function step(share) { return Number.isNaN(share) ? 0 : Math.max(0, Math.min(STEPS - 1, Math.round(share * (STEPS - 1)))); }
export function measured(share) { return TABLE[step(share)]; }
export function ofStep(at) { return TABLE[at]; }

export function ink(name) { return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim(); }
