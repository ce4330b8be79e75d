import type { Tone } from './tones';

export type Toast = { id: number; text: string; tone: Tone };

const SHOWN_MS = 6_000;
let list = $state.raw<Toast[]>([]);
let next = 1;

export const toasts = {
  get list(): readonly Toast[] {
    return list;
  },
  dismiss(id: number) {
    list = list.filter((toast) => toast.id !== id);
  },
};

/** Says in passing that something was done. What must not be missed belongs in a Banner. */
export function toast(text: string, tone: Tone = 'ok') {
  const id = next++;
  list = [...list, { id, text, tone }];
  setTimeout(() => toasts.dismiss(id), SHOWN_MS);
}
