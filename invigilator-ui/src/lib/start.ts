import { mount, type Component } from 'svelte';
import './tokens.css';
import './base.css';
import { showOnDocument } from './i18n/index.svelte';
import { listen } from './router.svelte';
import { theme } from './theme.svelte';
import Stopped from './ui/Stopped.svelte';
import { watch } from './whose';

/** Starts the page of one role. */
export function start(App: Component) {
  theme.restore();
  showOnDocument();
  listen();
  watch();
  const target = document.getElementById('app');
  if (target) mount(App, { target });
  mount(Stopped, { target: document.body });
}
