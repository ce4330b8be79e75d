import { catalogue } from './index.svelte';
import { en } from './home.en';
import { fr } from './home.fr';

export const t = catalogue({ fr, en });
