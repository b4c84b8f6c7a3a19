// Keeps what was typed and is not saved yet in this browser, for each person, proposal and field, until it is saved.
const PREFIX = "tf-typed";
const WEEK_MS = 7 * 24 * 60 * 60 * 1000;

const entries = () =>
  Object.keys(localStorage)
    .filter((key) => key.startsWith(`${PREFIX}:`))
    .map((key) => ({ key, person: key.split(":")[1] }));

const quietly = (action, otherwise) => {
  try {
    return action();
  } catch {
    return otherwise; // no storage, or it is full: the server still has every save
  }
};

const readEntry = (key) => quietly(() => JSON.parse(localStorage.getItem(key)), null);

export class Kept {
  constructor(person, proposal) {
    this.prefix = `${PREFIX}:${person}:${proposal}:`;
  }

  keep(field, entry) {
    quietly(() => localStorage.setItem(this.prefix + field, JSON.stringify({ ...entry, at: Date.now() })));
  }

  forget(field) {
    quietly(() => localStorage.removeItem(this.prefix + field));
  }

  find(field) {
    const entry = readEntry(this.prefix + field);
    return entry && Date.now() - entry.at < WEEK_MS ? entry : null;
  }
}

// On a computer that several people use: who leaves takes away what others left behind, and what is too old.
export const tidy = (person) =>
  quietly(() => {
    for (const { key, person: whose } of entries()) {
      const entry = readEntry(key);
      if (whose !== person || !entry || Date.now() - entry.at >= WEEK_MS) localStorage.removeItem(key);
    }
  });
