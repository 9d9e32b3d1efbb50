// How wide there is room, and whether it is dark: what canvases have to be drawn again for.
import { useEffect, useLayoutEffect, useRef, useState } from './html.js';

export function useWidth() {
  const ref = useRef(null), [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const measure = () => ref.current && setWidth(Math.floor(ref.current.clientWidth));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(ref.current);
    return () => observer.disconnect();
  }, []);
  return [ref, width];
}

const listeners = new Set();
const media = matchMedia('(prefers-color-scheme: dark)');
media.addEventListener('change', () => listeners.forEach((tell) => tell()));

export function turnTheme() {
  const root = document.documentElement, dark = root.dataset.theme ? root.dataset.theme === 'dark' : media.matches;
  root.dataset.theme = dark ? 'light' : 'dark';
  try { localStorage.setItem('evo-theme', root.dataset.theme); } catch { /* a file has no store: the next page asks again */ }
  listeners.forEach((tell) => tell());
}

export function recallTheme() {
  try {
    const told = localStorage.getItem('evo-theme');
    if (told === 'dark' || told === 'light') document.documentElement.dataset.theme = told;
  } catch { /* as the system has it */ }
}

export function useTheme() {
  const [, redraw] = useState(0);
  useEffect(() => {
    const tell = () => redraw((n) => n + 1);
    listeners.add(tell);
    return () => listeners.delete(tell);
  }, []);
  return document.documentElement.dataset.theme ?? (media.matches ? 'dark' : 'light');
}

// A canvas of our own, as sharp as the screen: draw(context, width, height) in CSS pixels, when `on` changes.
export function useCanvas(draw, width, height, on) {
  const ref = useRef(null), theme = useTheme();
  useLayoutEffect(() => {
    const canvas = ref.current, ratio = devicePixelRatio || 1;
    if (!canvas || !width || !height) return;
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
    const context = canvas.getContext('2d');
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    draw(context, width, height);
  }, [...on, width, height, theme]);
  return ref;
}
