import { expect, test } from 'vitest';
import { candidateFaults } from './candidate';

const now = new Date('2027-03-01T09:00:00Z');
const ada = {
  family_name: 'Lovelace',
  given_names: 'Ada',
  birth_date: '1990-12-10',
  email: '',
  external_id: '',
  extra_time: '',
};

test('names and a birth date are enough', () => {
  expect(candidateFaults(ada, now)).toEqual({});
});

test('extra time is a fraction above nothing', () => {
  expect(candidateFaults({ ...ada, extra_time: '1/3' }, now)).toEqual({});
  for (const extra_time of ['0/3', '1/0', '33 %', '1']) {
    expect(candidateFaults({ ...ada, extra_time }, now)).toEqual({ extra_time: 'bad_extra' });
  }
});

test('nobody is born tomorrow', () => {
  expect(candidateFaults({ ...ada, birth_date: '2027-03-02' }, now)).toEqual({ birth_date: 'birth_future' });
});
