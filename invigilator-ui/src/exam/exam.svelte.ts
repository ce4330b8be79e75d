//! The candidate's exam in this page: where it stands by the server, told by the socket and asked for
//! every ten seconds, so that the page is right with or without a socket.
import { addressee } from '$lib/api/addressee.svelte';
import { api } from '$lib/api/client';
import { heard } from '$lib/api/heard';
import { asProblem, type Problem } from '$lib/api/problem';
import type { AttemptView, LiveMessage, Notice, Paper, PartView } from '$lib/api/types';
import { serverClock } from '$lib/clock';
import { Live } from '$lib/live';
import type { Typed } from '$lib/typed';
import { announce, found, seatOf } from '$lib/whose';
import { forget, Sheet } from './sheet.svelte';
import { shown } from './shown';

/** Which side of the door one is on. */
type Stage = 'asking' | 'out' | 'in' | 'fenced';

const STALE_MS = 25_000;
const SEEN = 'jurat.notices.';

export class Exam {
  stage = $state<Stage>('asking');
  view = $state.raw<AttemptView>();
  sheet = $state.raw<Sheet>();
  /** Why the first load or the paper failed; what may pass is being tried again. */
  problem = $state.raw<Problem>();
  /** Whether nothing has confirmed the page for a while. */
  stale = $state(false);
  /** Numbers of the notices that the candidate has put aside. */
  seen = $state.raw<number[]>([]);
  #live: Live | undefined;
  #fresh_ms = performance.now();
  #opening: number | undefined;
  /** The sheet that was closed last. */
  #closed = $state.raw<Sheet>();

  constructor() {
    void this.reload();
    setInterval(() => (this.stale = this.stage === 'in' && performance.now() - this.#fresh_ms > STALE_MS), 1_000);
  }

  /** The part whose turn it is: it runs, is held, or comes next. */
  get part(): PartView | undefined {
    const view = this.view;
    return view?.parts.find((part) => part.part === view.turn);
  }

  /** Whether the server would do this for the candidate now, as it said last. */
  may(ask: AttemptView['allowed'][number]): boolean {
    return this.view?.allowed.includes(ask) ?? false;
  }

  /** What was answered here and the server has not, once nothing is sent any more. */
  get left(): readonly Typed[] {
    return (!this.sheet && this.#closed?.lacking) || [];
  }

  get unseen(): Notice[] {
    return this.view?.notices.filter((notice) => !this.seen.includes(notice.number)) ?? [];
  }

  /** Goes in with what the door told. */
  enter(view: AttemptView) {
    this.#goIn(view);
    announce();
  }

  load = async (): Promise<void> => {
    try {
      this.#take(await api.get('/attempt', {}, { timeout_ms: 6_000 }));
    } catch (cause) {
      this.#failed(asProblem(cause));
      throw cause;
    }
  };

  /** Asks until the server has answered whether this device has a seat. */
  reload = async (): Promise<void> => {
    try {
      this.#goIn(
        await heard(
          () => api.get('/attempt'),
          (problem) => (this.problem = problem),
        ),
      );
    } catch (cause) {
      this.#failed(asProblem(cause));
    }
  };

  async startPart(part: number) {
    const paper = await api.post('/attempt/parts/{part}/start', { part });
    this.#open(paper);
    await this.load();
  }

  async finishPart(part: number) {
    this.#take(await api.post('/attempt/parts/{part}/finish', { part }));
  }

  putAside(notice: Notice) {
    this.seen = [...this.seen, notice.number];
    try {
      sessionStorage.setItem(SEEN + this.view?.attempt_id, JSON.stringify(this.seen));
    } catch {
      // storage is refused here: the notice comes back with a reload
    }
  }

  /** Leaves this device: the seat is given up and nothing of it stays behind. */
  async leave() {
    await api.post('/attempt/leave');
    this.#live?.stop();
    if (this.view) forget(this.view.attempt_id);
    announce();
    location.assign('/exam');
  }

  #goIn(view: AttemptView | undefined) {
    this.#take(view);
    if (this.stage === 'in') this.#follow();
  }

  /** Takes in what the server tells; without a seat it tells nothing. What it tells of another seat is not for here. */
  #take(view: AttemptView | undefined) {
    if (!view) return this.#thrownOut(4001);
    addressee.open(seatOf(view));
    found(seatOf(view));
    if (addressee.stopped) return;
    const last = this.view;
    if (last && last.attempt_id === view.attempt_id && view.version < last.version) return;
    this.#fresh_ms = performance.now();
    this.stale = false;
    serverClock.hint(view.server_now);
    if (last?.attempt_id !== view.attempt_id) this.seen = seenOf(view.attempt_id);
    if (this.#closed && this.#closed.attempt !== view.attempt_id) this.#closed = undefined;
    this.view = view;
    this.stage = 'in';
    this.problem = undefined;
    if (last?.state === 'held' && view.state === 'running') this.sheet?.flush();
    this.#turnTo(view);
  }

  /** Opens, keeps or closes the answer sheet, as the page wants it. */
  #turnTo(view: AttemptView) {
    const { page } = shown(view);
    switch (page) {
      case 'running':
        return void this.#needPaper(view);
      case 'held':
        return;
      case 'waiting':
      case 'break':
      case 'ended':
        return this.#closeSheet();
    }
  }

