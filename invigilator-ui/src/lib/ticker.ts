import { createSubscriber } from 'svelte/reactivity';
import { serverClock } from './clock';

const EVERY_MS = 250;

const subscribe = createSubscriber((update) => {
  const timer = setInterval(update, EVERY_MS);
  return () => clearInterval(timer);
});

/** The server's time in ms as state: what reads it in a template or effect is painted again as it runs. */
export const ticker = {
  get now(): number {
    subscribe();
    return serverClock.now();
  },
};
