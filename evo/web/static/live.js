// One run, followed: what it is, how it stands, its log so far; and what happens to it under the page.
import { Log } from './log.js';

const QUIET_MS = 200;
const RETRY_MS = 5000;

export class LiveRun {
  constructor(source) {
    this.source = source;
    this.about = null;
    this.stand = null;
    this.log = null;
    this.error = null;      // words for people; the rest stays as it was
    this.gone = null;       // why the run is not there any more
    this.away = false;      // the server does not answer
    this.complete = false;  // everything that there was at the beginning is here
    this.version = 0;
    this.progress = null;   // what is judged now, and when we heard of it; drawn apart from the rest, being often new
    this.shown = new Set(); // what draws it
    this.tell = () => {};
    this.ended = false;
    this.due = 0;
  }

  async open(tell) {
    this.tell = tell;
    await this.begin();
    if (!this.ended) this.unwatch = this.source.watch((stand, open) => this.news(stand, open), (progress) => this.show(progress));
  }

  show(progress) {
    this.progress = progress && { ...progress, heard: performance.now() / 1000 - progress.age };
    for (const draw of this.shown) draw();
  }

  async begin() {
    try {
      const about = await this.source.about();
      if (this.ended) return;
      this.about = about;
      this.stand = about.stand;
      this.log = new Log(about.direction === 'maximize');
      this.error = this.gone = null;
      this.changed(true);
      await this.pull();
    } catch (error) {
      this.failed(error);
    }
    this.complete = true;
    this.changed(true);
  }

  async pull() {
    if (this.pulling) { this.again = true; return; }
    this.pulling = true;
    try {
      do {
        this.again = false;
        for (let more = true; more && !this.ended;) {
          const piece = await this.source.log(this.log.last);
          more = this.log.append(piece) && piece.more;
          this.changed(!more || !this.complete && this.log.count === piece.count);
          if (more) await new Promise((go) => setTimeout(go));
        }
      } while (this.again && !this.ended);
    } finally {
      this.pulling = false;
    }
  }

  async news(stand, open) {
    if (this.ended) return;
    if (stand === null) {
      // Whoever comes back is told anew.
      if (!open && this.progress) this.show(null);
      if (this.away === open) { this.away = !open; this.changed(true); }
      return;
    }
    if (stand.state === 'gone') {
      this.gone = stand.reason;
      this.changed(true);
      return;
    }
    const was = this.stand;
    const replaced = !this.about || stand.run !== this.about.run || stand.seq < this.log.last;
    if (this.gone !== null && !replaced) this.notice = 'The run is there again.';
    this.gone = null;
    this.stand = stand;
    if (replaced) {
      this.notice = this.about ? 'Another log stands in this place now; everything was read again.' : null;
      await this.begin();
      return;
    }
    if (was && (stand.sessions !== was.sessions || stand.events !== was.events || stand.state !== was.state)) {
      if (stand.sessions > was.sessions) this.notice = 'The run was resumed.';
      try { this.about = { ...(await this.source.about()) }; } catch (error) { this.failed(error); }
    }
    if (stand.seq > this.log.last) await this.pull().catch((error) => this.failed(error));
    this.changed(true);
  }

  failed(error) {
    if (error.status === 404 && this.about) this.gone = error.message;
    else if (error.away) this.away = true;
    else {
      this.error = error.message;
      // A machine that is busy is asked again.
      clearTimeout(this.retry);
      this.retry = setTimeout(() => this.tryAgain(), RETRY_MS);
    }
    this.changed(true);
  }

  async tryAgain() {
    if (this.ended) return;
    if (!this.log) { await this.begin(); return; }
    try {
      await this.pull();
      this.error = null;
      this.changed(true);
    } catch (error) { this.failed(error); }
  }

  // Tells the page at once, or soon if much comes.
  changed(now) {
    if (this.ended) return;
    const tell = () => { this.due = 0; this.version++; if (!this.ended) this.tell(this.version); };
    if (now) { clearTimeout(this.due); tell(); } else if (!this.due) this.due = setTimeout(tell, QUIET_MS);
  }

  close() {
    this.ended = true;
    clearTimeout(this.due);
    clearTimeout(this.retry);
    this.unwatch?.();
  }
}
