//! The keyboard of the list: from person to person, and what a single letter does.
//! Shortcuts of single letters work in the list alone, so that they surprise nobody elsewhere.
import type { RoomBoard, Seat } from './board.svelte';
import type { Desk } from './desk.svelte';
import { nextCommand } from './rules';

/** Does what the key means; `open` is whether the session goes on. */
export function press(event: KeyboardEvent, board: RoomBoard, desk: Desk, open: boolean) {
  if (event.altKey || event.metaKey || (event.ctrlKey && event.key !== 'a')) return;
  const here = seatAt(board, event.target);
  const at = here ? board.shown.indexOf(here) : -1;
  const move = (to: number) => {
    const next = board.shown[Math.min(board.shown.length - 1, Math.max(0, to))];
    if (event.shiftKey && next && here && open) here.selected = next.selected = true;
    focusOn(next);
  };
  const act: Record<string, () => void> = {
    ArrowDown: () => move(at + 1),
    j: () => move(at + 1),
    J: () => move(at + 1),
    ArrowUp: () => move(at - 1),
    k: () => move(at - 1),
    K: () => move(at - 1),
    Home: () => move(0),
    End: () => move(board.shown.length - 1),
    a: () => open && board.select(board.shown),
    Escape: () => board.select([]),
    Enter: () => here && desk.open({ kind: 'seat', attempt: here.row.attempt_id }),
    x: () => {
      const command = here && nextCommand(here.row);
      if (open && here && command) desk.command(command, [here.row]);
    },
    i: () => open && desk.open({ kind: 'incident', attempt: here?.row.attempt_id ?? null }),
    m: () => open && desk.open({ kind: 'notice', attempt: here?.row.attempt_id ?? null }),
    '/': () => document.getElementById('board-search')?.focus(),
    '?': () => desk.open({ kind: 'help' }),
  };
  const does = act[event.key];
  const onButton = (event.target as Element).closest('button') && (event.key === 'Enter' || event.key === ' ');
  if (!does || onButton) return;
  event.preventDefault();
  does();
}

function focusOn(seat: Seat | undefined) {
  document.getElementById(`seat-${seat?.row.attempt_id ?? ''}`)?.focus();
}

function seatAt(board: RoomBoard, target: EventTarget | null): Seat | undefined {
  return board.seat((target as Element).closest<HTMLElement>('[data-attempt]')?.dataset.attempt ?? null);
}
