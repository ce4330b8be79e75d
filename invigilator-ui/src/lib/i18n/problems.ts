import { catalogue } from './index.svelte';
import { en } from './problems.en';
import { fr } from './problems.fr';

export const t = catalogue({ fr, en });
