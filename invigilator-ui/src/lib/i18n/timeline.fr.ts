export const fr = {
  answers_saved: { one: 'Une réponse enregistrée', other: '{n} réponses enregistrées' },
  until: 'jusqu’à {time}',
  part_n: 'Partie {n}',
  times_n: { one: '{n} fois', other: '{n} fois' },
  devices_n: { one: 'depuis {n} poste', other: 'depuis {n} postes' },
} as const;
