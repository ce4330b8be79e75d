import { catalogue } from './index.svelte';
import { en } from './exam.en';
import { fr } from './exam.fr';

export const t = catalogue({ fr, en });
