// The one way in which anything gets into the document: as elements and text, never as markup.
import { h } from './vendor/preact.js';
import htm from './vendor/htm.js';

export const html = htm.bind(h);
export { render, Fragment, createContext } from './vendor/preact.js';
export { useState, useEffect, useLayoutEffect, useMemo, useRef, useContext, useCallback } from './vendor/preact-hooks.js';
