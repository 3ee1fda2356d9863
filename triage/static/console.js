// The only script of the console: buttons with a time move the player there. It plays nothing by itself.
"use strict";
document.addEventListener("click", (event) => {
  const button = event.target.closest("button.seek");
  if (!button) return;
  const sha256 = button.dataset.playerSha256;
  const player = sha256
    ? Array.from(document.querySelectorAll("video[data-sha256]")).find((video) => video.dataset.sha256 === sha256)
    : document.getElementById(button.dataset.player);
  if (!player) return;
  player.currentTime = Number(button.dataset.seek);
  player.scrollIntoView({ block: "nearest" });
  player.focus({ preventScroll: true });
});
