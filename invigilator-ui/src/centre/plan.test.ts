import { expect, test } from 'vitest';
import { faultsOf, fieldsOf, todayIn } from './plan';

const good = { scheme_id: 'pix-edu', date: '2027-03-01', time: '09:30', place: 'Lycée', room: '204' };

test('a complete plan has no fault', () => {
  expect(faultsOf(good, '2027-03-01')).toEqual({});
});

test('every fault is told at once', () => {
  const faults = faultsOf({ scheme_id: '', date: '2027-02-28', time: '', place: ' ', room: '' }, '2027-03-01');
  expect(faults).toEqual({
    scheme_id: 'required',
    date: 'day_past',
    time: 'bad_time',
    place: 'required',
    room: 'required',
  });
});

test('a plan is shown as the centre’s clocks have it', () => {
  expect(fieldsOf('2027-03-02T23:30:00Z', 'Europe/Paris')).toEqual({ date: '2027-03-03', time: '00:30' });
});

test('today is the centre’s day, not that of the device', () => {
  const now = new Date('2027-02-28T21:00:00Z');
  expect(todayIn('Indian/Reunion', now)).toBe('2027-03-01');
  expect(todayIn('America/Cayenne', now)).toBe('2027-02-28');
});
