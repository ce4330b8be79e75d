import { catalogue } from './index.svelte';
import { en } from './invigilate.en';
import { fr } from './invigilate.fr';

export const t = catalogue({ fr, en });
