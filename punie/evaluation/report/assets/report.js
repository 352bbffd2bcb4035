"use strict";
// Everything a model said enters the page as text, never as markup: elements are made here, one by one.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const queries = data.queries;
  const STEP = 80;
  const WORDS = {
    pass: ["✓ passed", "good"],
    miss: ["✗ missed", "bad"],
    ungradable: ["? no verdict", "odd"],
    "not asked": ["– not asked", "warn"],
  };
  const at = (id) => document.getElementById(id);

  function make(name, kind, ...children) {
    const element = document.createElement(name);
    if (kind) element.className = kind;
    for (const child of children) if (child) element.append(child);
    return element;
  }

  // light and dark
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : system.matches);
  function name_theme() {
    at("theme").textContent = isDark() ? "☀ Light" : "☾ Dark";
    at("theme").setAttribute("aria-label", isDark() ? "Switch to light colours" : "Switch to dark colours");
  }
  try {
    const kept = localStorage.getItem("punie-theme");
    if (kept === "light" || kept === "dark") root.dataset.theme = kept;
  } catch { /* a file may be kept from storing */ }
  at("theme").addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    try { localStorage.setItem("punie-theme", root.dataset.theme); } catch { /* likewise */ }
    name_theme();
  });
  system.addEventListener("change", name_theme);
  name_theme();

  // filters
  const chosen = { verdict: "", category: "", label: "", change: "", order: "suite", words: [] };
  let found = queries;
  let shown = 0;
  let open = "";

  function haystack(query) {
    if (query.text === undefined) {
      const parts = [query.id, query.category, query.prompt, query.label, query.reason];
      for (const turn of query.turns || []) {
        parts.push(turn.reply, turn.shown, ...(turn.calls || []), ...(turn.reads || []));
        for (const code of turn.codes || []) parts.push(code.text);
      }
      query.text = parts.filter(Boolean).join("\n").toLowerCase();
    }
    return query.text;
  }
  const fits = (query) =>
    (!chosen.category || query.category === chosen.category) &&
    (!chosen.label || query.label === chosen.label) &&
    (!chosen.change || (query.before || {}).change === chosen.change) &&
    chosen.words.every((word) => haystack(query).includes(word));

  function refresh() {
    const fitting = queries.filter(fits);
    const counts = { "": fitting.length };
    for (const query of fitting) counts[query.verdict] = (counts[query.verdict] || 0) + 1;
    for (const button of at("verdicts").children) {
      button.textContent = `${button.dataset.name} ${counts[button.value] || 0}`;
      button.setAttribute("aria-pressed", String(button.value === chosen.verdict));
    }
    found = chosen.verdict ? fitting.filter((query) => query.verdict === chosen.verdict) : fitting;
    if (chosen.order === "slow") found = [...found].sort((one, other) => (other.seconds || 0) - (one.seconds || 0));
    at("rows").replaceChildren();
    shown = 0;
    show_more();
    at("count").textContent = `${found.length} of ${queries.length} queries`;
    at("none").hidden = found.length > 0;
  }

  function show_more(step = STEP) {
    const part = document.createDocumentFragment();
    for (const query of found.slice(shown, shown + step)) part.append(row(query));
    at("rows").append(part);
    shown = Math.min(found.length, shown + step);
    at("more").hidden = shown >= found.length;
    at("more").textContent = `Show more (${found.length - shown} left)`;
  }

  // rows
  function row(query) {
    const [word, state] = WORDS[query.verdict];
    const label = query.label ? make("span", "chip", query.label.replaceAll("_", " ")) : make("span", "");
    const change = (query.before || {}).change;
    const mark = change === "lost" ? make("span", "chip bad", "▼ lost") : change === "gained" ? make("span", "chip good", "▲ gained") : null;
    const button = make(
      "button",
      "row",
      make("span", `chip ${state}`, word),
      make("span", "id", query.id),
      make("span", "prompt", query.prompt.slice(0, 300)),
      make("span", "label chips", mark, label),
      make("span", "time", query.seconds === undefined ? "" : seconds(query.seconds)),
    );
    button.type = "button";
    button.setAttribute("aria-expanded", "false");
    button.title = query.prompt.slice(0, 300);
    const item = make("li", "", button);
    item.dataset.id = query.id;
    button.addEventListener("click", () => toggle(item, query, button));
    if (query.id === open) toggle(item, query, button);
    return item;
  }

  function toggle(item, query, button) {
    const is_open = item.classList.toggle("open");
    button.setAttribute("aria-expanded", String(is_open));
    if (is_open) item.append(detail(query));
    else item.lastElementChild.remove();
    open = is_open ? query.id : open === query.id ? "" : open;
    if (is_open) history.replaceState(null, "", `#q=${encodeURIComponent(query.id)}`);
  }

  const seconds = (value) => (value < 0.1 ? `${Math.round(value * 1000)} ms` : `${value.toFixed(value < 10 ? 2 : 1)} s`);
  const text = (value, kind = "") => make("pre", kind, value);
  const titled = (title, ...children) => make("section", "", make("h3", "", title), ...children);
  const chips = (values, kind = "chip mono") => make("div", "chips", ...values.map((value) => make("span", kind, value)));
  const folded = (title, ...children) => make("details", "", make("summary", "", title), ...children);

  function coloured(code) {
    const element = text("", "code");
    let from = 0;
    for (let index = 0; index < (code.marks || []).length; index += 2) {
      const part = code.text.slice(from, from + code.marks[index]);
      const kind = data.kinds[code.marks[index + 1]];
      element.append(kind ? make("span", `k-${kind}`, part) : part);
      from += code.marks[index];
    }
    element.append(code.text.slice(from));
    return element;
  }

  function detail(query) {
    const [word, state] = WORDS[query.verdict];
    const parts = [make("p", "why", `${word.slice(2)}${query.reason ? `: ${query.reason}` : ""}`)];
    parts[0].classList.add("state", state);
    const about = [`category ${query.category}`, data.suites > 1 ? `suite ${query.suite}` : ""];
    if (query.soft && query.verdict === "miss") about.push("right tools chosen");
    if (query.recorded) about.push(`recorded verdict: ${query.recorded}`);
    parts.push(chips(about.filter(Boolean), "chip"), titled("Prompt", text(query.prompt, "says")));
    (query.turns || []).forEach((turn, number) => parts.push(one_turn(turn, number, query.turns.length)));
    if (query.before) parts.push(then(query));
    if (query.samples) parts.push(folded(`${query.samples.length} samples`, ...query.samples.map(sample)));
    return make("div", "detail", ...parts);
  }

  function one_turn(turn, number, of) {
    const said = make("div", "");
    if (turn.shown !== undefined) said.append(titled("Tool response given", text(turn.shown)));
    if (turn.codes) {
      if (turn.words) said.append(titled("Said", text(turn.words, "says")));
      said.append(titled("Code", ...turn.codes.map(coloured)), folded("Reply as it came", text(turn.reply)));
    } else if (turn.reply !== undefined) said.append(titled("Reply", text(turn.reply)));
    else said.append(titled("Reply", make("p", "muted", "none")));
    const judged = make("div", "", wanted(turn.expect || {}));
    if (turn.calls) judged.append(titled("Executed", ...turn.calls.map((call) => text(call))));
    if (turn.reads) judged.append(titled("Fields read", chips(turn.reads)));
    if (turn.layers) judged.append(titled("Verdict by layer", make("ul", "layers", ...turn.layers.map(layer))));
    const title = of > 1 ? make("p", "full", `Turn ${number + 1} of ${of}`) : null;
    return make("div", "turn", title, said, judged);
  }

  function wanted(expect) {
    if (!expect.tools) {
      const mentions = expect.mentions ? chips(expect.mentions) : null;
      return titled("Expected: an answer in words", mentions || make("p", "muted", "without a call"));
    }
    const fields = (expect.fields || []).map((name) => `.${name}`);
    return titled("Expected", chips([...expect.tools, ...fields, ...(expect.arguments || []), ...(expect.mentions || [])]));
  }

  function layer([name, passed, reason]) {
    const mark = make("span", "mark", passed ? "✓" : "✗");
    mark.setAttribute("aria-label", passed ? "passed" : "failed");
    mark.setAttribute("role", "img");
    return make("li", passed ? "good" : "bad", mark, make("span", "", name), make("span", "said", reason));
  }

  function then(query) {
    const before = query.before;
    const [word, state] = WORDS[before.verdict];
    const line = make("div", "chips", make("span", `chip ${state}`, word), before.label ? make("span", "chip", before.label) : null);
    if (!before.diff) return titled("In the baseline", line, make("p", "muted", "the same reply"));
    const kinds = { "-": "then", "+": "now" };
    const lines = before.diff.map((one) => make("span", `line ${kinds[one[0]] || ""}`, one[0], " ", one.slice(1)));
    const diff = folded("What changed in the reply: - then, + now", make("pre", "diff", ...lines));
    diff.open = before.change === "lost" || before.change === "gained";
    return titled("In the baseline", line, diff);
  }

  function sample(one, number) {
    const [word, state] = WORDS[one.verdict];
    const replies = (one.replies || []).map((reply) => text(reply));
    return make("div", "", make("p", `state ${state}`, `${number + 1}. ${word} ${one.reason || ""}`), ...replies);
  }

  // controls
  function offer(select, values) {
    for (const [value, count] of values) {
      const option = make("option", "", `${value.replaceAll("_", " ")} (${count})`);
      option.value = value;
      select.append(option);
    }
    select.parentElement.hidden = values.length === 0;
  }
  function counted(values) {
    const counts = new Map();
    for (const value of values) if (value) counts.set(value, (counts.get(value) || 0) + 1);
    return [...counts];
  }
  offer(at("category"), counted(queries.map((query) => query.category)));
  offer(at("label"), counted(queries.map((query) => query.label)).sort((one, other) => other[1] - one[1]));
  offer(at("change"), counted(queries.map((query) => (query.before || {}).change)));
  const names = [["", "All"], ["pass", "Passed"], ["miss", "Missed"], ["ungradable", "No verdict"], ["not asked", "Not asked"]];
  for (const [value, name] of names) {
    if (value && !queries.some((query) => query.verdict === value)) continue;
    const button = make("button", "");
    button.type = "button";
    button.value = value;
    button.dataset.name = name;
    button.addEventListener("click", () => { chosen.verdict = value; refresh(); });
    at("verdicts").append(button);
  }
  for (const name of ["category", "label", "change", "order"]) {
    at(name).addEventListener("change", () => { chosen[name] = at(name).value; refresh(); });
  }
  at("search").addEventListener("input", () => {
    chosen.words = at("search").value.toLowerCase().split(/\s+/).filter(Boolean);
    refresh();
  });
  function forget_filters() {
    Object.assign(chosen, { verdict: "", category: "", label: "", change: "", words: [] });
    for (const name of ["search", "category", "label", "change"]) at(name).value = "";
  }
  function only_category(name) {
    forget_filters();
    at("category").value = chosen.category = name;
    refresh();
    at("queries").scrollIntoView();
  }
  for (const button of document.querySelectorAll("button[data-category]")) {
    button.addEventListener("click", () => only_category(button.dataset.category));
  }
  document.addEventListener("keydown", (event) => {
    const typing = event.target instanceof Element && event.target.matches("input, select, textarea");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      at("search").focus();
    } else if (event.key === "Escape" && event.target === at("search")) {
      at("search").value = "";
      at("search").dispatchEvent(new Event("input"));
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && event.target.matches?.(".row")) {
      const item = event.target.parentElement;
      const next = event.key === "ArrowDown" ? item.nextElementSibling : item.previousElementSibling;
      if (next) { event.preventDefault(); next.firstElementChild.focus(); }
    }
  });
  at("more").addEventListener("click", () => show_more());
  new IntersectionObserver((entries) => {
    if (entries.some((entry) => entry.isIntersecting) && shown < found.length) show_more();
  }, { rootMargin: "600px" }).observe(at("more"));

  // a link to one query opens it
  function follow_link() {
    const linked = /^#q=(.+)$/.exec(location.hash);
    if (!linked) return;
    try { open = decodeURIComponent(linked[1]); } catch { return; }
    if (!found.some((query) => query.id === open)) forget_filters();
    refresh();
    const place = found.findIndex((query) => query.id === open);
    if (place < 0) return;
    if (place >= shown) show_more(place + 1 - shown);
    at("rows").children[place].scrollIntoView();
  }
  addEventListener("hashchange", follow_link);
  refresh();
  follow_link();
})();
