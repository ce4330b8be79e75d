import type { SameKeys } from './index.svelte';
import type { fr } from './timeline.fr';

export const en = {
  answers_saved: { one: 'One answer saved', other: '{n} answers saved' },
  until: 'until {time}',
  part_n: 'Part {n}',
  times_n: { one: 'once', other: '{n} times' },
  devices_n: { one: 'from {n} device', other: 'from {n} devices' },
} as const satisfies SameKeys<typeof fr>;
