import { catalogue } from './index.svelte';
import { en } from './jury.en';
import { fr } from './jury.fr';

export const t = catalogue({ fr, en });
