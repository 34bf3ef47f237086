"use strict";
// Sorts a table by a column whose cells are all of one kind: the first press ascending, the second descending, the third as written.
const UNITS = {
  s: ["time", 1], ms: ["time", 1e-3], min: ["time", 60], h: ["time", 3600], d: ["time", 86400], "%": ["share", 1],
  B: ["size", 1], kB: ["size", 1e3], MB: ["size", 1e6], GB: ["size", 1e9], TB: ["size", 1e12],
};

/** What a cell says: its kind, empty where any will do, and what to sort it by. */
function read(cell) {
  const text = cell.textContent.trim().replace(/(\d),(?=\d{3})/g, "$1");
  if (/^never/.test(text)) return ["", Infinity];
  if (!/\d/.test(text)) return [text.length > 1 ? "text" : "", NaN];
  const odds = /^1 in ([\d ]+)/.exec(text);
  if (odds) return ["share", 100 / Number(odds[1].replaceAll(" ", ""))];
  const part = /^[<>≤≥~ ]*(-?\d+(?:\.\d+)?)(?: ?(ms|s|min|h|d|%|[kMGT]?B)(?![\w/]))?/;
  let [kind, value, rest] = ["text", 0, text];
  for (let found; (found = part.exec(rest)); rest = rest.slice(found[0].length)) {
    const [of, factor] = UNITS[found[2]] ?? ["number", 1];
    if (kind === "text") [kind, value] = [of, Number(found[1]) * factor];
    else if (kind === "time" && of === "time") value += Number(found[1]) * factor;
    else break;
  }
  return [kind, value];
}

/** The values of a column that can be sorted, else nothing. */
function column(rows, place) {
  const cells = rows.map((row) => read(row.cells[place]));
  const kinds = new Set(cells.map(([kind]) => kind).filter((kind) => kind));
  const values = cells.map(([, value]) => value);
  return kinds.size === 1 && !kinds.has("text") && new Set(values).size > 1 ? values : null;
}

function sort(table, head, rows, values) {
  const next = { ascending: "descending", descending: null };
  const now = head.getAttribute("aria-sort");
  const order = now ? next[now] : "ascending";
  for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
  if (order) head.setAttribute("aria-sort", order);
  const sign = order === "descending" ? -1 : 1;
  const places = rows.map((_, place) => place);
  const known = (place) => (Number.isNaN(values[place]) ? 1 : 0);
  if (order) {
    places.sort((a, b) => known(a) - known(b) || (values[a] === values[b] ? 0 : values[a] < values[b] ? -sign : sign));
  }
  table.tBodies[0].append(...places.map((place) => rows[place]));
}

for (const table of document.querySelectorAll(".sortable")) {
  const rows = [...table.tBodies[0].rows];
  [...table.tHead.rows[0].cells].forEach((head, place) => {
    const values = column(rows, place);
    if (!values || !head.textContent) return;
    const button = document.createElement("button");
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => sort(table, head, rows, values));
  });
}
