import { catalogue } from './index.svelte';
import { en } from './admin.en';
import { fr } from './admin.fr';

export const t = catalogue({ fr, en });
