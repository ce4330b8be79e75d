import { catalogue } from './index.svelte';
import { en } from './timeline.en';
import { fr } from './timeline.fr';

export const t = catalogue({ fr, en });
