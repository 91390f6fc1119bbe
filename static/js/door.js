// The list at the door works through lost network. What is pressed or written is kept on this device, shown at once, and
// sent as soon as there is network; each note has a key, so that one sent twice counts once. Without the script the same
// buttons send plain forms.
{
  const door = document.getElementById("door");
  const store = `door-${door.dataset.meeting}`;
  const token = door.querySelector("[name=csrfmiddlewaretoken]").value;
  const search = document.getElementById("id_q");
  const visitor = document.getElementById("door-visitor");
  const TIMEOUT = 8000;
  const SLOWEST = 15000;
  const REFRESH = 20000;
  let notes = [];
  let sending = false;
  let pause = 1000;
  let timer;

  const keep = () => {
    try {
      if (notes.length) localStorage.setItem(store, JSON.stringify(notes));
      else localStorage.removeItem(store);
    } catch {
      // A full or forbidden store: kept while the page is open.
    }
  };
  const recall = () => {
    try {
      notes = JSON.parse(localStorage.getItem(store)) || [];
    } catch {
      notes = [];
    }
  };
  // crypto.randomUUID needs a secure page; a tablet may stand on a plain local address.
  const newKey = () =>
    "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (sign) =>
      (sign ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (sign / 4)))).toString(16),
    );

  const list = () => document.getElementById("door-list");
  const show = (id, is) => {
    document.getElementById(id).hidden = !is;
  };
  const fold = (words) =>
    words
      .toLowerCase()
      .normalize("NFD")
      .replace(/(?!\u030a)[\u0300-\u036f]/g, "")
      .normalize("NFC");
  const filter = () => {
    const wanted = fold(search.value).split(/\s+/).filter(Boolean);
    for (const row of list().querySelectorAll("[data-row]")) {
      const words = fold(row.dataset.find || (row.dataset.find = row.querySelector("div").textContent));
      row.hidden = !wanted.every((word) => words.includes(word));
    }
  };

  // The figures count on from those of the portal; the next list brings the portal's again.
  const count = (row, by) => {
    const figures = list().querySelector("[data-present]");
    const present = JSON.parse(figures.dataset.present);
    const people = figures.querySelector("[data-people]");
    const { sign, heads } = row.dataset;
    if (sign) present[sign] = (present[sign] || 0) + by;
    figures.dataset.present = JSON.stringify(present);
    figures.querySelector("[data-companies]").textContent = Object.values(present).filter((here) => here > 0).length;
    people.textContent = Number(people.textContent) + by * Number(heads);
  };
  const press = (row, attendance) => {
    for (const button of row.querySelectorAll("[data-note]")) {
      const is = button.dataset.note === attendance;
      const was = button.getAttribute("aria-pressed") === "true";
      if (button.dataset.note === "attended" && is !== was) count(row, is ? 1 : -1);
      button.setAttribute("aria-pressed", String(is));
      button.value = is ? "unknown" : button.dataset.note;
    }
  };
  const shown = (note) => {
    // What waits is shown as if it had been sent.
    if (note.row === undefined) {
      if (list().querySelector(`[data-key="${note.key}"]`)) return;
      const row = document.getElementById("door-waiting-row").content.firstElementChild.cloneNode(true);
      row.dataset.key = note.key;
      row.dataset.heads = "1";
      row.dataset.sign = note.company && `:${note.company.toLowerCase()}`;
      row.querySelector("h2").textContent = note.name;
      row.querySelector("[data-company]").textContent = note.company;
      list().querySelector("ul").prepend(row);
      count(row, 1);
      return;
    }
    const row = list().querySelector(`[data-row="${note.row}"]`);
    if (!row) return;
    if (note.attendance === "gone") {
      row.remove();
      count(row, -1);
    } else press(row, note.attendance);
  };
  const tell = (isOffline) => {
    show("door-offline", isOffline && notes.length > 0);
    document.querySelector("#door-offline [data-count]").textContent = notes.length;
  };
  const swap = (html) => {
    const pressed = document.activeElement?.dataset.note;
    const focused = document.activeElement?.closest?.("[data-row]")?.dataset.row;
    const part = new DOMParser().parseFromString(html, "text/html").getElementById("door-list");
    if (!part) return;
    list().replaceWith(document.adoptNode(part));
    notes.forEach(shown);
    filter();
    const button = pressed ? `[data-note="${pressed}"]` : "button";
    if (focused) list().querySelector(`[data-row="${focused}"] ${button}`)?.focus({ preventScroll: true });
  };

  const ask = async (path, options = {}) => {
    const stop = new AbortController();
    const limit = setTimeout(() => stop.abort(), TIMEOUT);
    try {
      return await fetch(path, { credentials: "same-origin", redirect: "manual", signal: stop.signal, ...options });
    } finally {
      clearTimeout(limit);
    }
  };
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(send, pause);
    pause = Math.min(pause * 2, SLOWEST);
  };
  const refuse = (refused) => {
    const corner = document.querySelector("#door-refused ul");
    for (const { name, why } of refused) {
      const line = document.createElement("li");
      line.textContent = name ? `${name}: ${why}` : why;
      corner.append(line);
    }
    if (refused.length) show("door-refused", true);
  };

  const send = async () => {
    if (sending || !notes.length) return;
    sending = true;
    const now = Date.now();
    const sent = notes.slice(0, 100).map(({ at, ...note }) => ({ ...note, ago: Math.max(0, now - at) }));
    try {
      const answer = await ask(door.dataset.sync, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": token },
        body: JSON.stringify({ notes: sent }),
      });
      if (answer.type === "opaqueredirect" || answer.status === 403) {
        show("door-signin", true);
        throw new Error("signed out");
      }
      if (!answer.ok) throw new Error(String(answer.status));
      const told = await answer.json();
      const ended = new Set(told.ended);
      notes = notes.filter((note) => !ended.has(note.key));
      keep();
      refuse(told.refused);
      pause = 1000;
      show("door-signin", false);
      swap(told.list);
      tell(false);
      sending = false;
      if (notes.length) send();
    } catch {
      sending = false;
      tell(true);
      later();
    }
  };
  const note = (one) => {
    notes.push({ key: newKey(), at: Date.now(), ...one });
    keep();
    shown(notes.at(-1));
    pause = 1000;
    send();
  };

  const refresh = async () => {
    if (sending || notes.length || document.hidden) return;
    try {
      const query = door.dataset.cut ? `?${new URLSearchParams({ q: search.value })}` : "";
      const answer = await ask(door.dataset.list + query, { headers: { "HX-Request": "true" } });
      if (answer.ok && !notes.length) swap(await answer.text());
    } catch {
      // The list stays as it is until there is network.
    }
  };

  door.addEventListener("submit", (event) => {
    const button = event.submitter;
    const row = button?.closest("[data-row]")?.dataset.row;
    if (!row) return;
    event.preventDefault();
    note({ row: Number(row), attendance: button.value });
  });
  visitor.addEventListener("submit", (event) => {
    event.preventDefault();
    const words = Object.fromEntries(["name", "company", "email"].map((name) => [name, visitor.elements[name].value.trim()]));
    if (!words.name) return;
    note(words);
    visitor.reset();
    visitor.elements.name.focus();
  });
  let typing;
  search.addEventListener("input", () => {
    filter();
    clearTimeout(typing);
    if (door.dataset.cut) typing = setTimeout(refresh, 300);
  });
  search.form.addEventListener("submit", (event) => event.preventDefault());
  window.addEventListener("online", send);
  setInterval(refresh, REFRESH);

  recall();
  notes.forEach(shown);
  filter();
  send();
}
