import { catalogue } from './index.svelte';
import { en } from './desk.en';
import { fr } from './desk.fr';

export const t = catalogue({ fr, en });
