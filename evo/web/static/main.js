// The page: the views over a server's documents.
import { mount } from './app.js';
import { HttpSource } from './source.js';

mount(document.getElementById('page'), new HttpSource());
