// A report: the views over the documents that came in the same file. On paper its other half is shown.
import { mount } from './app.js';
import { EmbeddedSource } from './source.js';

const data = JSON.parse(document.getElementById('data').textContent);
document.documentElement.classList.add('drawn');
const start = data.runs.length > 1 ? `#/compare?runs=${data.runs.map((each) => encodeURIComponent(each.name)).join(',')}` : `#/run/${encodeURIComponent(data.runs[0].name)}/overview`;
mount(document.getElementById('page'), new EmbeddedSource(data), { start });
