import { catalogue } from './index.svelte';
import { en } from './centre.en';
import { fr } from './centre.fr';

export const t = catalogue({ fr, en });
