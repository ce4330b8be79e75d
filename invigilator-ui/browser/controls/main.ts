import { mount } from 'svelte';
import '$lib/tokens.css';
import '$lib/base.css';
import Controls from './Controls.svelte';

const target = document.getElementById('app');
if (target) mount(Controls, { target });
