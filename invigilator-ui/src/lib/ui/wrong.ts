import { tick } from 'svelte';

/** Puts the focus on the first field of a form that is wrong, once the page says so. */
export async function focusFirstWrong(form: HTMLElement | undefined): Promise<void> {
  await tick();
  form?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
}
