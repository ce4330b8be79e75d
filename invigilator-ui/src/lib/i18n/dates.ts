//! Instants, dates and lengths of time as a person reads them. An instant of a session is always shown
//! in the session's zone, with its offset where the reader may sit in another one.
import { language } from './index.svelte';

/** "9:30" in the zone. */
export function time(instant: string, zone?: string): string {
  return show(instant, { hour: '2-digit', minute: '2-digit', timeZone: zone });
}

/** "10:42:03" in the zone; without a zone, in the device's. */
export function timeWithSeconds(instant: string, zone?: string): string {
  return show(instant, { hour: '2-digit', minute: '2-digit', second: '2-digit', timeZone: zone });
}

/** "Monday 1 March 2027" in the zone. */
export function day(instant: string, zone?: string): string {
  return show(instant, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric', timeZone: zone });
}

/** "1 Mar 2027" in the zone. */
export function shortDay(instant: string, zone?: string): string {
  return show(instant, { day: 'numeric', month: 'short', year: 'numeric', timeZone: zone });
}

/** "1 Mar 2027, 09:30" in the zone; "1 Mar 2027, 09:30 UTC+4" to a reader whose own clock says otherwise. */
export function dayAndTime(instant: string, zone?: string): string {
  return show(instant, {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZone: zone,
    timeZoneName: time(instant, zone) === time(instant) ? undefined : 'shortOffset',
  });
}

/** A date without a time ("2001-04-30"), such as a birth date: no zone can move it. */
export function plainDate(date: string): string {
  return show(`${date}T12:00:00Z`, { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' });
}

/** A text with its dates ("2001-04-30") in words, each kept on one line. */
export function datesInWords(text: string): string {
  return text.replace(/\b\d{4}-\d{2}-\d{2}\b/g, (date) => plainDate(date).replaceAll(' ', '\u00a0'));
}

/** "1:04:09" or "4:09": what remains, never negative. */
export function countdown(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  const two = (n: number) => String(n).padStart(2, '0');
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  return hours ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/** "1 h 20 min", "45 min", "30 s": a length of time. No line ends between a number and its unit. */
export function duration(seconds: number): string {
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  const rest = Math.floor(seconds % 60);
  const words = [hours && `${hours}\u00a0h`, minutes && `${minutes}\u00a0min`, rest && `${rest}\u00a0s`].filter(
    Boolean,
  );
  return words.length ? words.join(' ') : '0\u00a0min';
}

function show(instant: string, options: Intl.DateTimeFormatOptions): string {
  // en-GB: day before month and 24 hours, as the printed documents have it.
  const locale = language.now === 'fr' ? 'fr-FR' : 'en-GB';
  return new Intl.DateTimeFormat(locale, options).format(new Date(instant));
}
