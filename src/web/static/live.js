// Follows a poll: asks for this page again every two seconds and takes over its live parts; loads it anew once the poll
// is over. Without this script the browser loads the page anew by itself.
"use strict";
const EVERY_MS = 2000;
// An hour of looks; whoever still waits presses the link.
let left = 1800;

async function look() {
  const answer = await fetch(location.href.split("#")[0]);
  if (answer.status >= 500) return true;
  if (!answer.ok || answer.redirected) return false;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const parts = page.querySelectorAll("[data-live]");
  for (const part of parts) {
    const here = document.getElementById(part.id);
    if (here && here.innerHTML !== part.innerHTML) here.replaceChildren(...part.childNodes);
  }
  if (parts.length === 0) location.reload();
  return parts.length > 0;
}

async function follow() {
  let goesOn = true;
  // A daemon that is being started anew is asked again.
  try { goesOn = await look(); } catch { goesOn = true; }
  if (goesOn && --left > 0) setTimeout(follow, EVERY_MS);
}
setTimeout(follow, EVERY_MS);