  #follow() {
    if (this.#live) return;
    serverClock.keep();
    this.#live = new Live({
      ticket: (patience) => api.post('/attempt/socket-ticket', {}, patience),
      onMessage: this.#hear,
      poll: this.load,
      poll_ms: 10_000,
      onFreshness: (at_ms) => (this.#fresh_ms = at_ms),
      onClosed: (code) => this.#thrownOut(code),
    });
  }

  #hear = (message: LiveMessage) => {
    switch (message.type) {
      case 'attempt':
        return this.#take(message.attempt);
      case 'notice':
        return this.#takeNotice(message.notice);
      case 'hello':
      case 'resync':
        return; // the link sees to these
      case 'rows':
      case 'incident':
      case 'entries_refused':
      case 'session':
      case 'clock':
        return; // for the board
    }
  };

  #takeNotice(notice: Notice) {
    if (!this.view) return;
    const known = this.view.notices.filter((other) => other.number !== notice.number);
    this.view = { ...this.view, notices: [...known, notice] };
  }

  /** Loads the paper of the part that runs, once. */
  async #needPaper(view: AttemptView) {
    if (this.sheet?.part === view.turn || this.#opening === view.turn) return;
    this.#opening = view.turn;
    try {
      this.#open(await api.get('/attempt/parts/{part}/paper', { part: view.turn }));
      this.problem = undefined;
    } catch (cause) {
      this.problem = asProblem(cause);
    }
    this.#opening = undefined;
  }

  #open(paper: Paper) {
    if (this.sheet?.part === paper.part || !this.view) return;
    this.#closeSheet();
    this.#closed = undefined;
    this.sheet = new Sheet(this.view.attempt_id, paper, (problem) => this.#refused(problem));
  }

  #closeSheet() {
    if (!this.sheet) return;
    this.sheet.close();
    this.#closed = this.sheet;
    this.sheet = undefined;
  }

  /** The server took an answer no more: find out where the exam stands. */
  #refused(problem: Problem) {
    if (problem.code === 'fenced') this.#thrownOut(4009);
    else void this.load().catch(() => undefined);
  }

  #failed(problem: Problem) {
    if (problem.code === 'not_signed_in') this.#thrownOut(4001);
    else if (problem.code === 'fenced') this.#thrownOut(4009);
    else if (this.stage === 'asking') this.problem = problem;
  }

  #thrownOut(code: number) {
    this.#live?.stop();
    this.#live = undefined;
    this.#closeSheet();
    addressee.close();
    this.view = undefined;
    this.stage = code === 4009 ? 'fenced' : 'out';
  }
}

function seenOf(attempt: string): number[] {
  try {
    return JSON.parse(sessionStorage.getItem(SEEN + attempt) ?? '[]') as number[];
  } catch {
    return [];
  }
}
