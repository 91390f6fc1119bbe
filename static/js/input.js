// The input form: characters left, and what the three quick choices amount to. The page works without.
{
  const language = document.documentElement.lang || "nb";

  document.querySelectorAll("[data-counter]").forEach((field) => {
    const left = document.querySelector(`[data-counter-for="${field.id}"]`);
    if (!left) return;
    const longest = Number(field.dataset.counter);
    const show = () => {
      const rest = longest - field.value.replaceAll("\r\n", "\n").length;
      left.hidden = rest > longest / 4;
      left.textContent = left.dataset.words.replace("#", rest.toLocaleString(language));
      left.classList.toggle("text-danger", rest < 0);
    };
    field.addEventListener("input", show);
    show();
  });

  const read = (text) => {
    const table = {};
    for (const entry of text.split(" ")) {
      const [name, choice, low, high] = entry.split(":");
      (table[name] ??= {})[choice] = [Number(low), Number(high)];
    }
    return table;
  };
  // As the server rounds: whole hours from two up, one decimal below.
  const rounded = (hours) => (hours >= 2 ? Math.round(hours) : Math.max(Math.round(hours * 10) / 10, 0.1));

  document.querySelectorAll("[data-cost]").forEach((section) => {
    const table = read(section.dataset.cost);
    const sum = section.querySelector("[data-cost-sum]");
    const show = () => {
      const pairs = Object.entries(table).map(([name, choices]) => {
        const chosen = section.querySelector(`input[name="${name}"]:checked`);
        return chosen ? choices[chosen.value] : undefined;
      });
      sum.hidden = pairs.some((pair) => !pair);
      if (sum.hidden) return;
      const ends = [0, 1].map((end) => rounded(pairs.reduce((product, pair) => product * pair[end], 1)).toLocaleString(language));
      const range = ends[0] === ends[1] ? ends[0] : ends.join("–");
      sum.querySelector("b").textContent = sum.dataset.words.replace("#", range);
    };
    section.addEventListener("change", show);
    section.closest("form")?.addEventListener("change", show);
    show();
  });
}
