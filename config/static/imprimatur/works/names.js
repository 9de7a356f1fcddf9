// Suggests names of the library for fields with one name a line. Without it, names are typed.

const WAIT = 200; // milliseconds after the last key
let count = 0;

function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/** Put a field that finds names under `lines`, a text with one name a line; `source` answers with the names. */
export function suggest(lines, source) {
  const id = `names-${(count += 1)}`;
  const title = lines.closest(".field").querySelector("label").textContent;
  const input = element("input", {
    type: "text", id, role: "combobox", autocomplete: "off", "aria-expanded": "false", "aria-controls": `${id}-list`,
    "aria-autocomplete": "list", class: "find-name",
  });
  const list = element("ul", { id: `${id}-list`, role: "listbox", class: "found-names", "aria-label": `Names for ${title}` });
  const said = element("span", { class: "quiet", role: "status" });
  const label = element("label", { for: id, class: "quiet" }, "Find a name in the library");
  list.hidden = true;
  let names = [];
  let chosen = 0;
  let timer = 0;
  let asked = null;

  function show() {
    list.replaceChildren(...names.map((name, index) => {
      const option = element("li", { role: "option", id: `${id}-${index}`, "aria-selected": String(index === chosen) }, name);
      option.addEventListener("mousedown", (event) => event.preventDefault()); // the focus stays where it is
      option.addEventListener("click", () => insert(index));
      return option;
    }));
    list.hidden = !names.length;
    input.setAttribute("aria-expanded", String(Boolean(names.length)));
    if (names.length) input.setAttribute("aria-activedescendant", `${id}-${chosen}`);
    else input.removeAttribute("aria-activedescendant");
    list.children[chosen]?.scrollIntoView({ block: "nearest" });
  }

  function close() {
    asked?.abort();
    clearTimeout(timer);
    names = [];
    show();
  }

  async function search() {
    asked?.abort();
    asked = new AbortController();
    chosen = 0;
    try {
      const answer = await fetch(`${source}?${new URLSearchParams({ q: input.value })}`, { signal: asked.signal });
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      ({ names } = await answer.json());
      said.textContent = names.length || !input.value.trim() ? "" : "The library has no such name. Type it above.";
    } catch (error) {
      if (error.name === "AbortError") return;
      names = [];
      said.textContent = "The library did not answer. Type the name above.";
    }
    show();
  }

  /** Add a name as a line of its own. */
  function insert(index) {
    const before = lines.value.replace(/\n+$/, "");
    lines.value = `${before}${before ? "\n" : ""}${names[index]}`;
    lines.dispatchEvent(new Event("input", { bubbles: true }));
    said.textContent = `Added: ${names[index]}`;
    input.value = "";
    close();
    input.focus();
  }

  input.addEventListener("input", (event) => {
    event.stopPropagation(); // it is no part of the form
    clearTimeout(timer);
    timer = setTimeout(search, WAIT);
  });
  input.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && names.length) {
      event.preventDefault();
      chosen = (chosen + step + names.length) % names.length;
      show();
    } else if (event.key === "Enter") {
      event.preventDefault(); // it saves nothing
      if (names.length) insert(chosen);
    } else if (event.key === "Escape" && names.length) {
      event.preventDefault(); // the dialog around it stays open
      event.stopPropagation();
      close();
    }
  });
  input.addEventListener("blur", close);
  lines.after(element("div", { class: "name-finder" }, label, input, list, said));
}
