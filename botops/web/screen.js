// Gives the keys to the terminal as soon as it is there.
"use strict";

window.addEventListener("load", () => {
  document.querySelector(".xterm-helper-textarea").focus();
});
