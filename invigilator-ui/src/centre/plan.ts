//! What must be right before a session is sent to be planned; the server has the last word.

export type PlanFields = { scheme_id: string; date: string; time: string; place: string; room: string };
export type PlanFault = 'required' | 'bad_date' | 'bad_time' | 'day_past';
export type PlanFaults = Partial<Record<keyof PlanFields, PlanFault>>;

/** Every fault of the form, by field. `today` is the centre's, as "2027-03-01". */
export function faultsOf(fields: PlanFields, today: string): PlanFaults {
  const faults: PlanFaults = {};
  if (!fields.scheme_id) faults.scheme_id = 'required';
  if (!/^\d{4}-\d{2}-\d{2}$/.test(fields.date)) faults.date = 'bad_date';
  else if (fields.date < today) faults.date = 'day_past';
  if (!/^\d{2}:\d{2}/.test(fields.time)) faults.time = 'bad_time';
  if (!fields.place.trim()) faults.place = 'required';
  if (!fields.room.trim()) faults.room = 'required';
  return faults;
}

/** What a clock in the zone shows at an instant, as the fields of the form: "2027-03-01" and "09:30". */
export function fieldsOf(instant: string, zone: string): { date: string; time: string } {
  const at = new Date(instant);
  const hour = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit' });
  return { date: todayIn(zone, at), time: hour.format(at) };
}

/** The day that it is in a zone, as "2027-03-01". */
export function todayIn(zone: string, now: Date): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(
    now,
  );
}
