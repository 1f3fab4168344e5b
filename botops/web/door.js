// Trades the token in the address for a cookie, and forgets it.
"use strict";

const NOBODY =
  "This page is for whoever has the address that `botops web` has printed. Open that one.";

async function enter() {
  const token = location.hash.slice(1);
  history.replaceState(null, "", "/");
  const answer = await fetch("/enter", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ token }),
  });
  if (answer.ok) {
    location.replace((await answer.json()).place);
  } else {
    document.getElementById("told").textContent = NOBODY;
  }
}

enter();
