import { expect, test } from 'vitest';
import type { CentreBody } from '$lib/api/types';
import { centreFaults } from './centre';

const good: CentreBody = {
  name: 'Lycée',
  kind: 'school',
  time_zone: 'Indian/Reunion',
  external_id: '',
  manager_email: 'a@b.fr',
};

test('a centre needs a name, a real zone and a manager to invite', () => {
  expect(centreFaults(good)).toEqual({});
  expect(centreFaults({ ...good, time_zone: 'Paris', manager_email: 'a@b' })).toEqual({
    time_zone: 'bad_zone',
    manager_email: 'bad_email',
  });
  expect(centreFaults({ ...good, name: ' ', time_zone: '' })).toEqual({ name: 'required', time_zone: 'required' });
});
