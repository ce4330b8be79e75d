//! What the invigilator is doing at the moment: one task at a time, in a dialog over the board.
import { tick } from 'svelte';
import { api } from '$lib/api/client';
import type { BoardRow, CommandBody, CommandDone } from '$lib/api/types';
import { t } from '$lib/i18n/invigilate';
import { Sending } from '$lib/sending.svelte';
import { toast } from '$lib/ui/toasts.svelte';
import type { RoomBoard } from './board.svelte';
import { fits, type Command } from './rules';

export type Task =
  | { kind: 'command'; command: Command; attempts: string[] }
  | { kind: 'incident'; attempt: string | null }
  | { kind: 'notice'; attempt: string | null }
  | { kind: 'seat'; attempt: string }
  | { kind: 'book' }
  | { kind: 'close' }
  | { kind: 'help' };

export class Desk {
  task: Task | undefined = $state.raw();
  /** What was pressed on the board itself. */
  readonly sending = new Sending();
  #from: Element | null = null;

  constructor(readonly board: RoomBoard) {}

  open(task: Task) {
    if (!this.task) this.#from = document.activeElement;
    this.task = task;
  }

  /** Ends the task; the focus goes back to where it began. */
  close = () => {
    this.task = undefined;
    void this.#focusAgain(this.#from);
  };

  /** Does at once what needs no word, and asks for the rest. */
  command(command: Command, rows: readonly BoardRow[]) {
    const attempts = rows.filter((row) => fits(command, row)).map((row) => row.attempt_id);
    if (command === 'admit') void this.#admit(attempts);
    else this.open({ kind: 'command', command, attempts: rows.map((row) => row.attempt_id) });
  }

  send(body: CommandBody): Promise<CommandDone> {
    return api.post('/sessions/{session}/commands', { session: this.board.id, body });
  }

  async #admit(attempts: string[]) {
    const from = document.activeElement;
    await this.sending.run(async () => {
      const done = await this.send({ command: 'admit', attempts });
      if (done.refused.length) toast(t('partly_refused', { n: done.refused.length }), 'danger');
      if (done.done.length) toast(t('did_admit', { n: done.done.length }));
      await this.board.load();
    });
    await this.#focusAgain(from, attempts[0]);
  }

  async #focusAgain(from: Element | null, attempt?: string) {
    await tick();
    if (document.activeElement && document.activeElement !== document.body) return;
    const target = from?.isConnected ? from : document.getElementById(`seat-${attempt ?? ''}`);
    (target as HTMLElement | null)?.focus?.();
  }
}
