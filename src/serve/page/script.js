"use strict";
// Brings the page up to date every second while it is looked at.
const EVERY_MS = 1000;
const PARTS = ["time", "state"];
const told = document.querySelector(".refresh");

/** Puts a part in the place of that before, where they differ; tables stay where they were scrolled to and keep the focus. */
function replace(part) {
  const before = document.getElementById(part.id);
  if (before.isEqualNode(part)) return;
  const boxes = (of) => [...of.querySelectorAll(".scroll")];
  const places = boxes(before).map((box) => [box.scrollLeft, box === document.activeElement]);
  before.replaceWith(part);
  boxes(part).forEach((box, place) => {
    const [left, focused] = places[place] ?? [0, false];
    box.scrollLeft = left;
    if (focused) box.focus({ preventScroll: true });
  });
}

async function refresh() {
  if (document.hidden) return;
  try {
    const answer = await fetch("/rollcast/page");
    if (!answer.ok) throw new Error();
    const shown = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const id of PARTS) replace(document.adoptNode(shown.getElementById(id)));
    told.textContent = "The page brings itself up to date.";
  } catch {
    told.textContent = "The server does not answer; this is what it last said.";
  }
}

async function goOn() {
  await refresh();
  setTimeout(goOn, EVERY_MS);
}
goOn();
