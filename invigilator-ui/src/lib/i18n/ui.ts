import { catalogue } from './index.svelte';
import { en } from './ui.en';
import { fr } from './ui.fr';

export const t = catalogue({ fr, en });
