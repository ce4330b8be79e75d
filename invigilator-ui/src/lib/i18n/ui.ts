import { catalogue } from './index.svelte';
import { en } from './common.en';
import { fr } from './common.fr';

export const t = catalogue({ fr, en });
