// What this browser holds until the server has it. Where storing is forbidden or full, the server is told all the same.

function storage() {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}

export const works = () => storage() !== null;

export function put(name, value) {
  try {
    storage()?.setItem(name, JSON.stringify(value));
  } catch {
    // Full.
  }
}

export function drop(name) {
  storage()?.removeItem(name);
}

/** Everything whose name begins with `prefix`, without it. */
export function all(prefix) {
  return Object.entries({ ...storage() })
    .filter(([name]) => name.startsWith(prefix))
    .map(([name, value]) => [name.slice(prefix.length), parsed(value)])
    .filter(([, held]) => held);
}

function parsed(value) {
  try {
    return JSON.parse(value);
  } catch {
    return null;
  }
}
